/* Programs that take all memory, or all processes, and what is left of a quiet
 * one beside them. Prints what the quiet one has seen. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE      4096ul
#define MIB       (1ul << 20)
#define ALL       (1ul << 30) /* more than the machine has */
#define QUIET     (1 * MIB)
#define HOGS      8
#define HOG_SIZE  (16 * MIB)
#define NOBODY    65534
#define NPROC_MAX 40
#define STACK     65536

static void *map(size_t size, int flags)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        _exit(1);
    }
    return memory;
}

static void touch(char *memory, size_t size)
{
    for (size_t at = 0; at < size; at += PAGE) {
        memory[at] = 1;
    }
}

static void adjust(int number)
{
    char text[16];
    int file = open("/proc/self/oom_score_adj", O_WRONLY);
    int size = snprintf(text, sizeof(text), "%d", number);

    if (write(file, text, size) != size) {
        perror("oom_score_adj");
        _exit(1);
    }
    close(file);
}

static pid_t start(void (*run)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        exit(1);
    }
    if (child == 0) {
        run();
        _exit(0);
    }
    return child;
}

static void show_end(const char *what, pid_t child)
{
    int status;

    if (waitpid(child, &status, 0) != child) {
        perror("waitpid");
    }
    printf("%s: %s %d\n", what, WIFSIGNALED(status) ? "signal" : "exit",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void eat(void)
{
    touch(map(ALL, MAP_PRIVATE), ALL);
}

static void eat_shared(void)
{
    touch(map(ALL, MAP_SHARED), ALL);
}

/* The kernel touches the memory, for a read. */
static void eat_by_read(void)
{
    int file = open("/dev/zero", O_RDONLY);
    char *memory = map(ALL, MAP_PRIVATE);

    for (size_t at = 0; at < ALL; at += MIB) {
        if (read(file, memory + at, MIB) != (ssize_t)MIB) {
            _exit(3);
        }
    }
}

static void *eat_in_thread(void *unused)
{
    (void)unused;
    eat();
    return NULL;
}

static void *wait_in_thread(void *unused)
{
    (void)unused;
    pause();
    return NULL;
}

static void eat_beside_threads(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, wait_in_thread, NULL);
    pthread_create(&thread, NULL, eat_in_thread, NULL);
    pause();
}

static int wait_in_memory(void *unused)
{
    (void)unused;
    while (1) {
        pause();
    }
    return 0;
}

/* It and another process, its brother, have one memory. */
static void eat_beside_a_sharer(void)
{
    static char stack[STACK] __attribute__((aligned(16)));

    if (clone(wait_in_memory, stack + STACK, CLONE_VM | CLONE_PARENT | SIGCHLD,
              NULL) < 0) {
        _exit(2);
    }
    eat();
}

static void sit(void)
{
    touch(map(HOG_SIZE, MAP_PRIVATE), HOG_SIZE);
    pause();
}

static void sit_on_most(void)
{
    adjust(500);
    sit();
}

static void touch_in_steps(void)
{
    adjust(-500);
    touch(map(3 * HOG_SIZE, MAP_PRIVATE), 3 * HOG_SIZE);
}

/* Another one than who touches is worse, by what was said of it. */
static void kill_another(void)
{
    pid_t worse = start(sit_on_most);
    usleep(200000);
    pid_t better = start(touch_in_steps);

    show_end("the worse one", worse);
    show_end("who touched", better);
}

static void kill_another_by_read(void)
{
    pid_t worse = start(sit_on_most);
    usleep(200000);
    int file = open("/dev/zero", O_RDONLY);
    char *memory = map(3 * HOG_SIZE, MAP_PRIVATE);
    ssize_t done = read(file, memory, 3 * HOG_SIZE);

    printf("read %d\n", done == (ssize_t)(3 * HOG_SIZE));
    show_end("the worse one", worse);
}

static void sit_or_die(void)
{
    touch(map(HOG_SIZE, MAP_PRIVATE), HOG_SIZE);
}

/* More at once than fit: some end, some come to their end. */
static void many_hogs(void)
{
    pid_t children[HOGS];
    int killed = 0;

    for (int i = 0; i < HOGS; i++) {
        children[i] = start(i % 2 == 0 ? sit_or_die : eat);
    }
    for (int i = 0; i < HOGS; i++) {
        int status;
        waitpid(children[i], &status, 0);
        killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }
    printf("of %d hogs some were killed: %d\n", HOGS, killed >= HOGS / 2);
}

/* Each has children for ever, and each child has. */
static void bomb(void)
{
    while (1) {
        if (fork() < 0) {
            usleep(1000);
        }
    }
}

static void bomb_with_limit(void)
{
    struct rlimit limit = {NPROC_MAX, NPROC_MAX};

    setpgid(0, 0);
    setrlimit(RLIMIT_NPROC, &limit);
    if (setuid(NOBODY) != 0) {
        _exit(2);
    }
    bomb();
}

static void bomb_of_memory(void)
{
    setpgid(0, 0);
    adjust(100);
    while (1) {
        if (fork() >= 0) {
            touch(map(MIB, MAP_PRIVATE), MIB);
        }
    }
}

static void bomb_without_limit(void)
{
    setpgid(0, 0);
    adjust(100);
    bomb();
}

/* Lets BOMB go on for a while, does something itself, and ends all of it. */
static void survive(void (*run)(void))
{
    pid_t child = start(run);

    sleep(2);
    touch(map(MIB, MAP_PRIVATE), MIB);
    while (kill(-child, SIGKILL) == 0) {
        usleep(10000);
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
    }
    printf("the bomb is gone: %s\n", strerror(errno));
}

static void one(void (*run)(void))
{
    show_end("the hog", start(run));
    while (waitpid(-1, NULL, 0) > 0) {
        printf("and who shared its memory\n");
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*hog)(void);
        void (*run)(void);
        void (*bomb)(void);
    } cases[] = {
        {"touch", .hog = eat},
        {"shared", .hog = eat_shared},
        {"read", .hog = eat_by_read},
        {"threads", .hog = eat_beside_threads},
        {"sharer", .hog = eat_beside_a_sharer},
        {"another", .run = kill_another},
        {"another_by_read", .run = kill_another_by_read},
        {"many", .run = many_hogs},
        {"fork_with_limit", .bomb = bomb_with_limit},
        {"fork", .bomb = bomb_without_limit},
        {"fork_and_touch", .bomb = bomb_of_memory},
    };
    unsigned char *quiet = map(QUIET, MAP_PRIVATE);

    memset(quiet, 0x5a, QUIET);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (argc != 2 || strcmp(argv[1], cases[i].name) != 0) {
            continue;
        }
        if (cases[i].hog != NULL) {
            one(cases[i].hog);
        } else if (cases[i].bomb != NULL) {
            survive(cases[i].bomb);
        } else {
            cases[i].run();
        }
    }
    for (size_t at = 0; at < QUIET; at++) {
        if (quiet[at] != 0x5a) {
            printf("the quiet one's memory has changed\n");
            return 1;
        }
    }
    printf("the quiet one goes on\n");
    return 0;
}
