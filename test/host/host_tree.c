/* See test/host/host_tree.h. */
#define _GNU_SOURCE
#include "test/host/host_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TOP "build/test/host/path-tree"

static int top_fd;

static void check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        abort();
    }
}

static int remove_one(const char *path, const struct stat *stat, int type,
                      struct FTW *ftw)
{
    (void)stat, (void)type, (void)ftw;
    return remove(path);
}

static void remove_tree(void)
{
    nftw(TOP, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

unsigned long host_tree_begin(void)
{
    struct stat stat;

    remove_tree();
    check(mkdir(TOP, 0755), TOP);
    top_fd = open(TOP, O_PATH | O_DIRECTORY);
    check(top_fd, TOP);
    check(fstat(top_fd, &stat), TOP);
    return stat.st_ino;
}

void host_tree_end(void)
{
    close(top_fd);
    remove_tree();
}

unsigned long host_tree_make(const char *path, enum host_tree_kind kind,
                             const char *target)
{
    const char *name = path + 1;
    struct stat stat;

    switch (kind) {
    case HOST_TREE_FILE:
        check(mknodat(top_fd, name, S_IFREG | 0644, 0), path);
        break;
    case HOST_TREE_DIRECTORY:
        check(mkdirat(top_fd, name, 0755), path);
        break;
    case HOST_TREE_LINK:
        check(symlinkat(target, top_fd, name), path);
        break;
    }
    check(fstatat(top_fd, name, &stat, AT_SYMLINK_NOFOLLOW), path);
    return stat.st_ino;
}

long host_tree_find(const char *path, enum host_tree_last last)
{
    struct open_how how = {
        .flags = O_PATH | (last == HOST_TREE_KEEP_LINK ? O_NOFOLLOW : 0),
        .resolve = RESOLVE_IN_ROOT,
    };
    struct stat stat;
    int fd;

    do { /* again when somebody on the host has renamed something meanwhile */
        fd = (int)syscall(SYS_openat2, top_fd, path, &how, sizeof(how));
    } while (fd < 0 && errno == EAGAIN);
    if (fd < 0) {
        return -errno;
    }
    check(fstat(fd, &stat), path);
    close(fd);
    return (long)stat.st_ino;
}
