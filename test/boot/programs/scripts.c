/* execveat, and scripts: files that the initrd has and which name who runs
 * them. Run by itself it makes none, so those come from outside: each argument
 * is one to execute. As its own interpreter it prints what it was given. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

static const char *const words[] = {"zero", "one", "two words", NULL};

static void say(int argc, char **argv)
{
    char name[16];

    prctl(PR_GET_NAME, name);
    printf("  %s, as %s:", name, (const char *)getauxval(AT_EXECFN));
    for (int i = 0; i < argc; i++) {
        printf(" [%s]", argv[i]);
    }
    printf("\n");
}

/* Executes PATH from DIRECTORY in a child. */
static void execute(int directory, const char *path, int flags,
                    const char *const *arguments)
{
    static const char *const environment[] = {"SAY=1", NULL};
    int status;

    printf("%s %x:\n", path, flags);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        syscall(SYS_execveat, directory, path, arguments, environment, flags);
        printf("  errno %d\n", errno);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, &status, 0);
    if (status != 0) {
        printf("  status %x\n", status);
    }
}

/* The same file by a descriptor, as a path and as itself. */
static void by_descriptor(const char *path)
{
    int root = open("/", O_RDONLY | O_DIRECTORY);

    execute(root, path + 1, 0, words);
    close(root);
    int file = open(path, O_RDONLY);
    if (file < 0) {
        return;
    }
    execute(file, "", AT_EMPTY_PATH, words);
    execute(file, "", 0, words);
    execute(file, path, AT_EMPTY_PATH, words);
    fcntl(file, F_SETFD, FD_CLOEXEC);
    execute(file, "", AT_EMPTY_PATH, words);
    close(file);
}

int main(int argc, char **argv)
{
    static const char *const none[] = {NULL};

    if (getenv("SAY") != NULL) {
        say(argc, argv);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        execute(AT_FDCWD, argv[i], 0, words);
        execute(AT_FDCWD, argv[i], 0, none);
        execute(AT_FDCWD, argv[i], AT_SYMLINK_NOFOLLOW, words);
        by_descriptor(argv[i]);
    }
    execute(AT_FDCWD, "/", 0, words);
    execute(AT_FDCWD, "", AT_EMPTY_PATH, words);
    execute(99, "x", 0, words);
    execute(99, "", AT_EMPTY_PATH, words);
    execute(AT_FDCWD, "/none", 0, words);
    execute(AT_FDCWD, "/", 1, words);
    return 0;
}
