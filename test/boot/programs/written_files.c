/* Files of the tree that are written: by write, by mappings, longer and
 * shorter, and what of it a program that runs or is mapped notices. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#define PAGE 4096
#define USER 1000

static char bytes[4 * PAGE];
static sigjmp_buf back;

static void show(const char *call, long long result)
{
    printf("%-62s %lld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long long)(call))

static void on_fault(int signal)
{
    siglongjmp(back, signal);
}

/* The byte at ADDRESS, or the signal that there is, below 0. */
static int look(const volatile char *address)
{
    int signal = sigsetjmp(back, 1);

    return signal == 0 ? *address : -signal;
}

static int change(volatile char *address, char value)
{
    int signal = sigsetjmp(back, 1);

    if (signal == 0) {
        *address = value;
    }
    return -signal;
}

static void show_stat(const char *path)
{
    struct stat s;

    memset(&s, 0, sizeof(s));
    int result = lstat(path, &s);
    printf("%s: %d mode %o links %d uid %d gid %d size %lld blocks %lld\n",
           path, result, s.st_mode, (int)s.st_nlink, (int)s.st_uid,
           (int)s.st_gid, (long long)s.st_size, (long long)s.st_blocks);
}

/* A sum of the file's bytes. */
static void show_bytes(const char *path)
{
    int fd = open(path, O_RDONLY);
    unsigned sum = 0;
    long long count = 0;
    ssize_t size;

    while ((size = read(fd, bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < size; i++) {
            sum = sum * 31 + (unsigned char)bytes[i];
        }
        count += size;
    }
    printf("%s: %lld bytes, %08x\n", path, count, sum);
    close(fd);
}

static void fill(void)
{
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)(i * 7 + i / PAGE);
    }
}

static void new_file(void)
{
    int fd = open("new", O_CREAT | O_RDWR | O_EXCL, 0644);

    fill();
    show_stat("new");
    SHOW(write(fd, bytes, 100));
    SHOW(pwrite(fd, bytes, 100, PAGE - 50));
    SHOW(pwrite(fd, bytes, 2 * PAGE, 10 * PAGE));
    show_stat("new");
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(lseek(fd, 0, SEEK_END));
    SHOW(lseek(fd, 0, SEEK_DATA));
    SHOW(lseek(fd, 0, SEEK_HOLE));
    SHOW(lseek(fd, 3 * PAGE, SEEK_DATA));
    SHOW(lseek(fd, 12 * PAGE, SEEK_DATA));
    SHOW(lseek(fd, 10 * PAGE + 5, SEEK_HOLE));
    show_bytes("new");
    SHOW(ftruncate(fd, PAGE + 10));
    show_stat("new");
    SHOW(ftruncate(fd, 2 * PAGE));
    show_bytes("new");
    SHOW(truncate("new", 50));
    SHOW(truncate("new", -1));
    SHOW(truncate("none", 50));
    SHOW(truncate("/", 50));
    SHOW(truncate("proc/version", 50));
    show_bytes("new");
    SHOW(fcntl(fd, F_SETFL, O_APPEND));
    SHOW(lseek(fd, 5, SEEK_SET));
    SHOW(write(fd, "behind", 6));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pwrite(fd, "again", 5, 0));
    show_bytes("new");
    SHOW(fcntl(fd, F_GET_SEALS));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(fsync(fd));
    SHOW(fdatasync(fd));
    SHOW(close(open("new", O_RDONLY | O_TRUNC)));
    show_stat("new");
    SHOW(close(fd));
    SHOW(unlink("new"));
}

