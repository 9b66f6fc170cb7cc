/* madvise, mincore, msync, remap_file_pages. */
#include "kernel/abi/resource.h"
#include "test/conformance/case.h"

#define ADVICE_COUNT 28
#define VECTOR_SIZE  16

static unsigned char vector[VECTOR_SIZE];

/* Which of COUNT pages are resident. */
static void say_resident(unsigned long start, unsigned long count)
{
    for (size_t i = 0; i < VECTOR_SIZE; i++) {
        vector[i] = 9;
    }
    CALL(mincore, start, PAGES(count), (unsigned long)vector);
    for (size_t i = 0; i < count; i++) {
        text_decimal(vector[i]);
    }
    text_line();
}

static void madvise_each_advice(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    touch_write(AT(0), 1);
    for (unsigned long advice = 0; advice < ADVICE_COUNT; advice++) {
        CALL(madvise, AT(0), PAGES(2), advice);
        touch_read(AT(0));
        touch_write(AT(0), (uint32_t)(advice + 1));
        say_arena();
    }
    CALL(madvise, AT(0), PAGES(1), MADV_HWPOISON);
    CALL(madvise, AT(0), PAGES(1), MADV_SOFT_OFFLINE);
    CALL(madvise, AT(0), PAGES(1), 102);
    CALL(madvise, AT(0), PAGES(1), ~0ul);
}

static void madvise_arguments(void)
{
    /* MADV_DONTNEED with such a length would reach the program's stack. */
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    CALL(madvise, AT(0) + 1, PAGES(1), MADV_RANDOM);
    CALL(madvise, AT(0), 0, MADV_RANDOM);
    CALL(madvise, AT(0), 0, 77);
    CALL(madvise, AT(0) + 1, 0, MADV_RANDOM);
    CALL(madvise, AT(9), 0, MADV_RANDOM);
    CALL(madvise, AT(0), ~0ul, MADV_RANDOM);
    CALL(madvise, AT(0), ~0ul - PAGES(1), MADV_RANDOM);
    CALL(madvise, AT(0), ~0ul - ARENA, MADV_RANDOM);
    CALL(madvise, AT(9), PAGES(1), MADV_RANDOM);
    CALL(madvise, TASK_END, PAGES(1), MADV_RANDOM);
    CALL(madvise, ~0ul - PAGES(1) + 1, PAGES(1), MADV_RANDOM);
    CALL(madvise, AT(0), 1, MADV_RANDOM);
}

static void madvise_over_a_hole_does_the_rest(void)
{
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    map_fixed(AT(3), PAGES(2), READ_WRITE);
    for (unsigned long advice = 0; advice < ADVICE_COUNT; advice++) {
        touch_write(AT(0), 1);
        touch_write(AT(4), 2);
        CALL(madvise, AT(0), PAGES(5), advice);
        touch_read(AT(0));
        touch_read(AT(4));
    }
    CALL(madvise, AT(2), PAGES(2), MADV_DONTNEED);
    CALL(madvise, AT(4), PAGES(2), MADV_DONTNEED);
    say_arena();
}

static void madvise_dontneed_gives_zeros(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    touch_write(AT(0), 1);
    touch_write(AT(1), 2);
    say_resident(AT(0), 4);
    CALL(madvise, AT(0), PAGES(1) + 1, MADV_DONTNEED);
    say_resident(AT(0), 4);
    touch_read(AT(0));
    touch_read(AT(1));
    CALL(mprotect, AT(0), PAGES(1), PROT_NONE);
    CALL(madvise, AT(0), PAGES(1), MADV_DONTNEED);
    CALL(mprotect, AT(1), PAGES(1), PROT_READ);
    CALL(madvise, AT(1), PAGES(1), MADV_DONTNEED);
}

