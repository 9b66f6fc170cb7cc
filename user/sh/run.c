/* sh: words to a program, and how it ended. */
#include "kernel/abi/wait.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/signal.h"
#include "user/lib/string.h"
#include "user/lib/vfork.h"
#include "user/sh/jobs.h"
#include "user/sh/sh.h"

#define DEFAULT_PATH "/bin"
#define JUMP_WORDS   5 /* of gcc's __builtin_setjmp */

static char **environment;
static bool is_watched;

/* ^C or ^\ since the last prompt. */
static volatile bool is_interrupted;

/* Where they lead to while a byte is read. To look whether one came, and then
 * to read, would be too late for one that comes in between. */
static void *out_of_read[JUMP_WORDS];
static volatile bool is_reading;

static void note_interrupt(int signal)
{
    (void)signal;
    is_interrupted = true;
    if (is_reading) {
        is_reading = false;
        __builtin_longjmp(out_of_read, 1);
    }
}

/* What the kernel holds back while a handler runs, which was jumped out of. */
static void let_interrupts_in(void)
{
    uint64_t none = 0;
    __syscall4(SYS(rt_sigprocmask), SIG_SETMASK, (long)&none, 0, sizeof(none));
}

bool run_read_byte(char *byte)
{
    if (__builtin_setjmp(out_of_read) != 0) {
        let_interrupts_in();
        return false;
    }
    is_reading = true;
    bool is_read = !is_interrupted && read(STDIN_FILENO, byte, 1) == 1;
    is_reading = false;
    return is_read;
}

bool run_is_interrupted(void)
{
    return is_interrupted;
}

void run_clear_interrupt(void)
{
    is_interrupted = false;
}

void run_init(char **envp, bool is_interactive)
{
    environment = envp;
    is_watched = is_interactive;
    if (is_interactive) {
        set_signal_handler(SIGINT, note_interrupt);
        set_signal_handler(SIGQUIT, note_interrupt);
        jobs_init();
    }
}

/* The directories to search, separated by colons. */
static const char *search_path(void)
{
    for (char **entry = environment; *entry != NULL; entry++) {
        if (strncmp(*entry, "PATH=", strlen("PATH=")) == 0) {
            return *entry + strlen("PATH=");
        }
    }
    return DEFAULT_PATH;
}

/* PATH = DIRECTORY/NAME. Returns false when it is too long. */
static bool join(char *path, const char *directory, size_t directory_length,
                 const char *name)
{
    size_t name_length = strlen(name);
    if (directory_length + 1 + name_length >= SH_PATH_MAX) {
        return false;
    }
    memcpy(path, directory, directory_length);
    path[directory_length] = '/';
    memcpy(path + directory_length + 1, name, name_length + 1);
    return true;
}

static bool exists(const char *path)
{
    long file = open_file(path);
    if (is_error(file)) {
        return false;
    }
    close((int)file);
    return true;
}

/* Where the program NAME is: NAME itself if there is a slash in it, else in one
 * of the directories to search, written into PATH. NULL if it is nowhere. */
static const char *find_program(const char *name, char *path)
{
    if (strchr(name, '/') != NULL) {
        return exists(name) ? name : NULL;
    }
    const char *directory = search_path();
    while (*directory != '\0') {
        const char *end = directory;
        while (*end != ':' && *end != '\0') {
            end++;
        }
        if (join(path, directory, (size_t)(end - directory), name) &&
            exists(path)) {
            return path;
        }
        directory = *end == ':' ? end + 1 : end;
    }
    return NULL;
}

/* What execve answered in the child. The child has the parent's memory until
 * it becomes the program, so here is where the parent finds it. */
static volatile long exec_error;

/* Starts a child that becomes the program. Returns its number, or an error. */
static long spawn(const char *path, char **words)
{
    exec_error = 0;
    long child = vfork();
    if (child != 0) {
        return child;
    }
    jobs_enter_child();
    if (is_watched) {
        set_signal(SIGINT, SIG_DFL);
        set_signal(SIGQUIT, SIG_DFL);
    }
    exec_error =
        __syscall3(SYS(execve), (long)path, (long)words, (long)environment);
    exit(SH_NO_EXEC); /* only if execve failed */
}

static void print_signal(int signal)
{
#define SIGNAL_TEXT(number, name, meaning) [number] = #name ": " meaning,
    static const char *const texts[] = {SIGNALS(SIGNAL_TEXT)};
    bool is_known = (size_t)signal < sizeof(texts) / sizeof(texts[0]);
    dprintf(STDERR_FILENO, "killed by signal %d (%s)\n", signal,
            is_known ? texts[signal] : "a real-time signal");
}

/* ^C, ^\ and ^Z go to the program in front alone, and end the line of
 * commands that it is part of. */
static bool is_by_key(int status)
{
    return WIFSTOPPED(status) || WTERMSIG(status) == SIGINT ||
           WTERMSIG(status) == SIGQUIT;
}

/* Says how a program ended, if there is something to say. */
static int explain_status(int status)
{
    if (is_watched && is_by_key(status)) {
        is_interrupted = true;
    }
    if (WIFSTOPPED(status)) {
        return SH_SIGNAL + WSTOPSIG(status);
    }
    if (!WIFEXITED(status)) {
        print_signal(WTERMSIG(status));
        return SH_SIGNAL + WTERMSIG(status);
    }
    if (is_watched && WEXITSTATUS(status) != 0) {
        printf("[exit %d]\n", WEXITSTATUS(status));
    }
    return WEXITSTATUS(status);
}

int report_error(const char *name, long error)
{
    dprintf(STDERR_FILENO, "%s: %s\n", name, error_name(-error));
    return SH_FAILURE;
}

int run_wait(long child, const char *name)
{
    int status = 0;
    long ended = jobs_wait(child, name, &status);
    return is_error(ended) ? report_error("wait4", ended)
                           : explain_status(status);
}

static int run_program(char **words)
{
    char buffer[SH_PATH_MAX];
    const char *path = find_program(words[0], buffer);
    if (path == NULL) {
        dprintf(STDERR_FILENO, "%s: not found; try `help`\n", words[0]);
        return SH_NOT_FOUND;
    }
    jobs_look();
    if (!jobs_have_room()) {
        dprintf(STDERR_FILENO, "%s: too many jobs; try `fg`\n", words[0]);
        return SH_FAILURE;
    }
    long child = spawn(path, words);
    if (is_error(child)) {
        return report_error(words[0], child);
    }
    if (exec_error != 0) {
        report_error(words[0], exec_error);
        jobs_wait(child, words[0], &(int){0});
        return SH_NO_EXEC;
    }
    return run_wait(child, words[0]);
}

static int run_builtin(const struct builtin *builtin, int count, char **words)
{
    int status = builtin->run(count, words);
    if (!is_interrupted || status > SH_SIGNAL) {
        return status; /* of a program, which was explained */
    }
    printf("\n"); /* behind the echo of the key */
    return SH_INTERRUPTED;
}

int run_command(int count, char **words)
{
    const struct builtin *builtin = builtin_find(words[0]);
    if (builtin != NULL) {
        return run_builtin(builtin, count, words);
    }
    return run_program(words);
}

int run_text(char *text)
{
    struct command command;
    int status = SH_SUCCESS;
    enum parse_result result;
    while ((result = parse_command(&text, &command)) == PARSE_COMMAND) {
        if (command.count > 0 && !is_interrupted) {
            status = run_command(command.count, command.words);
        }
    }
    if (result == PARSE_REFUSED) {
        dprintf(STDERR_FILENO, "sh: an open quote, or too many words\n");
        return SH_USAGE;
    }
    return status;
}
