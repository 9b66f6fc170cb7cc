/* Descriptors, paths and devices: what each call answers, right or wrong. The
 * only regular file that is there on both systems is the program itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

#define PAGE     4096
#define NO_FILE  99
#define FREE_LOW 40

/* The compiler must not see what is wrong. */
static char *volatile bad = (char *)16;
static volatile int minus_one = -1;
static volatile int too_many = IOV_MAX + 1;
static const char *volatile empty = "";

static char buffer[2 * PAGE];

static void show(const char *call, long result)
{
    printf("%-56s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call)         show(#call, (long)(call))
/* Which descriptor it is differs. */
#define SHOW_IS_OPEN(call) show(#call, (call) >= 0 ? 1 : -1)

/* A page that ends where nothing is mapped. */
static char *last_page(void)
{
    char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page + PAGE, PAGE);
    return page;
}

static void opens(const char *file)
{
    char with_slash[PATH_MAX];
    snprintf(with_slash, sizeof(with_slash), "%s/", file);
    SHOW(open(empty, O_RDONLY));
    SHOW(open(bad, O_RDONLY));
    SHOW(open(with_slash, O_RDONLY));
    SHOW(open("/none/none", O_RDONLY));
    SHOW(open("/none/none", O_RDWR | O_CREAT, 0600));
    SHOW(open("/dev", O_WRONLY));
    SHOW(open("/dev", O_RDONLY | O_CREAT, 0600));
    SHOW(open(file, O_RDONLY | O_DIRECTORY));
    SHOW(open(file, O_RDONLY | O_CREAT | O_EXCL, 0600));
    SHOW(open("/none/", O_RDWR | O_CREAT, 0600));
    SHOW(open("/proc/self", O_RDONLY | O_NOFOLLOW));
    SHOW_IS_OPEN(open("/proc/self/../self/./maps", O_RDONLY));
    SHOW_IS_OPEN(open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600));
    SHOW(openat(NO_FILE, "x", O_RDONLY));
    SHOW_IS_OPEN(openat(NO_FILE, "/dev/null", O_RDONLY));
    SHOW(openat(STDIN_FILENO, "x", O_RDONLY));
}

static void reads_and_writes(int file, int directory, int null)
{
    int zero = open("/dev/zero", O_RDWR);
    int full = open("/dev/full", O_RDWR);
    int path = open("/dev/null", O_PATH);
    char *page = last_page();
    SHOW(read(directory, buffer, 1));
    SHOW(read(directory, bad, 1));
    SHOW(read(path, buffer, 1));
    SHOW(read(file, bad, 4));
    SHOW(read(file, buffer, 4));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(memcmp(buffer, "\177ELF", 4));
    SHOW(write(file, buffer, 4));
    SHOW(read(null, bad, 4));
    SHOW(write(null, bad, 4));
    SHOW(write(full, buffer, 4));
    SHOW(read(zero, bad, 4));
    SHOW(read(zero, page + PAGE - 100, PAGE));
    lseek(file, 0, SEEK_SET);
    SHOW(read(file, page + PAGE - 2, 4));
    SHOW(pread(file, buffer, 3, 1));
    SHOW(pread(file, buffer, 3, minus_one));
    SHOW(pread(NO_FILE, buffer, 3, 0));
    SHOW(pwrite(file, buffer, 3, 0));
    SHOW(pread(STDIN_FILENO, buffer, 3, 0));
    SHOW(write(STDOUT_FILENO, page + PAGE - 1, PAGE));
}

static void seeks(int file, int null)
{
    off_t end = lseek(file, 0, SEEK_END);
    int maps = open("/proc/self/maps", O_RDONLY);
    SHOW(lseek(file, -1, SEEK_SET));
    SHOW(lseek(file, 5, SEEK_SET));
    SHOW(lseek(file, 5, SEEK_CUR));
    SHOW(lseek(file, 0, 9));
    SHOW(lseek(file, end, SEEK_DATA));
    SHOW(lseek(file, 0, SEEK_HOLE) == end);
    SHOW(lseek(file, end + 10, SEEK_SET) == end + 10);
    SHOW(read(file, buffer, 1));
    SHOW(lseek(null, 5, SEEK_SET));
    SHOW(lseek(maps, 5, SEEK_SET));
    SHOW(lseek(maps, 0, SEEK_END));
    SHOW(lseek(STDIN_FILENO, 0, SEEK_SET));
    SHOW(lseek(NO_FILE, 0, SEEK_SET));
}

