/* Process groups, sessions, and children that are stopped and go on.
 *
 *     sessions           starts itself as the leader of a session
 *     sessions leader    each case; its children are `sessions ROLE` */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY  4000000 /* no process has this number */
#define OWN     0       /* as a child's group: one of its own */
#define SAME    (-1)    /* ... its parent's */
#define SESSION (-2)    /* ... a session's */

static char *self;
static volatile sig_atomic_t codes[CLD_CONTINUED + 1];

static void show(const char *what, long answer)
{
    int error = answer == -1 ? errno : 0;

    printf("%s: %s, error %d\n", what, answer == -1 ? "refused" : "done",
           error);
}

/* A child that pauses as `sessions ROLE`, in GROUP. */
static __attribute__((noinline)) int start(char *role, int group)
{
    char *words[] = {self, role, NULL};
    int child = vfork();

    if (child != 0) {
        return child;
    }
    if (group == SESSION) {
        setsid();
    } else if (group != SAME) {
        setpgid(0, group);
    }
    execv(self, words);
    _exit(127);
}

/* A child's answer to setpgid(0, GROUP), by its exit status. */
static __attribute__((noinline)) int try_join(int group)
{
    int child = vfork();

    if (child == 0) {
        _exit(setpgid(0, group) == -1 ? errno : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void show_wait(const char *what, int pid, int options)
{
    int status = 0;
    int answer;

    do {
        errno = 0;
        answer = waitpid(pid, &status, options);
    } while (answer == -1 && errno == EINTR);
    printf("%s: %s, error %d, status %x\n", what,
           answer > 0 ? "a child" : "none", errno, (unsigned)status);
}

struct look {
    char state; /* its letter, 0 when there is no such process */
    int parent;
    int group;
    int session;
};

static struct look look_at(int pid)
{
    struct look look = {0};
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        if (fscanf(file, "%*d (%*[^)]) %c %d %d %d", &look.state, &look.parent,
                   &look.group, &look.session) != 4) {
            look.state = 0;
        }
        fclose(file);
    }
    return look;
}

static int child_of(int parent)
{
    int pid = parent + 1;

    while (look_at(pid).parent != parent) {
        pid++;
    }
    return pid;
}

static void rest(void)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    nanosleep(&moment, NULL);
}

static void await(int pid, char wanted)
{
    while (look_at(pid).state != wanted) {
        rest();
    }
}

static void note_child(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    if (info->si_code >= 0 && info->si_code <= CLD_CONTINUED) {
        codes[info->si_code]++;
    }
}

static void numbers(void)
{
    printf("leads its group %d, its session %d\n", getpgrp() == getpid(),
           getsid(0) == getpid());
    printf("by number %d %d\n", getpgid(getpid()) == getpid(),
           getsid(getpid()) == getpid());
    show("setsid again", setsid());
    show("setpgid of a session's leader", setpgid(0, 0));
    show("setpgid to -1", setpgid(0, -1));
    show("setpgid of nobody", setpgid(NOBODY, 0));
    show("setpgid of nobody to -1", setpgid(NOBODY, -1));
    show("setpgid of the parent", setpgid(getppid(), 0));
    show("getpgid of nobody", getpgid(NOBODY));
    show("getpgid of -1", getpgid(-1));
    show("getsid of nobody", getsid(NOBODY));
}

static void groups(void)
{
    int first = start("pause", OWN);
    int second = start("pause", first);
    int other = start("pause", SESSION);

    printf("groups %d %d, session %d\n", getpgid(first) == first,
           getpgid(second) == first, getsid(first) == getpid());
    printf("other session %d\n", getsid(other) == other);
    show("setpgid behind execve", setpgid(first, 0));
    show("setpgid in another session", setpgid(other, 0));
    printf("join a group that is none: error %d\n", try_join(NOBODY));
    printf("join another session's: error %d\n", try_join(other));
    printf("join the first: error %d\n", try_join(first));
    show_wait("none in this group", 0, WNOHANG);
    show("signal 0 to them", kill(-first, 0));
    show("signal 65 to them", kill(-first, 65));
    show("SIGTERM to them", kill(-first, SIGTERM));
    show_wait("one", -first, 0);
    show_wait("the other", -first, 0);
    show_wait("no more", -first, 0);
    show("SIGTERM to no group", kill(-first, SIGTERM));
    show("SIGKILL to one", kill(other, SIGKILL));
    show_wait("it", other, 0);
    show("to the own group", kill(0, 0));
    show("to INT_MIN", kill(INT_MIN, 0));
    show("to nobody", kill(NOBODY, 0));
    show("65 to nobody", kill(NOBODY, 65));
}

static void stops(void)
{
    static const int signals[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    int child = start("pause", OWN);

    for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        kill(child, signals[i]);
        show_wait("stopped", child, WUNTRACED);
        struct look look = look_at(child);
        printf("state %c, group %d, session %d\n", look.state,
               look.group == child, look.session == getpid());
        show_wait("said once", child, WUNTRACED | WCONTINUED | WNOHANG);
        kill(child, SIGUSR1);
        show_wait("stays so", child, WNOHANG);
        kill(child, SIGCONT);
        show_wait("goes on", child, WCONTINUED);
        show_wait("said once", child, WUNTRACED | WCONTINUED | WNOHANG);
    }
    kill(child, SIGSTOP);
    show_wait("stopped", child, WUNTRACED);
    kill(child, SIGTERM);
    show_wait("SIGTERM waits", child, WUNTRACED | WNOHANG);
    kill(child, SIGCONT);
    show_wait("ended", child, 0);

    child = start("pause", SAME);
    kill(child, SIGSTOP);
    show_wait("stopped", child, WUNTRACED);
    kill(child, SIGKILL);
    show_wait("killed", child, 0);
    printf("told of: killed %d, stopped %d, continued %d\n",
           codes[CLD_KILLED] > 0, codes[CLD_STOPPED] > 0,
           codes[CLD_CONTINUED] > 0);
}

static void show_pending(const char *what)
{
    sigset_t pending;

    sigpending(&pending);
    printf("%s: SIGCONT %d, SIGTSTP %d, SIGTTIN %d\n", what,
           sigismember(&pending, SIGCONT), sigismember(&pending, SIGTSTP),
           sigismember(&pending, SIGTTIN));
}

/* What stops and what continues take each other away. A group whose parent is
 * in another session is not stopped from the keyboard. */
static void pending(void)
{
    sigset_t blocked, none;

    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCONT);
    sigaddset(&blocked, SIGTSTP);
    sigaddset(&blocked, SIGTTIN);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    raise(SIGCONT);
    show_pending("SIGCONT");
    raise(SIGTSTP);
    raise(SIGTTIN);
    show_pending("SIGTSTP and SIGTTIN");
    raise(SIGCONT);
    show_pending("SIGCONT again");
    raise(SIGTSTP);
    sigprocmask(SIG_SETMASK, &none, NULL);
    printf("the orphaned group was not stopped\n");
}