/* A file of the archive: its first bytes are written, mapped, cut. */
static void archived(const char *path)
{
    struct stat s;

    show_bytes(path);
    stat(path, &s);
    int fd = open(path, O_RDWR);
    printf("%s: %d\n", path, fd >= 0);
    if (fd < 0) {
        return; /* a program that runs alone has none */
    }
    char *shared =
        mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *private =
        mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    int read_only = open(path, O_RDONLY);
    char *shown = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, read_only, 0);
    SHOW(look(shown) == look(shared) && look(shown) == look(private));
    SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, read_only, 0) ==
         MAP_FAILED);
    SHOW(change(shared + 1, 'A'));
    SHOW(look(shown + 1));
    SHOW(look(private + 1));
    SHOW(pread(read_only, bytes, 4, 0));
    printf("%d\n", bytes[1]);
    SHOW(change(private + 1, 'B'));
    SHOW(look(shown + 1));
    SHOW(pwrite(fd, "C", 1, 1));
    SHOW(look(shown + 1));
    SHOW(look(shared + 1));
    SHOW(look(private + 1));
    SHOW(pwrite(fd, "D", 1, PAGE));
    SHOW(look(private + PAGE));
    show_bytes(path);
    SHOW(ftruncate(fd, 10));
    SHOW(look(shared + 9) == look(shown + 9));
    SHOW(look(shared + 10));
    SHOW(look(shared + PAGE));
    SHOW(look(private + 1));
    SHOW(look(private + PAGE));
    SHOW(change(shared + 20, 'E'));
    SHOW(ftruncate(fd, 3 * PAGE));
    SHOW(look(shared + 20));
    SHOW(look(shared + PAGE));
    SHOW(change(shared + 2 * PAGE, 'F'));
    SHOW(look(shown + 2 * PAGE));
    show_stat(path);
    show_bytes(path);
    SHOW(msync(shared, 4 * PAGE, MS_SYNC));
    SHOW(close(fd) | close(read_only));
    SHOW(change(shared, 'G'));
    show_bytes(path);
    SHOW(unlink(path));
    SHOW(look(shown));
    SHOW(munmap(shared, 4 * PAGE) | munmap(private, 4 * PAGE) |
         munmap(shown, 4 * PAGE));
}

static void copy_file(const char *from, const char *to, int mode)
{
    int in = open(from, O_RDONLY);
    int out = open(to, O_CREAT | O_TRUNC | O_WRONLY, mode);
    ssize_t size;

    while ((size = read(in, bytes, sizeof(bytes))) > 0) {
        if (write(out, bytes, (size_t)size) != size) {
            printf("short write, errno %d\n", errno);
        }
    }
    close(in);
    close(out);
}

static int run(const char *path, const char *argument)
{
    int status = -1;

    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, argument, (char *)NULL);
        printf("exec: errno %d\n", errno);
        fflush(stdout);
        _exit(99);
    }
    waitpid(child, &status, 0);
    return status;
}

/* A copy of this program is run, and can't be written then. */
static void programs(const char *self)
{
    copy_file(self, "copy", 0755);
    SHOW(run("copy", "hello"));
    SHOW(run("copy", "busy"));
    int fd = open("copy", O_RDWR);
    SHOW(run("copy", "hello"));
    SHOW(close(fd));
    SHOW(run("copy", "hello"));
    SHOW(chmod("copy", 0644));
    SHOW(run("copy", "hello"));
    SHOW(chmod("copy", 0755));
    SHOW(truncate("copy", 40));
    SHOW(run("copy", "hello"));
    SHOW(truncate("copy", 0));
    SHOW(run("copy", "hello"));
    fd = open("copy", O_WRONLY);
    size_t length = (size_t)sprintf(bytes, "#!%s  hello", self);
    SHOW(write(fd, bytes, length) == (ssize_t)length);
    SHOW(close(fd));
    SHOW(run("copy", "x"));
    SHOW(unlink("copy"));
    fd = (int)syscall(SYS_memfd_create, "program", 0);
    int in = open(self, O_RDONLY);
    ssize_t size;
    while ((size = read(in, bytes, sizeof(bytes))) > 0) {
        write(fd, bytes, (size_t)size);
    }
    close(in);
    char path[32];
    sprintf(path, "/proc/self/fd/%d", fd);
    SHOW(run(path, "hello"));
    sprintf(path, "/proc/self/fd/%d", open(path, O_RDONLY));
    SHOW(close(fd));
    SHOW(run(path, "hello"));
}

static void busy(const char *self)
{
    char path[256];

    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[size > 0 ? size : 0] = '\0';
    printf("%s\n", path);
    SHOW(open(self, O_RDWR));
    SHOW(open(self, O_WRONLY | O_TRUNC));
    SHOW(open(self, O_RDONLY | O_TRUNC));
    SHOW(truncate(self, 0));
    SHOW(close(open(self, O_RDONLY)));
    SHOW(rename(self, "renamed"));
    size = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[size > 0 ? size : 0] = '\0';
    printf("%s\n", path);
    SHOW(rename("renamed", self));
}

