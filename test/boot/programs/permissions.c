/* What a user may do with files that are not his: by their modes, by real and
 * by effective ids, and what /proc shows of a process that has changed its ids.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OTHER     1000
#define UNCHANGED (-1)

/* The C library would ask all threads. */
#ifdef __i386__
#define CALL(name) SYS_##name##32
#else
#define CALL(name) SYS_##name
#endif

static const char *const paths[] = {
    "/dev/null",           "/dev/console",
    "/dev/zero",           "/proc/self/status",
    "/proc/self/fd",       "/proc/self/fd/0",
    "/proc/self/pagemap",  "/proc/self/comm",
    "/proc/1/status",      "/proc/1/fd",
    "/proc/1/fd/0",        "/proc/1/comm",
    "/proc/1/task/1/stat", "/proc/sys/vm/max_map_count",
    "/proc/meminfo",       "/proc",
};
#define COUNT (sizeof(paths) / sizeof(paths[0]))

static int failure(long answer)
{
    return answer < 0 ? errno : 0;
}

static int open_error(const char *path, int flags)
{
    int file = open(path, flags);
    int error = failure(file);

    close(file);
    return error;
}

static void show(const char *who)
{
    printf("%s: may be looked into: %d\n", who, prctl(PR_GET_DUMPABLE));
    for (size_t i = 0; i < COUNT; i++) {
        printf("  %s: read %d, path %d, access %d %d, effective %d %d\n",
               paths[i], open_error(paths[i], O_RDONLY | O_NONBLOCK),
               open_error(paths[i], O_PATH), failure(access(paths[i], R_OK)),
               failure(access(paths[i], F_OK)),
               failure(faccessat(AT_FDCWD, paths[i], R_OK, AT_EACCESS)),
               failure(faccessat(AT_FDCWD, paths[i], X_OK, AT_EACCESS)));
    }
}

static void show_link(int flags)
{
    struct stat of;
    int file = open("/dev/null", flags);
    char path[40];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    lstat(path, &of);
    printf("link of %x: %o, %ld bytes\n", flags, of.st_mode, (long)of.st_size);
    close(file);
}

static void show_owners(void)
{
    static const char *const own[] = {"/proc/self/",       "/proc/self/fd",
                                      "/proc/self/fd/0",   "/proc/self/status",
                                      "/proc/self/task",   "/proc/self/exe",
                                      "/proc/self/pagemap"};
    struct stat of;

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        int answer = lstat(own[i], &of);
        printf("  %s: %d, of %u %u\n", own[i], answer, of.st_uid, of.st_gid);
    }
}

static void writing(void)
{
    printf("writing: %d %d %d %d %d\n",
           open_error("/proc/sys/vm/max_map_count", O_WRONLY),
           open_error("/proc/self/comm", O_WRONLY),
           open_error("/proc/1/comm", O_WRONLY),
           open_error("/dev/console", O_WRONLY),
           open_error("/dev/null", O_RDWR | O_TRUNC));
}

static void directories(void)
{
    printf("chdir: %d %d\n", failure(chdir("/proc/1/fd")),
           failure(chdir("/proc/self/fd")));
    printf("there: %d %d\n", open_error("0", O_PATH), open_error("..", O_PATH));
    printf("back: %d\n", failure(chdir("/")));
}

static void as_other(void)
{
    syscall(CALL(setresgid), OTHER, OTHER, OTHER);
    syscall(CALL(setresuid), OTHER, OTHER, OTHER);
    show("another user");
    show_owners();
    writing();
    directories();
    prctl(PR_SET_DUMPABLE, 1);
    show("who may be looked into");
    show_owners();
    writing();
}

/* Set-user-ID programs are begun so. */
static void as_lent(void)
{
    syscall(CALL(setresuid), OTHER, 0, UNCHANGED);
    show("root for another user");
    show_owners();
    directories();
    syscall(CALL(setfsuid), OTHER);
    show("root whose files are another's");
    writing();
    syscall(CALL(setfsuid), 0);
    writing();
}

static void as_group(void)
{
    static const uint32_t groups[] = {7, 0, 9};

    syscall(CALL(setgroups), 3, groups);
    syscall(CALL(setresuid), OTHER, OTHER, OTHER);
    show("another user of root's group");
}

static void in_child(void (*act)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        act();
        fflush(stdout);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    printf("%x\n", status);
}

/* Flags that nobody knows are as good as none. */
static void unknown_flags(void)
{
    int file = open("/dev/null", (int)0xff80003cu | O_APPEND);

    printf("unknown flags: %d, %x\n", failure(file), fcntl(file, F_GETFL));
    close(file);
}

int main(void)
{
    show("root");
    show_owners();
    writing();
    unknown_flags();
    show_link(O_RDONLY);
    show_link(O_WRONLY);
    show_link(O_RDWR);
    show_link(O_PATH);
    in_child(as_other);
    in_child(as_lent);
    in_child(as_group);
    return 0;
}
