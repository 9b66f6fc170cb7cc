/* Reads /proc and the devices while what they show changes, and asks the
 * terminal for what it can't do:
 *
 *     reader SEED COUNT
 *
 * Pieces of any size from any place, by several descriptors, of processes that
 * end meanwhile. */
#define _GNU_SOURCE /* preadv */

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "draw.h"

#define FILES        12
#define PIDS         4 /* before its own */
#define SAY_EVERY    64
#define PATH_SIZE    64
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int files[FILES];

/* A file of one of the processes around this one, or a device. */
static int open_one(void)
{
    static const char *const of_process[] = {
        "maps", "smaps", "status", "stat",    "statm", "cmdline",
        "fd",   "comm",  "limits", "environ", "cwd",   "exe"};
    static const char *const others[] = {
        "/proc",          "/dev/tty",  "/dev/console",  "/dev/null",
        "/proc/meminfo",  "/dev/zero", "/proc/bytemap", "/dev/full",
        "/proc/freeruns", "/dev/kmsg", "/proc/dmesg",   "/dev/random"};
    char path[PATH_SIZE];
    int flags = (int)draw_below(3) | O_NONBLOCK;

    if (draw_one_of(3)) {
        return open(others[draw_below(COUNT(others))], flags);
    }
    snprintf(path, sizeof(path), "/proc/%d/%s",
             getpid() - (int)draw_below(PIDS + 1),
             of_process[draw_below(COUNT(of_process))]);
    return open(path, O_RDONLY);
}

static void read_all_kinds(int file)
{
    char *buffer = (char *)draw_buffer();
    struct iovec pieces[] = {{buffer, draw_below(100)},
                             {(void *)draw_address(), draw_below(PAGE)}};
    off_t place = (off_t)(draw_one_of(4) ? draw_number() : draw_below(PAGE));

    switch (draw_below(8)) {
    case 0:
        (void)!pread(file, buffer, draw_length(), place);
        break;
    case 1:
        lseek(file, place, (int)draw_below(6));
        break;
    case 2:
        (void)!readv(file, pieces, 2);
        break;
    case 3:
        syscall(SYS_getdents64, file, buffer, draw_below(BUFFER_SIZE));
        break;
    case 4:
        (void)!read(file, (void *)draw_address(), draw_length());
        break;
    default:
        (void)!read(file, buffer, draw_below(PAGE));
    }
}

/* TCGETS to TIOCGSERIAL, and any. */
static void use_terminal(int file)
{
    char *buffer = (char *)draw_buffer();
    struct pollfd asked = {.fd = file, .events = (short)draw_number()};

    switch (draw_below(4)) {
    case 0:
        (void)!write(file, buffer, draw_below(100));
        break;
    case 1:
        poll(&asked, 1, 0);
        break;
    default:
        ioctl(file, draw_one_of(8) ? draw_number() : 0x5401 + draw_below(64),
              draw_one_of(2) ? (word)buffer : draw_number());
    }
}

static void step(void)
{
    int *file = &files[draw_below(FILES)];

    if (draw_one_of(8)) {
        close(*file);
        *file = open_one();
    } else if (draw_one_of(6)) {
        use_terminal(*file);
    } else if (draw_one_of(8)) {
        munmap((void *)(0x20000000 + draw_below(64) * PAGE), PAGE);
        mmap((void *)(0x20000000 + draw_below(64) * PAGE), draw_below(9) * PAGE,
             (int)draw_below(8), MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
             0);
    } else {
        read_all_kinds(*file);
    }
}

int main(int argc, char **argv)
{
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 0;

    draw_seed(argc > 1 ? strtoull(argv[1], NULL, 0) : 1);
    for (size_t i = 0; i < FILES; i++) {
        files[i] = open_one();
    }
    for (unsigned i = 0; i < count; i++) {
        if (i % SAY_EVERY == 0) {
            draw_say_progress(i);
        }
        step();
    }
    return EXIT_SUCCESS;
}
