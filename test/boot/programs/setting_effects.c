/* What the settings of memory in /proc/sys change, for programs that are begun
 * after it and for calls. Run by root. All is left as it was, for what runs
 * next. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE       4096ul
#define MIB        (1024 * 1024ul)
#define NOBODY     65534
#define RUNS       4
#define VM         "/proc/sys/vm/"
#define RANDOMIZE  "/proc/sys/kernel/randomize_va_space"
#define READ_WRITE (PROT_READ | PROT_WRITE)
#define NORMAL     (MAP_PRIVATE | MAP_ANONYMOUS)

/* Where a program finds its own. */
struct places {
    uintptr_t code, brk, map, next_map, stack;
};

static const char *self;

static void set(const char *path, const char *text)
{
    int file = open(path, O_WRONLY);

    if (write(file, text, strlen(text)) < 0) {
        printf("%s: %d\n", path, errno);
    }
    close(file);
}

static void *map(void *at, size_t size, int flags)
{
    return mmap(at, size, READ_WRITE, NORMAL | flags, -1, 0);
}

/* Tells the parent. */
static int tell_places(void)
{
    int on_stack;
    struct places places = {
        .code = (uintptr_t)&tell_places,
        .brk = (uintptr_t)sbrk(0),
        .map = (uintptr_t)map(NULL, PAGE, 0),
        .next_map = (uintptr_t)map(NULL, PAGE, 0),
        .stack = (uintptr_t)&on_stack,
    };

    return write(STDOUT_FILENO, &places, sizeof(places)) < 0;
}

/* Of a new program. */
static struct places ask_places(void)
{
    char *words[] = {(char *)self, "places", NULL}, *none[] = {NULL};
    struct places places = {0};
    int ends[2];

    if (pipe(ends) != 0) {
        exit(EXIT_FAILURE);
    }
    if (vfork() == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execve(self, words, none);
        _exit(127);
    }
    close(ends[1]);
    if (read(ends[0], &places, sizeof(places)) < 0) {
        exit(EXIT_FAILURE);
    }
    close(ends[0]);
    wait(NULL);
    return places;
}

static void compare_runs(void)
{
    struct places first = ask_places();
    unsigned code = 0, heap = 0, maps = 0, stack = 0;

    for (int i = 1; i < RUNS; i++) {
        struct places now = ask_places();
        code |= now.code != first.code;
        heap |= now.brk != first.brk;
        maps |= now.map != first.map;
        stack |= now.stack != first.stack;
    }
    printf("code %u, break %u, mappings %u, stack %u\n", code, heap, maps,
           stack);
}

static void randomize(void)
{
    static const char *const values[] = {"0", "1", "2"};

    for (int i = 0; i < 3; i++) {
        set(RANDOMIZE, values[i]);
        printf("randomize_va_space %s differs: ", values[i]);
        compare_runs();
    }
}

/* With the same addresses each time. */
static void lay_out(void)
{
    static const char *const values[] = {"1", "0", "-1"};

    set(RANDOMIZE, "0");
    for (int i = 0; i < 3; i++) {
        set(VM "legacy_va_layout", values[i]);
        struct places places = ask_places();
        printf("legacy_va_layout %s: %lx, then %lx, stack %lx\n", values[i],
               (unsigned long)places.map & -MIB,
               (unsigned long)(places.next_map - places.map),
               (unsigned long)places.stack & -MIB);
    }
    set(VM "legacy_va_layout", "0");
    set(RANDOMIZE, "2");
}

static void try_map(uintptr_t at, int flags)
{
    errno = 0;
    void *mapped = map((void *)at, PAGE, flags);
    printf(" %d", errno);
    if (mapped != MAP_FAILED) {
        printf("%s", mapped == (void *)at ? " there" : "");
        munmap(mapped, PAGE);
    }
}

static void map_low(const char *who)
{
    static const uintptr_t places[] = {0,         PAGE,      2 * PAGE,
                                       15 * PAGE, 16 * PAGE, MIB};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        printf("%s at %lx:", who, (unsigned long)places[i]);
        try_map(places[i], MAP_FIXED);
        try_map(places[i] + 1, MAP_FIXED);
        if (places[i] != 0) {
            try_map(places[i], 0);
        }
        printf("\n");
    }
    fflush(stdout);
}

/* The user's ids go to a child alone. */
static void map_lowest(void)
{
    static const char *const values[] = {"0", "4096", "8000", "1048576",
                                         "65536"};

    for (int i = 0; i < 5; i++) {
        set(VM "mmap_min_addr", values[i]);
        printf("mmap_min_addr %s\n", values[i]);
        map_low("root");
        if (vfork() == 0) {
            if (setuid(NOBODY) != 0) {
                _exit(EXIT_FAILURE);
            }
            map_low("nobody");
            _exit(EXIT_SUCCESS);
        }
        wait(NULL);
    }
}

static void try_size(const char *what, size_t size, int prot, int flags)
{
    void *mapped = mmap(NULL, size, prot, NORMAL | flags, -1, 0);

    printf(" %s %d", what, mapped == MAP_FAILED ? errno : 0);
    if (mapped != MAP_FAILED) {
        munmap(mapped, size);
    }
}

/* More than the machine has, and little. */
static void promise(void)
{
    static const char *const values[] = {"1", "2", "0"};
    const size_t much = 2040 * MIB;

    for (int i = 0; i < 3; i++) {
        set(VM "overcommit_memory", values[i]);
        printf("overcommit_memory %s:", values[i]);
        try_size("much", much, READ_WRITE, 0);
        try_size("unreserved", much, READ_WRITE, MAP_NORESERVE);
        try_size("to read", much, PROT_READ, 0);
        try_size("little", 16 * MIB, READ_WRITE, 0);
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return tell_places();
    }
    self = argv[0];
    randomize();
    lay_out();
    map_lowest();
    promise();
    return EXIT_SUCCESS;
}
