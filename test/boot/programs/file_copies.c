/* Calls that copy from file to file, read and write with flags, and list
 * directories in the old way. */
#include "tree.h"

#include <limits.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define FOLDER "/copies"
#define SOURCE FOLDER "/source"
#define TARGET FOLDER "/target"
#define SIZE   20000

static char bytes[2 * SIZE];

static unsigned sum_of(const char *path)
{
    int fd = open(path, O_RDONLY);
    ssize_t size = read(fd, bytes, sizeof(bytes));
    unsigned sum = (unsigned)size;

    for (ssize_t i = 0; i < size; i++) {
        sum = sum * 31 + (unsigned char)bytes[i];
    }
    close(fd);
    return sum;
}

static void make_source(void)
{
    int fd = open(SOURCE, O_CREAT | O_WRONLY, 0644);

    for (int i = 0; i < SIZE; i++) {
        bytes[i] = (char)(i * 7 + i / 4096);
    }
    SHOW(write(fd, bytes, SIZE));
    close(fd);
}

static off_t at(int fd)
{
    return lseek(fd, 0, SEEK_CUR);
}

static void send_to_file(void)
{
    int in = open(SOURCE, O_RDONLY);
    int out = open(TARGET, O_CREAT | O_RDWR, 0644);
    off_t from = 5000;

    SHOW(sendfile(out, in, NULL, 100));
    SHOW(at(in));
    SHOW(at(out));
    SHOW(sendfile(out, in, &from, 9000));
    SHOW(from);
    SHOW(at(in));
    SHOW(at(out));
    SHOW(sendfile(out, in, NULL, SIZE * 2));
    SHOW(at(in));
    SHOW(sendfile(out, in, NULL, 1));
    SHOW(sum_of(TARGET) == 0);
    printf("sum %08x\n", sum_of(TARGET));
    from = SIZE + 5;
    SHOW(sendfile(out, in, &from, 10));
    from = -1;
    SHOW(sendfile(out, in, &from, 10));
    SHOW(sendfile(out, in, (off_t *)8, 10));
    SHOW(sendfile(in, out, NULL, 10));
    SHOW(sendfile(-1, in, NULL, 10));
    SHOW(sendfile(out, -1, NULL, 10));
    SHOW(sendfile(out, in, NULL, 0));
    SHOW(sendfile(out, in, NULL, (size_t)-1));
    SHOW(fcntl(out, F_SETFL, O_APPEND));
    SHOW(sendfile(out, in, NULL, 10));
    close(in);
    close(out);
}

static void send_elsewhere(void)
{
    int in = open(SOURCE, O_RDONLY), null = open("/dev/null", O_RDWR);
    int full = open("/dev/full", O_WRONLY), folder = open(FOLDER, O_RDONLY);
    int pipes[2], sockets[2];
    off_t from = 0;

    SHOW(pipe(pipes));
    SHOW(fcntl(pipes[1], F_SETFL, O_NONBLOCK));
    SHOW(sendfile(pipes[1], in, &from, 5000));
    SHOW(read(pipes[0], bytes, sizeof(bytes)));
    SHOW(memcmp(bytes, bytes + SIZE, 1) == 2);
    SHOW(sendfile(pipes[1], pipes[0], NULL, 5));
    SHOW(sendfile(null, pipes[0], NULL, 5));
    SHOW(sendfile(pipes[1], in, NULL, 5));
    SHOW(at(in));
    SHOW(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, sockets));
    from = 19990;
    SHOW(sendfile(sockets[0], in, &from, 100));
    SHOW(read(sockets[1], bytes, sizeof(bytes)));
    SHOW(sendfile(null, in, NULL, 1000));
    SHOW(at(in));
    SHOW(sendfile(null, null, NULL, 5));
    SHOW(sendfile(full, in, NULL, 5) < 0);
    SHOW(sendfile(null, folder, NULL, 5));
    from = 0;
    SHOW(sendfile(pipes[0], in, &from, 5));
    SHOW(sendfile(null, pipes[0], &from, 5));
    close(pipes[0]);
    close(pipes[1]);
    close(in);
    close(sockets[0]);
    close(sockets[1]);
    close(null);
    close(full);
    close(folder);
}