static void modes(void)
{
    int status;

    SHOW(close(creat("m", 0644)));
    SHOW(chmod("m", 06755));
    show_stat("m");
    SHOW(chown("m", USER, USER));
    show_stat("m");
    SHOW(chmod("m", 06755));
    SHOW(chmod("none", 0644));
    SHOW(chmod("proc/version", 0444));
    SHOW(chmod("proc/self/status", 0444));
    SHOW(chown("proc/self/status", 5, 5));
    SHOW(utimes("proc/self/status", NULL));
    SHOW(fchownat(AT_FDCWD, "m", 0, 0, 1));
    SHOW(fchownat(AT_FDCWD, "", 0, 0, AT_EMPTY_PATH));
    SHOW(close(creat("roots", 0666)) | chmod("roots", 0666));
    fflush(stdout);
    if (fork() == 0) {
        SHOW(setgid(USER) | setuid(USER));
        SHOW(chmod("roots", 0600));
        SHOW(chown("roots", USER, USER));
        SHOW(chown("m", 0, -1));
        SHOW(chown("m", -1, 0));
        SHOW(chown("m", USER, USER));
        show_stat("m");
        SHOW(chmod("m", 06777));
        int fd = open("m", O_RDWR);
        SHOW(write(fd, "x", 1));
        show_stat("m");
        SHOW(utimes("roots", NULL));
        struct timeval then[2] = {{1, 2}, {3, 4}};
        SHOW(utimes("roots", then));
        SHOW(utimes("m", then));
        fflush(stdout);
        _exit(0);
    }
    wait(&status);
    SHOW(unlink("m") | unlink("roots"));
}

static void show_times(const char *path)
{
    struct stat s;

    stat(path, &s);
    printf("%s: %lld.%09ld %lld.%09ld\n", path, (long long)s.st_atim.tv_sec,
           s.st_atim.tv_nsec, (long long)s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
}

static void times(void)
{
    const struct timespec old[2] = {{100, 5}, {200, 999999999}};
    const struct timespec one[2] = {{0, UTIME_OMIT}, {300, 0}};
    const struct timespec none[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
    const struct timespec bad[2] = {{0, 1000000000}, {0, 0}};
    const struct timeval bad_micros[2] = {{0, 1000000}, {0, 0}};
    const struct utimbuf seconds = {7, 8};
    struct stat s, t;

    int fd = creat("t", 0644);
    SHOW(utimensat(AT_FDCWD, "t", old, 0));
    show_times("t");
    SHOW(utimensat(AT_FDCWD, "t", one, 0));
    show_times("t");
    SHOW(utimensat(AT_FDCWD, "none", none, 0));
    SHOW(utimensat(AT_FDCWD, "none", one, 0));
    SHOW(utimensat(AT_FDCWD, "t", bad, 0));
    SHOW(utimensat(AT_FDCWD, "t", old, 1));
    SHOW(utimes("t", bad_micros));
    SHOW(futimens(fd, old));
    show_times("t");
    SHOW(utime("t", &seconds));
    show_times("t");
    SHOW(symlink("t", "l"));
    SHOW(utimensat(AT_FDCWD, "l", one, AT_SYMLINK_NOFOLLOW));
    show_times("t");
    SHOW(write(fd, "x", 1));
    stat("t", &s);
    SHOW(s.st_mtim.tv_sec > 300 && s.st_atim.tv_sec == 7);
    SHOW(utimensat(AT_FDCWD, "t", old, 0));
    stat("t", &t);
    SHOW(t.st_ctim.tv_sec >= s.st_ctim.tv_sec && t.st_ctim.tv_sec > 300);
    SHOW(close(fd) | unlink("t") | unlink("l"));
}

int main(int argc, char **argv)
{
    signal(SIGBUS, on_fault);
    if (argc > 1 && strstr(argv[argc - 1], "hello") != NULL) {
        printf("hello of %d arguments\n", argc);
        return 7;
    }
    if (argc > 2 && strcmp(argv[1], "hello") == 0) {
        printf("hello of a script, %d arguments\n", argc);
        return 8;
    }
    if (argc > 1 && strcmp(argv[1], "busy") == 0) {
        busy(argv[0]);
        return 9;
    }
    new_file();
    copy_file(argv[0], "archived", 0644);
    archived("archived");
    copy_file("/written", "kept", 0755);
    archived("/written");
    SHOW(rename("kept", "/written"));
    modes();
    times();
    programs(argv[0]);
    return 0;
}
