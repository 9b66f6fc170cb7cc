/* Calls that are asked for no bytes at all, at addresses that are nobody's or
 * the kernel's: which of them look at the address? */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uintptr_t addresses[] = {
    0,
    0x1001, /* never mapped */
    UINTPTR_MAX,
    UINTPTR_MAX - 4095,
#ifdef __x86_64__
    1ul << 63,
    0xffff800000000000ul, /* the kernel's first */
    0x00007ffffffff000ul, /* the first that is no program's */
    0x00007fffffffefff,   /* the last that is */
#else
    0xffffe000, /* the first that is no program's */
    0xffffdfff, /* the last that is */
#endif
};

static int files[12];
static size_t file_count;

static void say(const char *name, size_t file, uintptr_t address, long result)
{
    printf("%s %zu %#lx: %ld\n", name, file, (unsigned long)address,
           result < 0 ? (long)-errno : result);
}

/* Through the system call itself: a library may look before it calls. */
static void call_file(size_t number, uintptr_t at)
{
    int file = files[number];
    struct iovec vector = {(void *)at, 0};
    struct iovec two[] = {{(void *)at, 0}, {(void *)at, 0}};

    say("read", number, at, syscall(SYS_read, file, at, 0));
    say("write", number, at, syscall(SYS_write, file, at, 0));
    say("readv", number, at, syscall(SYS_readv, file, &vector, 1));
    say("writev", number, at, syscall(SYS_writev, file, two, 2));
    say("readv none", number, at, syscall(SYS_readv, file, at, 0));
    say("writev none", number, at, syscall(SYS_writev, file, at, 0));
    say("getdents64", number, at, syscall(SYS_getdents64, file, at, 0));
}

static void call_others(uintptr_t at)
{
    sigset_t none;
    struct timespec now = {0, 0};

    sigemptyset(&none);
    say("getrandom", 0, at, syscall(SYS_getrandom, at, 0, 0));
    say("mincore", 0, at, syscall(SYS_mincore, 0x10000, 0, at));
    say("mincore of", 0, at, syscall(SYS_mincore, at, 0, &none));
    say("msync", 0, at, syscall(SYS_msync, at, 0, 0));
    say("mlock", 0, at, syscall(SYS_mlock, at, 0));
    say("munlock", 0, at, syscall(SYS_munlock, at, 0));
    say("madvise", 0, at, syscall(SYS_madvise, at, 0, 4));
    say("mprotect", 0, at, syscall(SYS_mprotect, at, 0, 0));
    say("munmap", 0, at, syscall(SYS_munmap, at, 0));
    say("getcwd", 0, at, syscall(SYS_getcwd, at, 0));
    say("readlink", 0, at, syscall(SYS_readlink, "/proc/self/exe", at, 0));
    say("poll", 0, at, syscall(SYS_poll, at, 0, 0));
    say("ppoll", 0, at, syscall(SYS_ppoll, at, 0, &now, &none, 8));
    say("getgroups", 0, at, syscall(SYS_getgroups, 0, at));
    say("setgroups", 0, at, syscall(SYS_setgroups, 0, at));
    say("affinity", 0, at, syscall(SYS_sched_getaffinity, 0, 0, at));
    say("hostname", 0, at, syscall(SYS_write, 1, at, 0));
}

static void open_files(void)
{
    static const char *const paths[] = {"/dev/zero",      "/dev/null",
                                        "/dev/urandom",   "/proc/self/maps",
                                        "/proc/self/exe", "/"};
    int ends[2];

    for (size_t i = 0; i < COUNT(paths); i++) {
        bool is_device = strncmp(paths[i], "/dev", 4) == 0;
        files[file_count++] = open(paths[i], is_device ? O_RDWR : O_RDONLY);
    }
    if (pipe(ends) != 0) {
        exit(EXIT_FAILURE);
    }
    files[file_count++] = ends[0];
    files[file_count++] = ends[1];
    files[file_count++] = 99; /* not open */
}

int main(void)
{
    open_files();
    fcntl(files[6], F_SETFL, O_NONBLOCK);
    for (size_t i = 0; i < COUNT(addresses); i++) {
        call_others(addresses[i]);
        for (size_t file = 0; file < file_count; file++) {
            call_file(file, addresses[i]);
        }
    }
    return 0;
}
