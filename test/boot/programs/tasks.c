/* /proc/PID/task: what it says of each thread, and of those that end. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS   4
#define TEXT_MAX  8192
#define PATH_SIZE 64

static int ready[2], go[2];
static pid_t tids[THREADS];
static char text[TEXT_MAX];

static void show(const char *call, long result)
{
    printf("%-48s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static pid_t own_tid(void)
{
    return (pid_t)syscall(SYS_gettid);
}

static void *run(void *argument)
{
    int number = (int)(long)argument;
    char name[16], byte;
    sigset_t set;

    snprintf(name, sizeof(name), "(thread) %d", number);
    prctl(PR_SET_NAME, name);
    sigemptyset(&set);
    sigaddset(&set, number + 1);
    pthread_sigmask(SIG_SETMASK, &set, NULL);
    tids[number] = own_tid();
    (void)!write(ready[1], "r", 1);
    (void)!read(go[0], &byte, 1);
    return NULL;
}

/* The text of NAME in the directory of thread TID. */
static ssize_t read_of(pid_t tid, const char *name)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof(path), "/proc/self/task/%d/%s", tid, name);
    int fd = open(path, O_RDONLY);
    ssize_t size = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    text[size > 0 ? size : 0] = 0;
    close(fd);
    return size;
}

static int number_in_status(const char *name)
{
    const char *line = strstr(text, name);

    return line != NULL ? atoi(line + strlen(name)) : -1;
}

static void show_line(const char *name)
{
    const char *line = strstr(text, name);

    printf("  %.*s\n", line != NULL ? (int)strcspn(line, "\n") : 0, line);
}

static void show_thread(pid_t tid)
{
    read_of(tid, "comm");
    printf("comm %s", text);
    read_of(tid, "stat");
    const char *state = strrchr(text, ')');
    printf("  stat: its number %d, state %.2s, parent %d\n", atoi(text) == tid,
           state + 2, atoi(state + 4) == getppid());
    read_of(tid, "status");
    printf("  status: %d %d\n", number_in_status("\nTgid:") == getpid(),
           number_in_status("\nPid:") == tid);
    show_line("Name:");
    show_line("State:");
    show_line("Threads:");
    show_line("SigBlk:");
}

/* Names in the directory of tasks, each of a thread of ours. */
static int list(void)
{
    DIR *directory = opendir("/proc/self/task");
    struct dirent *entry;
    int count = 0;

    while ((entry = readdir(directory)) != NULL) {
        int is_known = atoi(entry->d_name) == getpid();
        for (int i = 0; i < THREADS; i++) {
            is_known |= atoi(entry->d_name) == tids[i];
        }
        count += entry->d_name[0] != '.' && is_known;
    }
    closedir(directory);
    return count;
}

static int has(pid_t tid, const char *name)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof(path), "/proc/self/task/%d/%s", tid, name);
    return access(path, F_OK);
}

static int rename_thread(pid_t tid, const char *name)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof(path), "/proc/self/task/%d/comm", tid);
    int fd = open(path, O_WRONLY);
    int result = (int)write(fd, name, strlen(name));
    close(fd);
    return result;
}

static void show_names(void)
{
    static const char *const names[] = {
        "cmdline", "comm",  "cwd",     "environ", "exe",     "fd",
        "limits",  "maps",  "pagemap", "root",    "smaps",   "smaps_rollup",
        "stat",    "statm", "status",  "task",    "nothing",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        printf("%s: %d\n", names[i], has(tids[0], names[i]));
    }
}

static void *follow_self(void *unused)
{
    char link[PATH_SIZE] = "", expected[PATH_SIZE];

    (void)unused;
    SHOW(readlink("/proc/thread-self", link, sizeof(link) - 1) > 0);
    snprintf(expected, sizeof(expected), "%d/task/%d", getpid(), own_tid());
    printf("%d\n", strcmp(link, expected));
    int fd = open("/proc/thread-self/stat", O_RDONLY);
    text[read(fd, text, sizeof(text) - 1)] = 0;
    printf("%d\n", atoi(text) == own_tid());
    close(fd);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS], other;
    struct stat status;
    char path[PATH_SIZE], byte;

    (void)!pipe(ready);
    (void)!pipe(go);
    for (long i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, run, (void *)i);
        (void)!read(ready[0], &byte, 1);
    }
    usleep(20000);
    SHOW(list());
    SHOW(stat("/proc/self/task", &status));
    SHOW(status.st_nlink);
    SHOW(status.st_mode);
    for (int i = 0; i < THREADS; i++) {
        show_thread(tids[i]);
    }
    show_names();
    SHOW(rename_thread(tids[1], "a name that is too long"));
    show_thread(tids[1]);
    SHOW(rename_thread(getpid(), "leader"));
    SHOW(read_of(getpid(), "comm"));
    printf("%s", text);
    SHOW(has(1, "stat"));
    SHOW(has(getppid(), "stat"));
    SHOW(access("/proc/self/task/0", F_OK));
    SHOW(access("/proc/self/task/x", F_OK));
    pthread_create(&other, NULL, follow_self, NULL);
    pthread_join(other, NULL);
    SHOW(readlink("/proc/thread-self", path, 1));
    snprintf(path, sizeof(path), "/proc/self/task/%d/status", tids[0]);
    int fd = open(path, O_RDONLY);
    for (int i = 0; i < THREADS; i++) {
        (void)!write(go[1], "g", 1);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    usleep(20000);
    SHOW(read(fd, text, 100));
    SHOW(has(tids[0], "stat"));
    SHOW(list());
    SHOW(stat("/proc/self/task", &status));
    SHOW(status.st_nlink);
    return 0;
}
