/* Children by clone as vfork, which share descriptors, directory or actions
 * with their parent, or have a copy: what does the parent see of their changes?
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE 65536
#define OTHER_FD   20
#define LIMIT      (64 << 20) /* more than what is mapped leaves of it */

static char stack[STACK_SIZE] __attribute__((aligned(16)));

static void handle(int signal)
{
    (void)signal;
}

static int change(void *unused)
{
    (void)unused;
    dup2(1, OTHER_FD);
    if (chdir("/dev") != 0) {
        _exit(1);
    }
    signal(SIGUSR1, handle);
    _exit(0);
}

static void put_back(void)
{
    close(OTHER_FD);
    if (chdir("/") != 0) {
        perror("chdir");
        exit(1);
    }
    signal(SIGUSR1, SIG_DFL);
}

static void try(const char *name, int shared)
{
    char directory[64];
    struct sigaction action;
    int status;

    put_back();
    int flags = CLONE_VM | CLONE_VFORK | shared | SIGCHLD;
    int child = clone(change, stack + STACK_SIZE, flags, NULL);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0 ||
        getcwd(directory, sizeof(directory)) == NULL) {
        perror(name);
        exit(1);
    }
    sigaction(SIGUSR1, NULL, &action);
    printf("%s: descriptor %s, directory %s, handler %s\n", name,
           fcntl(OTHER_FD, F_GETFD) >= 0 ? "there" : "not there", directory,
           action.sa_handler == handle ? "the child's" : "its own");
}

static int can_map(void)
{
    void *start =
        mmap(NULL, LIMIT, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return start != MAP_FAILED && munmap(start, LIMIT) == 0;
}

static int lower_limit(void *unused)
{
    struct rlimit limit = {LIMIT, LIMIT};

    (void)unused;
    setrlimit(RLIMIT_AS, &limit);
    return can_map();
}

/* Limits are a process's, also of memory that two share. */
static void limits(int flags)
{
    int status;
    int child = clone(lower_limit, stack + STACK_SIZE, flags | SIGCHLD, NULL);

    waitpid(child, &status, 0);
    printf("limits: child %x, parent %d\n", (unsigned)status, can_map());
}

int main(void)
{
    limits(CLONE_VM | CLONE_VFORK);
    limits(CLONE_VM);
    try("nothing shared", 0);
    try("descriptors", CLONE_FILES);
    try("directory", CLONE_FS);
    try("actions", CLONE_SIGHAND);
    try("all", CLONE_FILES | CLONE_FS | CLONE_SIGHAND);
    return 0;
}
