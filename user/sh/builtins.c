/* sh: the commands that the shell does itself: because they change the shell
 * (cd, exit), or because there would be nothing to learn from a program. */
#include "kernel/abi/time.h"
#include "kernel/abi/utsname.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define NANOSECONDS  1000000000l
#define MICROSECONDS 1000l /* nanoseconds in one */
#define STATUS_MASK  0xff  /* what is left of an exit status */

static int builtin_help(int count, char **words);

static int builtin_echo(int count, char **words)
{
    for (int i = 1; i < count; i++) {
        printf("%s%s", words[i], i + 1 < count ? " " : "");
    }
    printf("\n");
    return SH_SUCCESS;
}

int parse_number(const char *text)
{
    unsigned number = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        number = number * 10 + (unsigned)(*text - '0');
    }
    return (int)number;
}

static int builtin_exit(int count, char **words)
{
    int status = count > 1 ? parse_number(words[1]) : SH_SUCCESS;
    exit(status & STATUS_MASK);
}

static int64_t now(void)
{
    struct kernel_timespec time = {0};
    __syscall2(SYS_GETTIME, CLOCK_MONOTONIC, (long)&time);
    return time.tv_sec * NANOSECONDS + time.tv_nsec;
}

static int builtin_time(int count, char **words)
{
    if (count == 1) {
        dprintf(STDERR_FILENO, "usage: time COMMAND\n");
        return SH_USAGE;
    }
    int64_t start = now();
    int status = run_command(count - 1, words + 1);
    int64_t taken = now() - start;
    printf("%ld.%06ld s\n", taken / NANOSECONDS,
           taken % NANOSECONDS / MICROSECONDS);
    return status;
}

static int builtin_uname(int count, char **words)
{
    (void)count;
    struct new_utsname name;
    long error = __syscall1(SYS(uname), (long)&name);
    if (is_error(error)) {
        return report_error(words[0], error);
    }
    printf("%s %s %s %s\n", name.sysname, name.release, name.version,
           name.machine);
    return SH_SUCCESS;
}

static const struct builtin builtins[] = {
    {"help", "", "this list", builtin_help},
    {"map", "[PID | FILE]", "the byte map: all of RAM, a letter for 2 MiB",
     builtin_map},
    {"free", "", "how much memory there is, and how much is free",
     builtin_free},
    {"frag", "", "how contiguous free memory is", builtin_frag},
    {"maps", "[PID]", "the areas of a program's memory, or of the shell's",
     builtin_maps},
    {"page", "ADDRESS [PID]", "how an address leads to memory", builtin_page},
    {"ls", "[DIRECTORY]", "the files in a directory", builtin_ls},
    {"cat", "[FILE...]", "what is in files", builtin_cat},
    {"cd", "[DIRECTORY]", "go to a directory", builtin_cd},
    {"pwd", "", "the directory where we are", builtin_pwd},
    {"echo", "[WORD...]", "the words", builtin_echo},
    {"time", "COMMAND", "run a command, and say how long it took",
     builtin_time},
    {"ulimit", "[-a]", "limits of programs: -s unlimited, -v KIB, ...",
     builtin_ulimit},
    {"setarch", "OPTION... COMMAND",
     "run it with -R no random addresses, -L the old layout", builtin_setarch},
    {"uname", "", "the system's name", builtin_uname},
    {"jobs", "", "the programs that are stopped, or run behind the prompt",
     builtin_jobs},
    {"fg", "[JOB]", "let a stopped program go on, as if it was started now",
     builtin_fg},
    {"bg", "[JOB]", "let it go on behind the prompt", builtin_bg},
    {"exit", "[STATUS]", "end the shell", builtin_exit},
};

#define BUILTINS (sizeof(builtins) / sizeof(builtins[0]))

const struct builtin *builtin_find(const char *name)
{
    for (size_t i = 0; i < BUILTINS; i++) {
        if (strcmp(builtins[i].name, name) == 0) {
            return &builtins[i];
        }
    }
    return NULL;
}

static int builtin_help(int count, char **words)
{
    (void)count;
    (void)words;
    for (size_t i = 0; i < BUILTINS; i++) {
        printf("%-8s%-18s%s\n", builtins[i].name, builtins[i].usage,
               builtins[i].help);
    }
    printf("\nAnything else is a program: NAME is /bin/NAME, and `ls /bin` "
           "lists them.\n");
    return SH_SUCCESS;
}
