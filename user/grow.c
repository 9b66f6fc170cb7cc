/* grow: takes memory step by step, slowly, to be looked at meanwhile.
 *
 * One learns: what is mapped is a promise. Memory comes with the first touch,
 * 2 MiB at once where a large page fits and the program has not said no, and
 * goes when it is unmapped. Best seen on Brix by `see -- grow`.
 *
 *     grow                 waits 100 ms between steps
 *     grow MILLISECONDS    or as long as that: 0 to 10000 */
#include "kernel/abi/mman.h"
#include "kernel/abi/time.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"

#define KIB             1024ul
#define MIB             (1024 * KIB)
#define LARGE_PAGE_SIZE (2 * MIB)
#define SIZE            (64 * MIB)
#define LARGE_PART      (16 * MIB) /* touched once in each 2 MiB */
#define SMALL_PART      (8 * MIB)  /* behind it, in frames of 4 KiB */
#define SMALL_STEP      (256 * KIB)
#define WAIT_MS         100
#define WAIT_MS_MAX     10000
#define MS_PER_SECOND   1000
#define NS_PER_MS       1000000
#define DECIMAL         10
#define USAGE           2
#define FAILURE         1

static long wait_ms = WAIT_MS;

static void wait(void)
{
    const struct {
        long seconds;
        long nanoseconds;
    } time = {wait_ms / MS_PER_SECOND, wait_ms % MS_PER_SECOND * NS_PER_MS};

    __syscall2(SYS(nanosleep), (long)&time, 0);
}

/* Ends the program where RESULT is an error of CALL. */
static void check(long result, const char *call)
{
    if (is_error(result)) {
        dprintf(STDERR_FILENO, "grow: %s: %s\n", call, error_name(-result));
        exit(FAILURE);
    }
}

/* SIZE bytes from a multiple of 2 MiB on: 2 MiB more are mapped, and the ends
 * unmapped. */
static char *map_aligned(void)
{
    long result = mmap(NULL, SIZE + LARGE_PAGE_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(result, "mmap");
    uintptr_t start = (uintptr_t)result;
    uintptr_t aligned = (start + LARGE_PAGE_SIZE - 1) & -LARGE_PAGE_SIZE;
    uintptr_t end = start + SIZE + LARGE_PAGE_SIZE;

    if (aligned > start) {
        check(munmap((void *)start, aligned - start), "munmap");
    }
    if (end > aligned + SIZE) {
        check(munmap((void *)(aligned + SIZE), end - aligned - SIZE), "munmap");
    }
    return (char *)aligned;
}

/* Writes a byte every STRIDE bytes from FROM on to END, and waits after each
 * STEP bytes. */
static void touch(char *from, const char *end, size_t stride, size_t step)
{
    for (size_t at = 0; from + at < end; at += stride) {
        *(volatile char *)(from + at) = 1;
        if ((at + stride) % step == 0) {
            wait();
        }
    }
}

static void run(void)
{
    char *start = map_aligned();
    char *small = start + LARGE_PART;
    char *rest = small + SMALL_PART;

    printf("64 MiB are mapped, none is touched\n");
    wait();
    printf("8 bytes are touched, one in each 2 MiB\n");
    touch(start, small, LARGE_PAGE_SIZE, LARGE_PAGE_SIZE);
    printf("8 MiB are touched, in pages of 4 KiB\n");
    check(__syscall3(SYS(madvise), (long)small, SMALL_PART, MADV_NOHUGEPAGE),
          "madvise");
    touch(small, rest, PAGE_SIZE, SMALL_STEP);
    printf("and the other 40 MiB\n");
    touch(rest, start + SIZE, PAGE_SIZE, LARGE_PAGE_SIZE);
    printf("every second of the first eight 2 MiB is unmapped\n");
    for (char *at = start; at < small; at += 2 * LARGE_PAGE_SIZE) {
        check(munmap(at, LARGE_PAGE_SIZE), "munmap");
        wait();
    }
    printf("all is unmapped\n");
    check(munmap(start, SIZE), "munmap");
    wait();
}

/* The milliseconds that TEXT says, or -1. */
static long parse_ms(const char *text)
{
    long number = *text == '\0' ? -1 : 0;

    for (; *text >= '0' && *text <= '9' && number <= WAIT_MS_MAX; text++) {
        number = number * DECIMAL + (*text - '0');
    }
    return *text == '\0' && number <= WAIT_MS_MAX ? number : -1;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        wait_ms = argc == 2 ? parse_ms(argv[1]) : -1;
    }
    if (wait_ms < 0) {
        dprintf(STDERR_FILENO, "usage: grow [MILLISECONDS, 0 to 10000]\n");
        return USAGE;
    }
    run();
    return 0;
}