static void madvise_dontneed_of_shared_memory_keeps_it(void)
{
    map(AT(0), PAGES(2), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    touch_write(AT(0), 5);
    CALL(madvise, AT(0), PAGES(2), MADV_DONTNEED);
    touch_read(AT(0));
    CALL(madvise, AT(0), PAGES(2), MADV_FREE);
    CALL(madvise, AT(0), PAGES(1), MADV_REMOVE);
    touch_read(AT(0));
    say_resident(AT(0), 2);
}

static void madvise_of_locked_memory(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    touch_write(AT(0), 1);
    CALL(mlock, AT(1), PAGES(2));
    CALL(madvise, AT(0), PAGES(4), MADV_DONTNEED);
    touch_read(AT(0));
    CALL(madvise, AT(1), PAGES(1), MADV_FREE);
    CALL(madvise, AT(1), PAGES(1), MADV_COLD);
    CALL(madvise, AT(1), PAGES(1), MADV_PAGEOUT);
    CALL(madvise, AT(1), PAGES(1), MADV_REMOVE);
    CALL(madvise, AT(1), PAGES(1), MADV_WILLNEED);
    touch_write(AT(1), 2);
    CALL(madvise, AT(1), PAGES(1), MADV_DONTNEED_LOCKED);
    touch_read(AT(1));
    say_arena();
}

static void madvise_populates(void)
{
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    map_fixed(AT(2), PAGES(2), PROT_READ);
    map_fixed(AT(4), PAGES(2), PROT_NONE);
    CALL(madvise, AT(0), PAGES(1), MADV_POPULATE_READ);
    CALL(madvise, AT(1), PAGES(1), MADV_POPULATE_WRITE);
    CALL(madvise, AT(2), PAGES(1), MADV_POPULATE_READ);
    CALL(madvise, AT(3), PAGES(1), MADV_POPULATE_WRITE);
    CALL(madvise, AT(4), PAGES(1), MADV_POPULATE_READ);
    CALL(madvise, AT(5), PAGES(2), MADV_POPULATE_WRITE);
    CALL(madvise, AT(1), PAGES(8), MADV_POPULATE_READ);
    say_resident(AT(0), 6);
}

static void madvise_flags_split_areas(void)
{
    static const unsigned long pairs[][2] = {
        {MADV_RANDOM, MADV_NORMAL},         {MADV_SEQUENTIAL, MADV_NORMAL},
        {MADV_DONTFORK, MADV_DOFORK},       {MADV_WIPEONFORK, MADV_KEEPONFORK},
        {MADV_DONTDUMP, MADV_DODUMP},       {MADV_HUGEPAGE, MADV_NOHUGEPAGE},
        {MADV_MERGEABLE, MADV_UNMERGEABLE},
    };
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        CALL(madvise, AT(1), PAGES(2), pairs[i][0]);
        say_arena();
        CALL(madvise, AT(1), PAGES(2), pairs[i][1]);
        say_arena();
    }
}

static void mincore_arguments(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    unsigned long to = (unsigned long)vector;
    CALL(mincore, AT(0) + 1, PAGES(1), to);
    CALL(mincore, AT(0), 0, to);
    CALL(mincore, AT(0), PAGES(1), 0);
    CALL(mincore, AT(0), PAGES(1), ~0ul);
    CALL(mincore, AT(0), PAGES(1), TASK_END);
    CALL(mincore, AT(9), PAGES(1), to);
    CALL(mincore, AT(3), PAGES(2), to);
    CALL(mincore, AT(9), 0, to);
    CALL(mincore, AT(0), ~0ul, to);
    CALL(mincore, TASK_END, PAGES(1), to);
    CALL(mincore, TASK_END - PAGES(1), PAGES(2), to);
    CALL(mincore, AT(0) + 1, PAGES(1), 0);
    CALL(mincore, AT(9), PAGES(1), 0);
    CALL(mincore, AT(0), 1, to);
}

