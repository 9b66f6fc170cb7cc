/* init: process 1.
 *
 *     init [SETTING...] [PROGRAM ARGUMENT...]     without words, the shell
 *
 * Starts the program, as the leader of a session that has the console as its
 * terminal; takes in the processes that lose their parent; and when the program
 * has ended, says so in the kernel's log and ends with its status as a shell
 * would give it. That ends the machine. */
#include "kernel/abi/fcntl.h"
#include "kernel/abi/termios.h"
#include "kernel/abi/time.h"
#include "kernel/abi/wait.h"
#include "user/init/init.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/vfork.h"

#define SHELL          "/bin/sh"
#define TERMINAL       "/dev/tty"
#define LOG            "/dev/kmsg"
#define LOG_ALWAYS     "<1>" /* a level that is always shown */

#define STATUS_SIGNAL  128 /* + the signal that ended the program */
#define STATUS_REFUSED 126
#define STATUS_MISSING 127

#define ANY_CHILD      (-1)      /* as wait4's pid */
#define LOOK_AGAIN     100000000 /* nanoseconds */

static void say(const char *format, ...) PRINTF_LIKE(1, 2);

static void say(const char *format, ...)
{
    va_list arguments;
    long log = __syscall4(SYS(openat), AT_FDCWD, (long)LOG, O_WRONLY, 0);
    int file = is_error(log) ? STDERR_FILENO : (int)log;

    va_start(arguments, format);
    vdprintf(file, format, arguments);
    va_end(arguments);
    if (!is_error(log)) {
        close(file);
    }
}

/* What execve answered in the child, which has its parent's memory until it
 * becomes the program. */
static volatile long exec_error;

static bool is_terminal(int file)
{
    struct termios settings;

    return !is_error(__syscall3(SYS(ioctl), file, TCGETS, (long)&settings));
}

/* Makes the console the terminal of a session. Job control holds for a terminal
 * under its own name alone: whoever has /dev/console itself may read it from
 * the background, too. With `console=raw` there is no terminal. */
static void begin_session(void)
{
    __syscall0(SYS(setsid));
    __syscall3(SYS(ioctl), STDIN_FILENO, TIOCSCTTY, 0);
    long terminal =
        __syscall4(SYS(openat), AT_FDCWD, (long)TERMINAL, O_RDWR, 0);
    if (is_error(terminal)) {
        return;
    }
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
        if (is_terminal(file)) { /* errors may have a line of their own */
            __syscall2(SYS(dup2), terminal, file);
        }
    }
    close((int)terminal);
}

/* In the child. Returns only if the program, or one of the COUNT settings, is
 * refused. */
static long become(char **settings, int count, char **words, char **environment)
{
    for (int i = 0; i < count; i++) {
        long error = setting_apply(settings[i]);
        if (is_error(error)) {
            return error;
        }
    }
    char **all = setting_environment(settings, count, environment);
    return all == NULL ? -E2BIG
                       : __syscall3(SYS(execve), (long)words[0], (long)words,
                                    (long)all);
}

/* Returns the program's number, or an error. */
static long start(char **settings, int count, char **words, char **environment)
{
    long child = vfork();

    if (child != 0) {
        return is_error(child) || exec_error == 0 ? child : exec_error;
    }
    begin_session();
    exec_error = become(settings, count, words, environment);
    exit(STATUS_REFUSED);
}

static int refuse(const char *program, long error)
{
    int status = error == -ENOENT ? STATUS_MISSING : STATUS_REFUSED;

    say(LOG_ALWAYS "program not run: status %d: %s: %s\n", status, program,
        error_name(-error));
    return status;
}

static int explain_end(int status)
{
    if (WIFEXITED(status)) {
        say(LOG_ALWAYS "program ended: exit status %d\n", WEXITSTATUS(status));
        return WEXITSTATUS(status);
    }
    say(LOG_ALWAYS "program ended: signal %d\n", WTERMSIG(status));
    return STATUS_SIGNAL + WTERMSIG(status);
}

static int explain_stop(int signal)
{
    say(LOG_ALWAYS "program stopped: signal %d; nothing is left that could "
                   "continue it\n",
        signal);
    return STATUS_SIGNAL + signal;
}

/* Returns a child that has news, or 0 when there are none and OPTIONS have
 * WNOHANG. */
static long next_child(int *status, long options)
{
    options |= WUNTRACED | WCONTINUED;
    return __syscall4(SYS(wait4), ANY_CHILD, (long)status, options, 0);
}

static void rest(void)
{
    const struct kernel_timespec moment = {.tv_nsec = LOOK_AGAIN};

    __syscall2(SYS(nanosleep), (long)&moment, 0);
}

/* PROGRAM is stopped. Returns with its news in *STATUS, or false when no
 * process is left that could bring any: the look comes first, so that what the
 * last of them did is not missed. */
static bool wait_for_stopped(long program, int *status)
{
    while (true) {
        bool has_hope = processes_can_act();
        long child = next_child(status, WNOHANG);

        if (child == program) {
            return true;
        }
        if (child == 0 && !has_hope) {
            return false;
        }
        if (child == 0) {
            rest();
        }
    }
}

/* Waits for the end of PROGRAM. Returns its status. */
static int keep_house(long program)
{
    while (true) {
        int status = 0;

        if (next_child(&status, 0) != program) {
            continue;
        }
        while (WIFSTOPPED(status)) {
            int signal = WSTOPSIG(status);
            if (!wait_for_stopped(program, &status)) {
                return explain_stop(signal);
            }
        }
        if (status != WAIT_CONTINUED) {
            return explain_end(status);
        }
    }
}

int main(int argc, char **argv, char **envp)
{
    static char *shell[] = {SHELL, NULL};
    char **settings = argv + 1;
    int count = 0;

    while (1 + count < argc && setting_is(settings[count])) {
        count++;
    }
    char **words = 1 + count < argc ? settings + count : shell;
    long program = start(settings, count, words, envp);

    if (is_error(program)) {
        return refuse(words[0], program);
    }
    return keep_house(program);
}
