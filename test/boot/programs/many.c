/* Many processes and threads: numbers that come again but never while somebody
 * has them, as a thread, a group or a session; RLIMIT_NPROC; and with an
 * argument more of them at once than fit into a small table. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PID_MAX "/proc/sys/kernel/pid_max"
#define NOBODY  65534
#define LIMIT   7
#define MANY    1500

static void set_pid_max(const char *value)
{
    int fd = open(PID_MAX, O_WRONLY);
    long result = write(fd, value, strlen(value));

    printf("pid_max %s: %ld %d\n", value, result, result < 0 ? errno : 0);
    close(fd);
}

static pid_t start(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        for (;;) {
            pause();
        }
    }
    return child;
}

static void end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* A group and a session whose leaders are gone, but not their members. */
static pid_t leave_member(int (*begin)(void), pid_t *leader)
{
    int ends[2];
    pid_t member;

    if (pipe(ends) != 0) {
        return -1;
    }
    *leader = fork();
    if (*leader == 0) {
        begin();
        pid_t child = start();
        (void)!write(ends[1], &child, sizeof(child));
        _exit(0);
    }
    (void)!read(ends[0], &member, sizeof(member));
    waitpid(*leader, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    return member;
}

static int begin_group(void)
{
    return setpgid(0, 0);
}

static int begin_session(void)
{
    return setsid();
}

static void numbers(void)
{
    pid_t group, session;
    pid_t of_group = leave_member(begin_group, &group);
    pid_t of_session = leave_member(begin_session, &session);
    pid_t living = start();
    int taken = 0, low = 0, high = 0, again = 0;
    static char seen[400];

    for (int i = 0; i < 500; i++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(0);
        }
        if (child < 0) {
            printf("fork: errno %d\n", errno);
            break;
        }
        waitpid(child, NULL, 0);
        taken += child == group || child == session || child == living ||
                 child == of_group || child == of_session;
        low += i >= 400 && child < 300;
        high += child >= 400;
        if (child < 400) {
            again += seen[child];
            seen[child] = 1;
        }
    }
    printf("taken %d, low %d, high %d, again %s\n", taken, low, high,
           again > 50 ? "many" : "few");
    end(living);
    kill(of_group, SIGKILL);
    kill(of_session, SIGKILL);
}

static void *wait_for_end(void *lock)
{
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    return NULL;
}

/* A thread that was joined may still count for a moment. */
static void wait_until_alone(void)
{
    char text[4096];
    ssize_t size;

    do {
        int fd = open("/proc/self/status", O_RDONLY);
        size = read(fd, text, sizeof(text) - 1);
        close(fd);
        text[size < 0 ? 0 : size] = '\0';
    } while (size > 0 && strstr(text, "Threads:\t1\n") == NULL);
}

/* Threads up to the limit, of which the process itself is one. */
static int threads_up_to_limit(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[LIMIT + 1];
    int count = 0;

    pthread_mutex_lock(&lock);
    while (count <= LIMIT &&
           pthread_create(&threads[count], NULL, wait_for_end, &lock) == 0) {
        count++;
    }
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    wait_until_alone();
    return count;
}

static int children_up_to_limit(void)
{
    pid_t children[LIMIT + 1];
    int count = 0;

    while (count <= LIMIT && (children[count] = start()) > 0) {
        count++;
    }
    printf("  errno %d\n", count <= LIMIT ? errno : 0);
    for (int i = 0; i < count; i++) {
        end(children[i]);
    }
    return count;
}

static void limits(void)
{
    const struct rlimit limit = {LIMIT, LIMIT};

    if (fork() != 0) {
        wait(NULL);
        return;
    }
    setrlimit(RLIMIT_NPROC, &limit);
    printf("root: %d\n", children_up_to_limit());
    syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY);
    printf("children: %d\n", children_up_to_limit());
    printf("again: %d\n", children_up_to_limit());
    pid_t child = fork();
    if (child == 0) {
        /* A zombie counts until somebody asks for it. */
        if (fork() == 0) {
            _exit(0);
        }
        siginfo_t info;
        waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
        printf("threads beside three: %d\n", threads_up_to_limit());
        wait(NULL);
        printf("threads beside two: %d\n", threads_up_to_limit());
        exit(0);
    }
    waitpid(child, NULL, 0);
    exit(0);
}

/* More than there were places for once. */
static void at_once(void)
{
    static pid_t children[MANY];
    int count = 0, ended = 0;

    while (count < MANY && (children[count] = start()) > 0) {
        count++;
    }
    for (int i = 0; i < count; i++) {
        kill(children[i], SIGKILL);
    }
    while (wait(NULL) > 0) {
        ended++;
    }
    printf("%d at once, %d ended\n", count, ended);
}

int main(int argc, char **argv)
{
    (void)argv;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (argc > 1) {
        at_once();
        return 0;
    }
    set_pid_max("300");
    set_pid_max("4194305");
    set_pid_max("400");
    numbers();
    set_pid_max("32768");
    limits();
    return 0;
}
