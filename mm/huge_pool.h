/* The pool of MAP_HUGETLB: large pages that are kept for it, as Linux's
 * vm.nr_hugepages says.
 *
 *     total = idle + reserved + what programs have touched
 *             |      |
 *             |      given to a mapping, which has not touched it yet
 *             nobody's
 *
 * A mapping reserves all its pages when it is made, so that no touch finds the
 * pool empty: each page it gets is its own from then on. With MAP_NORESERVE,
 * after MADV_DONTNEED and in a fork's child pages are taken when they are
 * touched, if any are idle.
 *
 * What the pool has not it takes from the byte map, as long as such surplus is
 * no more than vm.nr_overcommit_hugepages, and gives it back as soon as it can.
 * Without the option hugepages= nothing is kept and all memory may be surplus,
 * so MAP_HUGETLB is the byte map, seen from a program. With it the rules are
 * those of a Linux that was started so.
 *
 * For one CPU: on several a lock would protect all of it.
 */
#pragma once

#include "kernel/lib.h"

struct huge_pool {
    uint64_t total;      /* large pages */
    uint64_t surplus;    /* of these: beyond what was set */
    uint64_t idle;       /* of these: nobody's */
    uint64_t reserved;   /* of these: somebody's, not touched yet */
    uint64_t overcommit; /* so many may be surplus */
};

extern struct huge_pool huge_pool;

/* Those that Linux calls free: idle or reserved. */
static inline uint64_t huge_pool_untouched(void)
{
    return huge_pool.idle + huge_pool.reserved;
}

/* Pages that are kept, whether they are used or not. */
static inline uint64_t huge_pool_kept(void)
{
    return huge_pool.total - huge_pool.surplus;
}

/* Keeps COUNT pages from now on, or as many as there is memory for. What is
 * somebody's stays, as surplus. */
void huge_pool_resize(uint64_t count);

/* Sets COUNT pages aside for huge_pool_take, from one run of the byte map where
 * there is one and all of them are surplus. Returns 0 or -ENOMEM; what is not
 * taken then goes back by huge_pool_unreserve. */
int huge_pool_reserve(uint64_t count) MUST_CHECK;
void huge_pool_unreserve(uint64_t count);

/* A page that was set aside: the lowest comes first. Whoever takes it calls
 * huge_pool_touch before a program sees it. */
paddr_t huge_pool_take(void);

/* PAGE, which was taken, is touched: it is made zero. */
void huge_pool_touch(paddr_t page);

/* A page of zeros that nobody has set aside, or PADDR_NONE. */
paddr_t huge_pool_alloc(void);

/* PAGE, which was touched, or was only taken, is nobody's again. */
void huge_pool_free(paddr_t page);
void huge_pool_free_untouched(paddr_t page);

/* Does VISIT with each idle page. False when one answered so: it was the last.
 */
bool huge_pool_for_idle(bool (*visit)(paddr_t page));

/* NULL, or the rule that is broken. */
const char *huge_pool_validate(void);