static void mincore_says_what_was_touched(void)
{
    map_fixed(AT(0), PAGES(6), READ_WRITE);
    touch_read(AT(1));
    touch_write(AT(2), 1);
    say_resident(AT(0), 6);
    CALL(mprotect, AT(2), PAGES(1), PROT_NONE);
    say_resident(AT(0), 6);
    CALL(madvise, AT(0), PAGES(2), MADV_DONTNEED);
    say_resident(AT(0), 6);
    say_resident(AT(2), 8);
    map(AT(10), PAGES(4), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    touch_read(AT(10));
    touch_write(AT(11), 1);
    say_resident(AT(10), 4);
    map(AT(14), PAGES(8), READ_WRITE, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    say_resident(AT(14), 8);
}

static void msync_arguments(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    map(AT(6), PAGES(2), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE, 0);
    for (unsigned long flags = 0; flags < 9; flags++) {
        CALL(msync, AT(0), PAGES(1), flags);
        CALL(msync, AT(6), PAGES(2), flags);
    }
    CALL(msync, AT(0) + 1, PAGES(1), MS_SYNC);
    CALL(msync, AT(0), 0, MS_SYNC);
    CALL(msync, AT(9), 0, MS_SYNC);
    CALL(msync, AT(9), PAGES(1), MS_SYNC);
    CALL(msync, AT(3), PAGES(4), MS_SYNC);
    CALL(msync, AT(3), PAGES(4), MS_ASYNC);
    CALL(msync, AT(0), ~0ul, MS_SYNC);
    CALL(msync, AT(0), ~0ul - PAGES(1), MS_SYNC);
    CALL(msync, AT(0) + 1, PAGES(1), MS_SYNC | MS_ASYNC);
    CALL(mlock, AT(0), PAGES(1));
    CALL(msync, AT(0), PAGES(4), MS_INVALIDATE);
    CALL(msync, AT(0), PAGES(4), MS_SYNC);
}

static void remap_file_pages_is_mmap_again(void)
{
    map(AT(0), PAGES(4), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    map_fixed(AT(8), PAGES(4), READ_WRITE);
    touch_write(AT(0), 1);
    touch_write(AT(1), 2);
    CALL(remap_file_pages, AT(0), PAGES(1), PROT_READ, 1, 0);
    CALL(remap_file_pages, AT(8), PAGES(1), 0, 1, 0);
    CALL(remap_file_pages, AT(20), PAGES(1), 0, 1, 0);
    CALL(remap_file_pages, AT(0), 0, 0, 1, 0);
    CALL(remap_file_pages, AT(0), PAGES(1), 0, 1, 0);
    touch_read(AT(0));
    say_arena();
}

/* Rights and a lock stay, advice goes; and mmap's limits hold. */
static void remap_file_pages_makes_a_new_area(void)
{
    map(AT(0), PAGES(8), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    CALL(madvise, AT(0), PAGES(8), MADV_DONTFORK);
    CALL(mlock2, AT(0), PAGES(8), MLOCK_ONFAULT);
    touch_write(AT(0), 1);
    CALL(remap_file_pages, AT(4), PAGES(4), 0, 0, 0);
    touch_read(AT(4));
    say_arena();
    CALL(madvise, AT(4), PAGES(4), MADV_DONTFORK);
    say_arena();
    limit(RLIMIT_MEMLOCK, PAGES(9));
    CALL(remap_file_pages, AT(0), PAGES(2), 0, 4, 0);
    CALL(munlock, AT(0), PAGES(8));
    CALL(mlockall, MCL_FUTURE);
    limit(RLIMIT_MEMLOCK, PAGES(1));
    CALL(remap_file_pages, AT(0), PAGES(2), 0, 4, 0);
    CALL(mprotect, AT(0), PAGES(2), PROT_READ);
    CALL(munlockall);
    CALL(remap_file_pages, AT(0), PAGES(1), 0, 4, 0);
    CALL(remap_file_pages, AT(0), PAGES(1), 0, ~0ul / 2 / PAGE_SIZE, 0);
    say_arena();
}

static void remap_file_pages_of_a_large_page(void)
{
    map(AT(512), PAGES(512), READ_WRITE,
        MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB, NO_FILE, 0);
    CALL(remap_file_pages, AT(512), PAGES(1), 0, 0, 0);
    say_arena();
}

const struct conformance_case madvise_cases[] = {
    CASE(madvise_each_advice),
    CASE(madvise_arguments),
    CASE(madvise_over_a_hole_does_the_rest),
    CASE(madvise_dontneed_gives_zeros),
    CASE(madvise_dontneed_of_shared_memory_keeps_it),
    CASE(madvise_of_locked_memory),
    CASE(madvise_populates),
    CASE(madvise_flags_split_areas),
    CASE(mincore_arguments),
    CASE(mincore_says_what_was_touched),
    CASE(msync_arguments),
    CASE(remap_file_pages_is_mmap_again),
    CASE(remap_file_pages_makes_a_new_area),
    CASE(remap_file_pages_of_a_large_page),
    LAST_CASE,
};