static void copy_ranges(void)
{
    int in = open(SOURCE, O_RDONLY);
    int out = open(TARGET, O_CREAT | O_RDWR | O_TRUNC, 0644);
    int folder = open(FOLDER, O_RDONLY),
        proc = open("/proc/self/maps", O_RDONLY);
    int both = open(SOURCE, O_RDWR);
    loff_t from = 100, to = 6000;

    SHOW(copy_file_range(in, NULL, out, NULL, 50, 0));
    SHOW(at(in));
    SHOW(at(out));
    SHOW(copy_file_range(in, &from, out, &to, 9000, 0));
    SHOW(from);
    SHOW(to);
    SHOW(at(out));
    printf("sum %08x\n", sum_of(TARGET));
    SHOW(copy_file_range(in, NULL, out, NULL, 50, 1));
    SHOW(copy_file_range(in, NULL, -1, NULL, 50, 0));
    SHOW(copy_file_range(-1, NULL, out, NULL, 50, 0));
    SHOW(copy_file_range(out, NULL, in, NULL, 50, 0));
    SHOW(copy_file_range(folder, NULL, out, NULL, 50, 0));
    SHOW(copy_file_range(in, NULL, folder, NULL, 50, 0));
    SHOW(copy_file_range(proc, NULL, out, NULL, 50, 0));
    SHOW(copy_file_range(0, NULL, out, NULL, 50, 0) < 0);
    SHOW(copy_file_range(in, (loff_t *)8, out, NULL, 50, 0));
    from = -5;
    SHOW(copy_file_range(in, &from, out, NULL, 50, 0));
    from = LLONG_MAX - 5;
    SHOW(copy_file_range(in, &from, out, NULL, 50, 0));
    from = SIZE + 5;
    SHOW(copy_file_range(in, &from, out, NULL, 50, 0));
    SHOW(copy_file_range(in, NULL, out, NULL, 0, 0));
    from = 100;
    to = 149;
    SHOW(copy_file_range(both, &from, both, &to, 50, 0));
    to = 150;
    SHOW(copy_file_range(both, &from, both, &to, 50, 0));
    SHOW(copy_file_range(in, NULL, out, NULL, SIZE * 3, 0));
    printf("sum %08x\n", sum_of(TARGET));
    SHOW(fcntl(out, F_SETFL, O_APPEND));
    SHOW(copy_file_range(in, NULL, out, NULL, 50, 0));
    close(both);
    close(in);
    close(out);
    close(folder);
    close(proc);
}

/* By the numbers: not each C library has the functions. */
static long move_at(long number, int fd, const struct iovec *pieces, int count,
                    long position, int flags)
{
#ifdef __i386__
    return syscall(number, fd, pieces, count, position, position >> 31, flags);
#else
    return syscall(number, fd, pieces, count, position, 0, flags);
#endif
}

static void flags_of_calls(void)
{
    int fd = open(TARGET, O_CREAT | O_RDWR | O_TRUNC, 0644);
    char one[8] = "12345678", two[8] = "abcdefgh";
    const struct iovec pieces[] = {{one, 5}, {two, 3}};
    int pipes[2];

    SHOW(pipe(pipes));
    SHOW(move_at(SYS_pwritev2, fd, pieces, 2, 10, 0));
    SHOW(move_at(SYS_pwritev2, fd, pieces, 2, -1, 6));
    SHOW(at(fd));
    SHOW(move_at(SYS_pwritev2, fd, pieces, 2, 0, 0x10));
    SHOW(move_at(SYS_pwritev2, fd, pieces, 2, -1, 0x10));
    SHOW(at(fd));
    SHOW(move_at(SYS_pwritev2, fd, pieces, 2, -2, 0));
    SHOW(move_at(SYS_pwritev2, fd, pieces, 2, 0, 0x20));
    SHOW(move_at(SYS_pwritev2, fd, pieces, 2, 0, 0x8));
    SHOW(move_at(SYS_pwritev2, -1, pieces, 2, 0, 0));
    SHOW(move_at(SYS_pwritev2, pipes[1], pieces, 2, 0, 0));
    SHOW(move_at(SYS_pwritev2, pipes[1], pieces, 2, -1, 0));
    SHOW(move_at(SYS_preadv2, pipes[0], pieces, 2, -1, 0));
    SHOW(move_at(SYS_preadv2, fd, pieces, 2, 8, 1));
    SHOW(move_at(SYS_preadv2, fd, pieces, 2, -1, 0));
    SHOW(move_at(SYS_preadv2, fd, pieces, -1, 0, 0));
    SHOW(lseek(fd, 4, SEEK_SET));
    SHOW(move_at(SYS_preadv2, fd, pieces, 2, -1, 0));
    SHOW(at(fd));
    printf("%.5s %.3s, sum %08x\n", one, two, sum_of(TARGET));
    close(fd);
    close(pipes[0]);
    close(pipes[1]);
}

struct old_dirent {
    unsigned long number;
    unsigned long next;
    unsigned short size;
    char name[];
};

static void old_entries(void)
{
    static union {
        char bytes[4096];
        struct old_dirent first;
    } list;
    int fd = open(FOLDER, O_RDONLY);
    long size = syscall(SYS_getdents, fd, &list, sizeof(list));

    SHOW(size);
    for (long i = 0; i < size;) {
        const struct old_dirent *entry = (void *)(list.bytes + i);
        printf("%s size %d type %d number %d\n", entry->name, entry->size,
               list.bytes[i + entry->size - 1], entry->number > 0);
        i += entry->size;
    }
    SHOW(syscall(SYS_getdents, fd, &list, sizeof(list)));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(syscall(SYS_getdents, fd, &list, 20));
    SHOW(syscall(SYS_getdents, fd, (void *)8, 2000));
    SHOW(syscall(SYS_getdents, -1, &list, 2000));
    SHOW(syscall(SYS_getdents, 0, &list, 2000));
    close(fd);
}

int main(void)
{
    begin();
    mkdir(FOLDER, 0755);
    make_source();
    send_to_file();
    send_elsewhere();
    copy_ranges();
    flags_of_calls();
    mkdir(FOLDER "/d", 0755);
    symlink("x", FOLDER "/a longer name of a link");
    old_entries();
    SHOW(unlink(FOLDER "/a longer name of a link"));
    SHOW(rmdir(FOLDER "/d"));
    SHOW(unlink(SOURCE));
    SHOW(unlink(TARGET));
    SHOW(rmdir(FOLDER));
    return 0;
}
