/* The first program: runs each line of /commands as a program with its words,
 * one after the other, and says how each ended. The same on both systems, so
 * that the programs begin in the same way; on Linux it also mounts /proc and
 * switches the machine off. */
#include "kernel/abi/wait.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/vfork.h"

#define COMMANDS         "/commands"
#define COMMANDS_SIZE    8192
#define WORDS_MAX        12
#define EXIT_NO_EXEC     127

/* reboot, include/uapi/linux/reboot.h */
#define REBOOT_MAGIC_1   0xfee1deadl
#define REBOOT_MAGIC_2   672274793l
#define REBOOT_POWER_OFF 0x4321fedcl

static char commands[COMMANDS_SIZE];
static char *environment[] = {NULL};

/* Reads the commands. Returns false if there are none. */
static bool read_commands(void)
{
    long file = open_file(COMMANDS);
    if (is_error(file)) {
        return false;
    }
    long size = read((int)file, commands, sizeof(commands) - 1);
    close((int)file);
    return size > 0;
}

/* Splits the line at LINE in place, at single blanks. Returns its end. */
static char *split(char *line, char **words)
{
    size_t count = 0;
    words[count] = line;
    while (*line != '\n' && *line != '\0') {
        if (*line == ' ' && count + 2 < WORDS_MAX) {
            *line = '\0';
            count++;
            words[count] = line + 1;
        }
        line++;
    }
    words[count + 1] = NULL;
    return line;
}

static void run(char **words)
{
    int status = 0;
    long child = vfork();
    if (child == 0) {
        __syscall3(SYS(execve), (long)words[0], (long)words, (long)environment);
        exit(EXIT_NO_EXEC);
    }
    if (is_error(child) ||
        is_error(__syscall4(SYS(wait4), child, (long)&status, 0, 0))) {
        printf("=== could not run\n");
        return;
    }
    if (WIFEXITED(status)) {
        printf("=== exit %d\n", WEXITSTATUS(status));
    } else {
        printf("=== signal %d\n", WTERMSIG(status));
    }
}

static void say_command(const char *line)
{
    int length = 0;
    while (line[length] != '\n' && line[length] != '\0') {
        length++;
    }
    printf("=== ");
    write(STDOUT_FILENO, line, (size_t)length);
    printf("\n");
}

int main(void)
{
    __syscall5(SYS(mount), (long)"proc", (long)"/proc", (long)"proc", 0, 0);
    if (!read_commands()) {
        printf("=== no " COMMANDS "\n");
    }
    for (char *line = commands; *line != '\0';) {
        char *words[WORDS_MAX];
        say_command(line);
        char *end = split(line, words);
        line = *end == '\0' ? end : end + 1;
        *end = '\0';
        run(words);
    }
    printf("=== end\n");
    if (__syscall0(SYS(getpid)) == 1) {
        __syscall4(SYS(reboot), REBOOT_MAGIC_1, REBOOT_MAGIC_2,
                   REBOOT_POWER_OFF, 0);
    }
    return 0;
}
