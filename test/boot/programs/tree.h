/* For programs about names: how calls, files and directories are shown, and a
 * root that only root can write. */
#pragma once

#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_LONGEST 255

static char longest[NAME_LONGEST + 1], too_long[NAME_LONGEST + 2];
static char too_long_path[4097];

static inline void begin(void)
{
    memset(longest, 'n', NAME_LONGEST);
    memset(too_long, 'n', NAME_LONGEST + 1);
    memset(too_long_path, 'x', sizeof(too_long_path) - 1);
    chmod("/", 0755); /* where Linux was started it may be 0777 */
}

static inline void show(const char *call, long result)
{
    printf("%-64s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static inline int make(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);

    return fd >= 0 ? close(fd) : -1;
}

static inline void show_stat(const char *path)
{
    struct stat s;

    if (lstat(path, &s) != 0) {
        printf("%s: errno %d\n", path, errno);
        return;
    }
    printf("%s: mode %o links %d uid %d gid %d size %lld rdev %llx\n", path,
           s.st_mode, (int)s.st_nlink, (int)s.st_uid, (int)s.st_gid,
           S_ISDIR(s.st_mode) ? 0 : (long long)s.st_size,
           (unsigned long long)s.st_rdev);
}

/* As the directory lists it: the newest first. */
static inline void list(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry;

    printf("%s:", path);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.') {
            printf(" %.20s(%d)", entry->d_name, entry->d_type);
        }
    }
    printf("\n");
    if (directory != NULL) {
        closedir(directory);
    }
}
