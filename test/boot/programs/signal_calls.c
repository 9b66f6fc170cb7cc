/* System calls that a signal interrupts: with SA_RESTART they go on, without it
 * they end by EINTR, and sleeping always does. The sender is this program
 * again, as a child. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MILLISECOND 1000000

static char *self;
static volatile int calls;
static volatile int child_code, child_status;

static void count(int signal)
{
    (void)signal;
    calls++;
}

static void note_child(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    child_code = info->si_code;
    child_status = info->si_status;
}

static void pause_for(int milliseconds)
{
    struct timespec time = {.tv_nsec = milliseconds * MILLISECOND};
    while (nanosleep(&time, &time) != 0) {
    }
}

/* Starts a child that does what WORDS say. */
static pid_t start(const char *what, const char *argument)
{
    char *words[] = {self, (char *)what, (char *)argument, NULL};
    char *environment[] = {NULL};
    pid_t child = vfork();
    if (child == 0) {
        execve(self, words, environment);
        _exit(127);
    }
    return child;
}

static void child(const char *what, const char *argument)
{
    if (strcmp(what, "exit") == 0) {
        _exit(atoi(argument));
    }
    if (strcmp(what, "die") == 0) {
        raise(atoi(argument));
    }
    pause_for(100);
    kill(getppid(), atoi(argument));
    pause_for(100);
    _exit(7);
}

static void handle(int signal, int flags)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = flags};
    sigaction(signal, &action, NULL);
    calls = 0;
}

static const char *number(int signal)
{
    static char text[12];
    snprintf(text, sizeof(text), "%d", signal);
    return text;
}

static void wait_interrupted(int flags)
{
    int status = 0;
    handle(SIGUSR1, flags);
    pid_t sender = start("send", number(SIGUSR1));
    pid_t ended = wait4(sender, &status, 0, NULL);
    printf("wait4 with flags %x: %s, %d calls\n", (unsigned)flags,
           ended == sender ? "ended" : strerror(errno), calls);
    if (ended != sender) {
        wait4(sender, &status, 0, NULL);
    }
    printf("  status %d\n", WEXITSTATUS(status));
}

static void sleep_interrupted(int flags)
{
    struct timespec time = {.tv_sec = 5}, left = {0};
    handle(SIGUSR1, flags);
    pid_t sender = start("send", number(SIGUSR1));
    int result = nanosleep(&time, &left);
    printf("nanosleep with flags %x: %s, %d calls, %s\n", (unsigned)flags,
           result == 0 ? "slept" : strerror(errno), calls,
           left.tv_sec == 4 ? "more than 4 s left" : "little left");
    wait4(sender, NULL, 0, NULL);
}

static void pause_interrupted(void)
{
    handle(SIGUSR1, SA_RESTART);
    pid_t sender = start("send", number(SIGUSR1));
    int result = pause();
    printf("pause: %d, %s, %d calls\n", result, strerror(errno), calls);
    wait4(sender, NULL, 0, NULL);
}

/* A signal that nobody handles does not interrupt. */
static void wait_undisturbed(void)
{
    signal(SIGUSR1, SIG_IGN);
    pid_t sender = start("send", number(SIGUSR1));
    printf("wait4, ignored: %s\n",
           wait4(sender, NULL, 0, NULL) == sender ? "ended" : "interrupted");
}

static void children(void)
{
    struct sigaction action = {.sa_sigaction = note_child,
                               .sa_flags = SA_SIGINFO | SA_RESTART};
    int status;
    sigaction(SIGCHLD, &action, NULL);
    wait4(start("exit", "42"), &status, 0, NULL);
    printf("child: code %d, status %d\n", child_code, child_status);
    wait4(start("die", number(SIGTERM)), &status, 0, NULL);
    printf("child: code %d, status %d\n", child_code, child_status);
}

/* exec keeps what is ignored, and forgets handlers. */
static void inheritance(void)
{
    int status;
    signal(SIGCHLD, SIG_DFL);
    signal(SIGTERM, SIG_IGN);
    wait4(start("die", number(SIGTERM)), &status, 0, NULL);
    printf("ignored: signal %d\n", WTERMSIG(status));
    handle(SIGTERM, 0);
    wait4(start("die", number(SIGTERM)), &status, 0, NULL);
    printf("handled: signal %d, %d calls\n", WTERMSIG(status), calls);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    self = argv[0];
    if (argc == 3) {
        child(argv[1], argv[2]);
        return 0;
    }
    wait_interrupted(0);
    wait_interrupted(SA_RESTART);
    sleep_interrupted(0);
    sleep_interrupted(SA_RESTART);
    pause_interrupted();
    wait_undisturbed();
    children();
    inheritance();
    return 0;
}