/* A stopped group that is left without a parent is hung up, and goes on. */
static void orphans(void)
{
    int parent = start("parent", OWN);
    int status;
    char state;

    waitpid(parent, &status, WUNTRACED);
    int child = child_of(parent);
    await(child, 'T');
    fflush(stdout);
    kill(parent, SIGKILL);
    waitpid(parent, &status, 0);
    do {
        rest();
        state = look_at(child).state;
    } while (state != 0 && state != 'Z');
}

static void say_hung_up(int signal)
{
    static const char text[] = "hung up\n";

    (void)signal;
    _exit(write(STDOUT_FILENO, text, sizeof(text) - 1) < 0);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART};
    const char *role = argc > 1 ? argv[1] : "";

    self = argv[0];
    signal(SIGUSR1, SIG_IGN);
    if (strcmp(role, "pause") == 0) {
        while (1) {
            pause();
        }
    }
    if (strcmp(role, "child") == 0) {
        signal(SIGHUP, say_hung_up);
        raise(SIGSTOP);
        pause();
    }
    if (strcmp(role, "parent") == 0) {
        start("child", OWN);
        raise(SIGSTOP);
    }
    if (strcmp(role, "leader") != 0) {
        int status;
        waitpid(start("leader", SESSION), &status, 0);
        return WEXITSTATUS(status);
    }
    action.sa_sigaction = note_child;
    sigaction(SIGCHLD, &action, NULL);
    numbers();
    groups();
    stops();
    pending();
    orphans();
    return EXIT_SUCCESS;
}
