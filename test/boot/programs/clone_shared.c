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
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE 65536
#define OTHER_FD   20

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

int main(void)
{
    try("nothing shared", 0);
    try("descriptors", CLONE_FILES);
    try("directory", CLONE_FS);
    try("actions", CLONE_SIGHAND);
    try("all", CLONE_FILES | CLONE_FS | CLONE_SIGHAND);
    return 0;
}
