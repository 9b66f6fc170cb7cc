/* Children that nobody has to wait for: their parent ignores SIGCHLD, or has
 * set SA_NOCLDWAIT. More of them than there may be at once.
 *
 *     children         each case, one after another
 *     children leave   ends before anyone has waited for its children */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 1500
#define LEFT 600
#define CODE 7

static volatile sig_atomic_t handled;

static void handle(int signal)
{
    (void)signal;
    handled++;
}

static __attribute__((noinline)) int have_child(void)
{
    int child = vfork();

    if (child == 0) {
        _exit(CODE);
    }
    return child;
}

/* Returns how many there were to be had. */
static int have_children(int count)
{
    int had = 0;

    while (had < count && have_child() > 0) {
        had++;
    }
    return had;
}

static void show_wait(const char *what, int pid)
{
    int status = 0;
    int answer;

    do {
        errno = 0;
        answer = waitpid(pid, &status, 0);
    } while (errno == EINTR);
    printf("%s: %s, error %d, status %x\n", what,
           answer > 0 ? "a child" : "none", errno, (unsigned)status);
}

static void set(void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_flags = flags};

    action.sa_handler = handler;
    sigaction(SIGCHLD, &action, NULL);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "leave") == 0) {
        printf("%d left\n", have_children(LEFT));
        return EXIT_SUCCESS;
    }
    set(SIG_IGN, 0);
    printf("%d ignored\n", have_children(MANY));
    show_wait("ignored", -1);

    set(SIG_DFL, SA_NOCLDWAIT);
    printf("%d not waited for\n", have_children(MANY));
    show_wait("not waited for", -1);

    set(handle, SA_NOCLDWAIT);
    printf("%d handled\n", have_children(MANY));
    show_wait("handled", -1);
    printf("the handler ran: %d\n", handled > 0);

    set(SIG_DFL, 0);
    printf("%d to wait for\n", have_children(1));
    show_wait("no group has this number", INT_MIN);
    show_wait("to wait for", -1);
    show_wait("nobody is left", -1);
    return EXIT_SUCCESS;
}
