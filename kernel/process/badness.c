/* Linux 6.1's measure of who ends when memory does (mm/oom_kill.c). */
#include "kernel/process/badness.h"

#define THOUSAND 1000

int64_t badness_of(const struct badness_facts *facts, uint64_t ram_pages)
{
    int64_t thousandth = (int64_t)(ram_pages / THOUSAND);

    if (facts->is_exempt || facts->adjust == BADNESS_ADJUST_MIN) {
        return BADNESS_NEVER;
    }
    return (int64_t)(facts->resident + facts->tables) +
           facts->adjust * thousandth;
}

uint64_t badness_score(int64_t badness, uint64_t ram_pages)
{
    if (badness == BADNESS_NEVER) {
        return 0;
    }
    int64_t share = badness * THOUSAND / (int64_t)ram_pages;
    return (uint64_t)((THOUSAND + share) * 2 / 3);
}

void badness_offer(struct badness_choice *choice, void *candidate,
                   int64_t badness)
{
    bool is_worse = choice->chosen == NULL || badness >= choice->badness;

    if (badness != BADNESS_NEVER && is_worse) {
        choice->chosen = candidate;
        choice->badness = badness;
    }
}

int badness_old_adjust(int adjust)
{
    return adjust == BADNESS_ADJUST_MAX
               ? BADNESS_OLD_MAX
               : MIN(adjust * -BADNESS_OLD_NEVER / BADNESS_ADJUST_MAX,
                     BADNESS_OLD_MAX);
}

int badness_adjust_of_old(int old)
{
    return old == BADNESS_OLD_MAX
               ? BADNESS_ADJUST_MAX
               : old * BADNESS_ADJUST_MAX / -BADNESS_OLD_NEVER;
}
