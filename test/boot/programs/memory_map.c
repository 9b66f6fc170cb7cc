/* mmap, mprotect and munmap in the middle of an area, large areas, and fixed
 * places: what is in memory after each step. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE       4096
#define MIB        (1024 * 1024)
#define LARGE      (64 * MIB)
#define STACK      (8 * MIB)
#define ANONYMOUS  (MAP_PRIVATE | MAP_ANONYMOUS)
#define READ_WRITE (PROT_READ | PROT_WRITE)

static int count_resident(char *start, size_t size)
{
    static unsigned char pages[STACK / PAGE];
    int count = 0;

    mincore(start, size, pages);
    for (size_t i = 0; i < size / PAGE; i++) {
        count += pages[i] & 1;
    }
    return count;
}

int main(void)
{
    char *large = mmap(NULL, LARGE, READ_WRITE, ANONYMOUS, -1, 0);
    for (size_t at = 0; at < LARGE; at += MIB / 2) {
        large[at] = (char)(at / MIB);
    }
    int wrong = 0;
    for (size_t at = 0; at < LARGE; at += MIB / 2) {
        wrong += (large[at] != (char)(at / MIB)) + (large[at + 1] != 0);
    }
    printf("large: %d wrong\n", wrong);

    printf("hole: %d\n", munmap(large + 10 * MIB, 3 * MIB + PAGE));
    char *fixed = mmap(large + 11 * MIB, 5 * PAGE, READ_WRITE,
                       ANONYMOUS | MAP_FIXED, -1, 0);
    printf("fixed at its place: %d, zero: %d\n", fixed == large + 11 * MIB,
           fixed[PAGE]);
    printf("before the hole %d, behind it %d\n", large[9 * MIB],
           large[14 * MIB]);

    memset(fixed, 'f', 5 * PAGE);
    printf("protect: %d\n", mprotect(fixed + PAGE, PAGE, PROT_READ));
    printf("still there: %c\n", fixed[PAGE]);
    printf("again: %d\n", mprotect(fixed + PAGE, PAGE, READ_WRITE));
    fixed[PAGE] = 'g';
    printf("written: %c %c\n", fixed[PAGE], fixed[PAGE + 1]);
    printf("all: %d\n", munmap(large, LARGE));

    char *none = mmap(NULL, PAGE, PROT_NONE, ANONYMOUS, -1, 0);
    printf("opened: %d, ", mprotect(none, PAGE, READ_WRITE));
    printf("zero: %d\n", none[0]);

    char *stack = mmap(NULL, STACK, READ_WRITE, ANONYMOUS | MAP_STACK, -1, 0);
    stack[STACK - 1] = 's';
    printf("touched of a stack: %d\n", count_resident(stack, STACK));
    return 0;
}
