/* What a child costs beside children that have ended and nobody has asked for:
 * as much as alone. Counts the TSC, so it means something under -icount, where
 * that is a count of instructions. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ZOMBIES 900
#define ROUNDS  20
#define PERCENT 110 /* of what it costs alone */

static uint64_t ticks(void)
{
    return __builtin_ia32_rdtsc();
}

static __attribute__((noinline)) int have_child(void)
{
    int child = vfork();
    if (child == 0) {
        _exit(0);
    }
    if (child < 0) {
        perror("vfork");
        exit(1);
    }
    return child;
}

static void begin_end_and_wait(void)
{
    int child = have_child();
    if (waitpid(child, NULL, 0) != child) {
        perror("waitpid");
        exit(1);
    }
}

static void yield(void)
{
    sched_yield();
}

static uint64_t least(void (*work)(void))
{
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = ticks();
        work();
        uint64_t taken = ticks() - start;
        best = taken < best ? taken : best;
    }
    return best;
}

static int compare(const char *name, uint64_t alone, uint64_t beside)
{
    int is_good = beside * 100 <= alone * PERCENT;
    printf("%s: %s\n", name, is_good ? "the same" : "dearer");
    fprintf(stderr, "%s: %llu alone, %llu beside %d\n", name,
            (unsigned long long)alone, (unsigned long long)beside, ZOMBIES);
    return is_good;
}

int main(void)
{
    uint64_t child = least(begin_end_and_wait);
    uint64_t turn = least(yield);

    for (int i = 0; i < ZOMBIES; i++) {
        have_child();
    }
    int is_good = compare("a child", child, least(begin_end_and_wait));
    is_good &= compare("a yield", turn, least(yield));
    return is_good ? 0 : 1;
}
