/* Which process ends when memory does: Linux 6.1's measure (oom_badness). Pure.
 *
 * The more memory a process has, the worse it is; its /proc/PID/oom_score_adj
 * adds thousandths of all RAM to that, or takes them away.
 */
#pragma once

#include "kernel/lib.h"

/* The range of oom_score_adj. At the lowest a process is never chosen. */
#define BADNESS_ADJUST_MIN (-1000)
#define BADNESS_ADJUST_MAX 1000

/* The same as oom_adj tells it, which Linux had before: at -17 never. */
#define BADNESS_OLD_NEVER  (-17)
#define BADNESS_OLD_MAX    15

/* The badness of who is never chosen. */
#define BADNESS_NEVER      INT64_MIN

struct badness_facts {
    uint64_t resident; /* pages, of files and shared memory too */
    uint64_t tables;   /* frames of page tables */
    int adjust;        /* oom_score_adj */
    bool is_exempt;    /* never chosen, whatever it has */
};

/* Of a machine of RAM_PAGES. */
int64_t badness_of(const struct badness_facts *facts, uint64_t ram_pages);

/* What /proc/PID/oom_score shows of BADNESS: 0 to 2000. */
uint64_t badness_score(int64_t badness, uint64_t ram_pages);

/* One of many: each is offered, and the worst is kept. */
struct badness_choice {
    void *chosen; /* NULL at first */
    int64_t badness;
};

/* Of those who are equally bad the last one is kept. */
void badness_offer(struct badness_choice *choice, void *candidate,
                   int64_t badness);

/* From oom_score_adj to oom_adj, and back. */
int badness_old_adjust(int adjust);
int badness_adjust_of_old(int old);
