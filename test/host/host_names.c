/* See test/host/host_names.h. */
#define _GNU_SOURCE
#include "test/host/host_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/brix-names-XXXXXX";

static void run(const char *format)
{
    char command[4 * sizeof(folder) + 64];

    snprintf(command, sizeof(command), format, folder, folder);
    assert_int_equal(system(command), 0);
}

void host_names_create(void)
{
    assert_non_null(mkdtemp(folder));
}

void host_names_clear(void)
{
    char path[2 * sizeof(folder)];

    assert_int_equal(chdir("/"), 0);
    run("rm -rf %s && mkdir -p %s" HOST_BASE);
    snprintf(path, sizeof(path), "%s" HOST_BASE, folder);
    assert_int_equal(chdir(path), 0);
}

void host_names_remove(void)
{
    assert_int_equal(chdir("/"), 0);
    run("rm -rf %s");
}

int host_names_do(const struct host_step *s)
{
    long result = -1;
    int fd;

    switch (s->call) {
    case HOST_CREATE:
        fd = open(s->first, O_CREAT | O_EXCL | O_RDWR, 0644);
        result = fd < 0 ? -1 : close(fd);
        break;
    case HOST_MAKE_DIRECTORY:
        result = mkdir(s->first, 0755);
        break;
    case HOST_UNLINK:
        result = unlink(s->first);
        break;
    case HOST_REMOVE_DIRECTORY:
        result = rmdir(s->first);
        break;
    case HOST_RENAME:
        result = syscall(SYS_renameat2, AT_FDCWD, s->first, AT_FDCWD, s->second,
                         s->flags);
        break;
    case HOST_LINK:
        result = link(s->first, s->second);
        break;
    default:
        result = symlink(s->first, s->second);
    }
    return result < 0 ? -errno : 0;
}

void host_names_look(const char *path, struct host_name *found)
{
    char whole[HOST_PATH_SIZE];
    struct stat s;

    snprintf(whole, sizeof(whole), "%s%s", folder, path);
    assert_int_equal(lstat(whole, &s), 0);
    found->type = s.st_mode & S_IFMT;
    found->links = (unsigned)s.st_nlink;
    found->size = 0;
    if (S_ISLNK(s.st_mode)) {
        ssize_t size = readlink(whole, found->target, sizeof(found->target));
        assert_true(size > 0);
        found->size = (size_t)size;
    }
}

static unsigned count_below(const char *path)
{
    char below[HOST_PATH_SIZE];
    DIR *directory = opendir(path);
    struct dirent *entry;
    unsigned count = 1;

    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
        count += entry->d_type == DT_DIR ? count_below(below) : 1;
    }
    closedir(directory);
    return count;
}

unsigned host_names_count(void)
{
    return count_below(folder);
}

unsigned host_user(void)
{
    return geteuid();
}

unsigned host_group(void)
{
    return getegid();
}
