/* What rt_sigaction and rt_sigprocmask promise. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int depth;

static void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signal, &action, NULL);
}

static const char *name_of(void (*handler)(int))
{
    if (handler == SIG_DFL) {
        return "default";
    }
    return handler == SIG_IGN ? "ignored" : "handled";
}

static void print_action(const char *when, int signal)
{
    struct sigaction now;
    sigaction(signal, NULL, &now);
    printf("%s: signal %d is %s, flags %x\n", when, signal,
           name_of(now.sa_handler), (unsigned)now.sa_flags & 0xfbffffff);
}

static void print_set(const char *name, const sigset_t *set)
{
    printf("%s:", name);
    for (int signal = 1; signal <= 64; signal++) {
        if (sigismember(set, signal) == 1) {
            printf(" %d", signal);
        }
    }
    printf("\n");
}

static void print_masks(const char *when)
{
    sigset_t set;
    printf("%s\n", when);
    sigprocmask(SIG_BLOCK, NULL, &set);
    print_set("  blocked", &set);
    sigpending(&set);
    print_set("  pending", &set);
}

static void block(int how, int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(how, &set, NULL);
}

static void tell(int signal)
{
    printf("signal %d\n", signal);
    print_masks("in the handler");
}

static void nest(int signal)
{
    depth++;
    printf("depth %d\n", depth);
    if (depth < 4) {
        raise(signal);
    }
    printf("leaving depth %d\n", depth);
    depth--;
}

static void defer(int signal)
{
    static int round;
    int mine = ++round;
    printf("round %d begins\n", mine);
    if (mine < 3) {
        raise(signal);
    }
    printf("round %d ends\n", mine);
}

static void describe(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("signal %d, code %d, from %s, uid %s, value %d\n", signal,
           info->si_code, info->si_pid == getpid() ? "me" : "another",
           info->si_uid == getuid() ? "mine" : "other",
           info->si_code == SI_QUEUE ? info->si_value.sival_int : 0);
}

static void dispositions(void)
{
    print_action("at first", SIGUSR1);
    handle(SIGUSR1, tell, SA_RESETHAND | SA_RESTART);
    print_action("one shot", SIGUSR1);
    raise(SIGUSR1);
    print_action("shot", SIGUSR1);
    handle(SIGUSR1, SIG_IGN, 0);
    raise(SIGUSR1);
    print_action("ignored", SIGUSR1);
    raise(SIGCHLD);
    raise(SIGWINCH);
    handle(SIGUSR1, nest, SA_NODEFER);
    raise(SIGUSR1);
    handle(SIGUSR1, defer, 0);
    raise(SIGUSR1);
}

static void masks(void)
{
    handle(SIGUSR1, tell, 0);
    handle(SIGUSR2, tell, 0);
    block(SIG_BLOCK, SIGUSR1);
    block(SIG_BLOCK, SIGUSR2);
    block(SIG_BLOCK, SIGKILL);
    raise(SIGUSR1);
    raise(SIGUSR1);
    print_masks("both blocked, one raised");
    block(SIG_UNBLOCK, SIGUSR1);
    print_masks("unblocked");
    raise(SIGUSR2);
    sigset_t none;
    sigemptyset(&none);
    printf("sigsuspend: %d\n", sigsuspend(&none));
    printf("  %s\n", strerror(errno));
    print_masks("suspended");
    raise(SIGUSR2);
    handle(SIGUSR2, SIG_IGN, 0);
    print_masks("ignored while pending");
    block(SIG_UNBLOCK, SIGUSR2);

    struct sigaction action = {.sa_handler = tell};
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
}

/* Each real-time signal is kept, and the lowest comes first. */
static void queue(void)
{
    struct sigaction action = {.sa_sigaction = describe,
                               .sa_flags = SA_SIGINFO};
    sigset_t set;

    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGRTMIN, &action, NULL);
    sigaction(SIGRTMIN + 1, &action, NULL);
    raise(SIGUSR1);
    kill(getpid(), SIGUSR1);
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    raise(SIGRTMIN + 1);
    raise(SIGRTMIN);
    raise(SIGRTMIN);
    raise(SIGUSR1);
    print_masks("queued");
    sigemptyset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    print_masks("all have come");
}

static void print_error(const char *what, long result)
{
    printf("%s: %s\n", what, result == 0 ? "done" : strerror(errno));
}

static void errors(void)
{
    struct sigaction action = {.sa_handler = tell};
    sigset_t set;

    sigemptyset(&set);
    print_error("handle SIGKILL", sigaction(SIGKILL, &action, NULL));
    print_error("handle SIGSTOP", sigaction(SIGSTOP, &action, NULL));
    print_error("ask for SIGKILL", sigaction(SIGKILL, NULL, &action));
    print_error("handle 65", syscall(SYS_rt_sigaction, 65, NULL, NULL, 8));
    print_error("handle 0", syscall(SYS_rt_sigaction, 0, NULL, NULL, 8));
    print_error("short mask", syscall(SYS_rt_sigaction, 1, NULL, NULL, 4));
    print_error("bad address", syscall(SYS_rt_sigaction, 1, 8L, NULL, 8));
    print_error("bad how", sigprocmask(9, &set, NULL));
    print_error("no set", sigprocmask(9, NULL, &set));
    print_error("set at 8", syscall(SYS_rt_sigprocmask, 0, 8L, NULL, 8));
    print_error("long pending", syscall(SYS_rt_sigpending, &set, 16L));
    print_error("kill 65", kill(getpid(), 65));
    print_error("kill -1", kill(getpid(), -1));
    print_error("kill 0", kill(getpid(), 0));
    print_error("kill nobody", kill(1000000, 0));
    print_error("tkill 0", syscall(SYS_tkill, 0L, 1L));
    print_error("tgkill nobody", syscall(SYS_tgkill, 1000000L, 1000000L, 0L));
    print_error("tgkill wrong", syscall(SYS_tgkill, 1000000L, getpid(), 0L));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    dispositions();
    masks();
    queue();
    errors();
    return 0;
}