static void vectors(int file, int null)
{
    struct iovec pieces[3] = {{buffer, 2}, {buffer, 0}, {buffer, 3}};
    lseek(file, 0, SEEK_SET);
    SHOW(readv(file, pieces, 3));
    SHOW(readv(file, pieces, 0));
    SHOW(readv(file, pieces, too_many));
    SHOW(writev(null, pieces, 3));
    SHOW(writev(file, pieces, 0));
    pieces[1] = (struct iovec){bad, 4};
    SHOW(readv(file, pieces, 3));
    pieces[1].iov_len = (size_t)minus_one;
    SHOW(readv(file, pieces, 3));
}

static void descriptors(int file, int null)
{
    SHOW(dup(NO_FILE));
    SHOW(dup2(NO_FILE, NO_FILE));
    SHOW(dup2(file, minus_one));
    SHOW(dup3(file, file, 0));
    SHOW(dup3(file, FREE_LOW, O_CLOEXEC));
    SHOW(fcntl(FREE_LOW, F_GETFD));
    SHOW(fcntl(file, F_DUPFD, FREE_LOW));
    SHOW(fcntl(FREE_LOW + 1, F_GETFD));
    SHOW(fcntl(file, F_DUPFD, minus_one));
    SHOW(close(FREE_LOW));
    SHOW(close(FREE_LOW));
    SHOW(fcntl(null, F_GETFL) & (O_ACCMODE | O_NONBLOCK | O_APPEND));
    SHOW(fcntl(null, F_SETFL, O_NONBLOCK | O_APPEND));
    SHOW(fcntl(null, F_GETFL) & (O_ACCMODE | O_NONBLOCK | O_APPEND));
    SHOW(fcntl(NO_FILE, F_GETFL));
    SHOW(ioctl(STDOUT_FILENO, TCGETS, buffer));
    SHOW(ioctl(file, TCGETS, buffer));
    SHOW(ioctl(NO_FILE, TCGETS, buffer));
}

static void show_stat(const char *path)
{
    struct stat stat;
    SHOW(lstat(path, &stat));
    printf("%s: mode %o, %d:%d\n", path, stat.st_mode, major(stat.st_rdev),
           minor(stat.st_rdev));
}

static void stats(const char *file, int descriptor)
{
    const int both = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    struct stat by_name, by_file;
    SHOW(stat(file, &by_name));
    SHOW(fstat(descriptor, &by_file));
    SHOW(memcmp(&by_name, &by_file, sizeof(by_name)));
    SHOW(fstat(NO_FILE, &by_file));
    SHOW(fstat(STDOUT_FILENO, &by_file));
    SHOW(by_file.st_mode & S_IFMT);
    SHOW(fstatat(descriptor, empty, &by_file, both));
    SHOW(fstatat(descriptor, empty, &by_file, 0));
    SHOW(fstatat(descriptor, "x", &by_file, 0));
    SHOW(fstatat(AT_FDCWD, "/", &by_file, 1));
    show_stat("/dev/null");
    show_stat("/dev/urandom");
    show_stat("/proc/self");
    show_stat("/proc/self/maps");
    SHOW(access(file, X_OK));
    SHOW(access("/dev/null", W_OK));
    SHOW(access("/none", F_OK));
}

static void directories(const char *file, int directory)
{
    SHOW(readlink(file, buffer, 10));
    SHOW(readlink("/proc/self/exe", buffer, 3));
    SHOW(readlink("/none", buffer, 10));
    SHOW(chdir(file));
    SHOW(chdir("/none"));
    SHOW(chdir("/dev/../dev/."));
    SHOW(syscall(SYS_getcwd, buffer, 4));
    SHOW(syscall(SYS_getcwd, buffer, 5));
    printf("%s\n", buffer);
    SHOW_IS_OPEN(open("null", O_RDONLY));
    SHOW(syscall(SYS_getdents64, directory, buffer, 10));
    SHOW(syscall(SYS_getdents64, NO_FILE, buffer, 10));
    SHOW(syscall(SYS_getdents64, directory, bad, PAGE));
}

int main(int argc, char **argv)
{
    (void)argc;
    int file = open(argv[0], O_RDONLY);
    int directory = open("/", O_RDONLY | O_DIRECTORY);
    int null = open("/dev/null", O_RDWR);
    setvbuf(stdout, NULL, _IONBF, 0);
    opens(argv[0]);
    reads_and_writes(file, directory, null);
    seeks(file, null);
    vectors(file, null);
    descriptors(file, null);
    stats(argv[0], file);
    directories(argv[0], directory);
    return 0;
}
