/* /proc/PID/oom_score, oom_score_adj and oom_adj: what they say, what they take
 * of whom, and whom it counts for. Run by root. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY     65534
#define STACK_SIZE 65536

static const char *const texts[] = {"0",
                                    "7",
                                    "-7\n",
                                    "1000",
                                    "1001",
                                    "-1001",
                                    "+12",
                                    " 13 ",
                                    "0x10",
                                    "-010",
                                    "12x",
                                    "",
                                    "-",
                                    "+ 5",
                                    "- 5",
                                    "99999",
                                    "1\0002",
                                    "3 4",
                                    "\n\n",
                                    "999999999999",
                                    "15",
                                    "-16",
                                    "-17",
                                    "-18",
                                    "16",
                                    "14",
                                    "-2147483649",
                                    "0000000000005",
                                    "100",
                                    "-1000",
                                    "-999",
                                    "+-5",
                                    "17\t",
                                    "0b1",
                                    "0"};

static int number_in(const char *name)
{
    char path[64];
    char text[32] = "";

    snprintf(path, sizeof(path), "/proc/self/%s", name);
    int file = open(path, O_RDONLY);
    if (read(file, text, sizeof(text) - 1) <= 0) {
        perror(path);
    }
    close(file);
    return atoi(text);
}

static const char *score(void)
{
    int number = number_in("oom_score");

    if (number == 0) {
        return "none";
    }
    return number < 600 ? "low" : number < 800 ? "middle" : "high";
}

static void show(const char *what)
{
    printf("%s: %d %d, score %s\n", what, number_in("oom_score_adj"),
           number_in("oom_adj"), score());
}

static int open_own(const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/%s", name);
    return open(path, O_RDWR);
}

static void put_to(int file, const char *name, const char *text, size_t size)
{
    errno = 0;
    ssize_t done = pwrite(file, text, size, 0);
    printf("%s <- \"%s\" %zu: %zd %s: ", name, text, size, done,
           strerror(errno));
    show("");
}

static void put(const char *name, const char *text, size_t size)
{
    int file = open_own(name);

    put_to(file, name, text, size);
    close(file);
}

static void put_all(const char *name)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t size = strlen(texts[i]);
        put(name, texts[i], texts[i][size] == '\0' && i == 16 ? 3 : size);
    }
}

static void show_modes(void)
{
    static const char *const names[] = {"oom_score", "oom_score_adj",
                                        "oom_adj"};
    for (size_t i = 0; i < 3; i++) {
        char path[64];
        struct stat status;
        snprintf(path, sizeof(path), "/proc/self/%s", names[i]);
        stat(path, &status);
        printf("%s: mode %o\n", names[i], status.st_mode);
        snprintf(path, sizeof(path), "/proc/thread-self/%s", names[i]);
        printf("%s: of a thread %d\n", names[i], access(path, R_OK));
    }
}

/* Ends with CHILD's status seen, and all it printed in order. */
static void in_child(void (*run)(void))
{
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        run();
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void inherit(void)
{
    show("in a child");
    put("oom_score_adj", "44", 2);
}

/* Who may not lower it below what a privileged one has set, by files that were
 * opened before. */
static void unprivileged(void)
{
    static const char *const after[] = {"300", "250", "200", "199"};
    int score_adj = open_own("oom_score_adj");
    int adj = open_own("oom_adj");

    put("oom_score_adj", "200", 3);
    if (setresuid(NOBODY, NOBODY, NOBODY) != 0) {
        perror("setresuid");
    }
    for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
        put_to(score_adj, "oom_score_adj", after[i], 3);
    }
    put_to(adj, "oom_adj", "10", 2);
    put_to(adj, "oom_adj", "3", 1);
    put_to(score_adj, "oom_score_adj", "200", 3);
}

static int beside(void *unused)
{
    (void)unused;
    int file = open("/proc/self/oom_score_adj", O_WRONLY);
    return write(file, "321", 3) == 3 ? 0 : 1;
}

/* What counts for one counts for all in the same memory. */
static void share(void)
{
    static char stack[STACK_SIZE] __attribute__((aligned(16)));
    int status = 0;

    put("oom_score_adj", "5", 1);
    int child = clone(beside, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
    waitpid(child, &status, 0);
    printf("one beside ended with %x\n", status);
    show("what it has set");
    child = clone(beside, stack + sizeof(stack),
                  CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
    put("oom_score_adj", "6", 1);
    waitpid(child, &status, 0);
    printf("one on loan ended with %x\n", status);
    show("what it has set for itself alone");
}

int main(void)
{
    show_modes();
    show("at first");
    put_all("oom_score_adj");
    put_all("oom_adj");
    put("oom_score_adj", "33", 2);
    in_child(inherit);
    show("of the parent");
    in_child(unprivileged);
    in_child(share);
    put("oom_score_adj", "0", 1);
    return 0;
}
