/* A terminal and those who share it: for one that is the leader of a session
 * whose terminal is the standard input, in canonical mode, and on which
 * somebody types.
 *
 *     job_control          each case; its children are `job_control ROLE` */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define NOBODY     4000000 /* no process has this number */
#define SHORT_TIME 200     /* milliseconds */

enum place {
    PLACE_SAME,  /* in the parent's group */
    PLACE_FRONT, /* in a group of its own, in front on the terminal */
    PLACE_BACK,  /* in a group of its own */
    PLACE_AWAY,  /* in a session of its own */
};

static char *self;

static void show(const char *what, long answer)
{
    int error = answer == -1 ? errno : 0;

    printf("%s: %s, error %d\n", what, answer == -1 ? "refused" : "done",
           error);
    fflush(stdout);
}

static __attribute__((noinline)) int start(char *role, enum place place)
{
    char *words[] = {self, role, NULL};
    int child = vfork();

    if (child != 0) {
        return child;
    }
    if (place == PLACE_AWAY) {
        setsid();
    } else if (place != PLACE_SAME) {
        setpgid(0, 0);
    }
    if (place == PLACE_FRONT) {
        tcsetpgrp(STDIN_FILENO, getpid());
    }
    execv(self, words);
    _exit(127);
}

static int status_of(const char *what, int child)
{
    int status = 0;

    waitpid(child, &status, WUNTRACED);
    printf("%s: status %x\n", what, (unsigned)status);
    fflush(stdout);
    return status;
}

/* As a child in another place. */
static void ask(void)
{
    pid_t session = 0;
    pid_t group = getpid();
    int terminal = open("/dev/tty", O_RDWR);

    show("open /dev/tty", terminal);
    show("TIOCGSID", ioctl(STDIN_FILENO, TIOCGSID, &session));
    printf("the parent's session %d\n", session == getsid(getppid()));
    show("TIOCGPGRP", tcgetpgrp(STDIN_FILENO));
    show("TIOCSPGRP", ioctl(STDIN_FILENO, TIOCSPGRP, &group));
    show("TIOCSCTTY", ioctl(STDIN_FILENO, TIOCSCTTY, 0));
    show("TIOCNOTTY", ioctl(STDIN_FILENO, TIOCNOTTY));
    show("open /dev/tty", open("/dev/tty", O_RDWR));
}

static void read_line(const char *path)
{
    char line[80];
    int file = open(path, O_RDWR);
    ssize_t size = read(file, line, sizeof(line) - 1);

    show("read", size);
    line[size > 0 ? size : 0] = '\0';
    printf("line: %s", line);
}

static void set_modes(void)
{
    struct termios settings;

    tcgetattr(STDIN_FILENO, &settings);
    show("set the modes", tcsetattr(STDIN_FILENO, TCSANOW, &settings));
}

/* Stopped by what it does in the background, then in front. */
static void bring_to_front(const char *what, char *role)
{
    int child = start(role, PLACE_BACK);

    status_of(what, child);
    show("to the front", tcsetpgrp(STDIN_FILENO, child));
    kill(child, SIGCONT);
    printf("a line\n");
    fflush(stdout);
    status_of(what, child);
    show("back to the front", tcsetpgrp(STDIN_FILENO, getpid()));
}

/* Linux sends the signal of a key first and throws away output afterwards: what
 * is said in between would be lost. */
static void keep_output(void)
{
    struct termios settings;

    tcgetattr(STDIN_FILENO, &settings);
    settings.c_lflag |= NOFLSH;
    tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

/* Keys go to the group in front. */
static void press(const char *key, char *role)
{
    int child = start(role, PLACE_FRONT);

    printf("%s\n", key);
    fflush(stdout);
    int status = status_of(key, child);
    if (WIFSTOPPED(status)) {
        kill(child, SIGKILL);
        status_of("ended", child);
    }
    show("back to the front", tcsetpgrp(STDIN_FILENO, getpid()));
}

static void note_signal(int signal)
{
    (void)signal;
}

/* Waits for input, and for a key's signal that is let in by the wait alone. */
static void poll_terminal(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    sigset_t held, none;

    signal(SIGINT, note_signal);
    sigemptyset(&none);
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigprocmask(SIG_BLOCK, &held, NULL);
    usleep(SHORT_TIME * 1000); /* behind what the parent says */
    printf("poll, ^C\n");
    fflush(stdout);
    show("ppoll", ppoll(&input, 1, NULL, &none));
}

static long milliseconds(struct timeval time)
{
    return time.tv_sec * 1000 + time.tv_usec / 1000;
}

/* Input that does not come takes no time of the CPU. */
static void poll_in_vain(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct rusage usage;

    show("poll", poll(&input, 1, SHORT_TIME));
    getrusage(RUSAGE_SELF, &usage);
    long taken = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
    printf("the CPU was %s\n", taken > SHORT_TIME / 2 ? "busy" : "idle");
    fflush(stdout);
}

static void groups(void)
{
    pid_t wanted = -1;

    show("front group of -1", ioctl(STDIN_FILENO, TIOCSPGRP, &wanted));
    wanted = NOBODY;
    show("front group of nobody", ioctl(STDIN_FILENO, TIOCSPGRP, &wanted));
    wanted = 0;
    show("front group 0", ioctl(STDIN_FILENO, TIOCSPGRP, &wanted));
    wanted = getppid();
    show("another session's", ioctl(STDIN_FILENO, TIOCSPGRP, &wanted));
    show("at a bad address", ioctl(STDIN_FILENO, TIOCSPGRP, 8));
    printf("in front %d\n", tcgetpgrp(STDIN_FILENO) == getpid());
    show("TIOCSCTTY again", ioctl(STDIN_FILENO, TIOCSCTTY, 0));
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";

    self = argv[0];
    if (strcmp(role, "ask") == 0) {
        ask();
    } else if (strcmp(role, "read") == 0) {
        read_line("/dev/tty");
    } else if (strcmp(role, "ignore") == 0) {
        signal(SIGTTIN, SIG_IGN);
        read_line("/dev/tty");
    } else if (strcmp(role, "modes") == 0) {
        set_modes();
    } else if (strcmp(role, "pause") == 0) {
        pause();
    } else if (strcmp(role, "poll") == 0) {
        poll_terminal();
    }
    if (role[0] != '\0') {
        return EXIT_SUCCESS;
    }
    signal(SIGTTOU, SIG_IGN);
    groups();
    status_of("same group", start("ask", PLACE_SAME));
    status_of("other session", start("ask", PLACE_AWAY));
    status_of("ignores", start("ignore", PLACE_BACK));
    bring_to_front("read", "read");
    signal(SIGTTOU, SIG_DFL);
    int child = start("modes", PLACE_BACK);
    status_of("modes", child);
    kill(child, SIGKILL);
    status_of("ended", child);
    signal(SIGTTOU, SIG_IGN);
    keep_output();
    poll_in_vain();
    press("press ^C", "pause");
    press("polled", "poll");
    press("press ^\\", "pause");
    press("press ^Z", "pause");
    signal(SIGHUP, SIG_IGN);
    show("TIOCNOTTY", ioctl(STDIN_FILENO, TIOCNOTTY));
    return EXIT_SUCCESS;
}
