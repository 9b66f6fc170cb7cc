/* MAP_HUGETLB, and large anonymous areas: nothing but speed may differ. */
#include "test/conformance/case.h"

#define LARGE      (2ul << 20)
#define HUGE_2MB   (21ul << MAP_HUGE_SHIFT)
#define HUGE_1GB   (30ul << MAP_HUGE_SHIFT)
#define HUGE_FLAGS (ANONYMOUS | MAP_FIXED | MAP_HUGETLB)

static void huge_arguments(void)
{
    map(ARENA, LARGE, READ_WRITE, HUGE_FLAGS | (5ul << MAP_HUGE_SHIFT), NO_FILE,
        0);
    map(ARENA + PAGES(1), LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    map(ARENA, 0, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    map(ARENA, LARGE, READ_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_HUGETLB,
        DATA_FILE, 0);
    map(ARENA, 1ul << 30, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    say_arena();
}

static void huge_is_mapped(void)
{
    map(ARENA, LARGE, READ_WRITE, HUGE_FLAGS | HUGE_2MB, NO_FILE, 0);
    map(ARENA + 2 * LARGE, 1, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    touch_all(ARENA, 1);
    touch_all(ARENA + LARGE - PAGES(1), 2);
    touch_read(ARENA + LARGE);
    touch_read(ARENA + 3 * LARGE - PAGES(1));
    say_arena();
    CALL(munmap, ARENA, PAGES(1));
    CALL(munmap, ARENA + LARGE - PAGES(1), PAGES(1));
    map_fixed(ARENA + PAGES(1), PAGES(1), READ_WRITE);
    CALL(mprotect, ARENA, PAGES(1), PROT_READ);
    CALL(mprotect, ARENA, LARGE, PROT_READ);
    touch_write(ARENA, 3);
    CALL(munmap, ARENA, LARGE);
    touch_read(ARENA);
    say_arena();
}

/* It is a mapping of a file that nobody sees: the offset counts, and a range
 * that is refused for it is empty by then. */
static void huge_has_an_offset(void)
{
    map_fixed(ARENA, LARGE, READ_WRITE);
    map(ARENA, LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, PAGES(1));
    say_arena();
    map(ARENA, 2 * LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    CALL(munmap, ARENA, LARGE);
    say_arena();
    map(ARENA, LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, LARGE);
    say_arena();
    map(ARENA + 4 * LARGE, LARGE, READ_WRITE, HUGE_FLAGS | MAP_GROWSDOWN,
        NO_FILE, 0);
    map(ARENA + 4 * LARGE, LARGE, READ_WRITE,
        MAP_SHARED_VALIDATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB, NO_FILE,
        0);
    CALL(munmap, ARENA + 4 * LARGE, LARGE);
    map(ARENA + 4 * LARGE, LARGE, READ_WRITE,
        MAP_SHARED_VALIDATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB |
            MAP_SYNC,
        NO_FILE, 0);
    say_arena();
}

static void huge_is_never_locked(void)
{
    map(ARENA, LARGE, READ_WRITE, HUGE_FLAGS | MAP_LOCKED, NO_FILE, 0);
    CALL(madvise, ARENA, LARGE, MADV_DONTNEED);
    CALL(mlock, ARENA, LARGE);
    CALL(mlock, ARENA, PAGES(3));
    touch_write(AT(5), 1);
    CALL(madvise, ARENA, LARGE, MADV_POPULATE_READ);
    CALL(madvise, ARENA, LARGE, MADV_POPULATE_WRITE);
    CALL(madvise, ARENA, LARGE, MADV_DONTNEED);
    touch_read(AT(5));
    touch_write(AT(6), 1);
    CALL(madvise, ARENA, LARGE, MADV_REMOVE);
    CALL(mlockall, MCL_FUTURE);
    map(ARENA + LARGE, LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    CALL(munlockall);
    CALL(madvise, ARENA + LARGE, LARGE, MADV_DONTNEED);
}

static void huge_beyond_the_end(void)
{
    map(TASK_END, LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    map(TASK_END - PAGES(511), LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
    map(~0ul - LARGE + 1, LARGE, READ_WRITE, HUGE_FLAGS, NO_FILE, 0);
}

static void huge_is_placed(void)
{
    unsigned long page = (unsigned long)map(
        0, LARGE, READ_WRITE, ANONYMOUS | MAP_HUGETLB | HUGE_2MB, NO_FILE, 0);
    touch_write(page, 1);
    CALL(mremap, page, LARGE, 2 * LARGE, MREMAP_MAYMOVE, 0);
    CALL(madvise, page, LARGE, MADV_DONTNEED);
    touch_read(page);
    CALL(munmap, page, LARGE);
}

static void say_two(void)
{
    touch_read(AT(0));
    touch_read(AT(100));
    touch_read(AT(512));
    touch_read(AT(800));
}

static void fill_two(void)
{
    touch_write(AT(0), 1);
    touch_write(AT(100), 2);
    touch_write(AT(512), 3);
    touch_write(AT(800), 4);
}

/* What is thrown away of two large pages, by ADVICE, which begins and ends at
 * all kinds of places. */
static void advise_two(unsigned long type, unsigned long advice)
{
    static const struct {
        unsigned long start;
        unsigned long length;
    } ranges[] = {
        {ARENA, 2 * LARGE},  {ARENA, LARGE},       {ARENA, LARGE + PAGES(1)},
        {ARENA, PAGES(300)}, {AT(1), LARGE},       {AT(50), PAGES(600)},
        {AT(512), PAGES(1)}, {AT(512), 2 * LARGE},
    };

    map(ARENA, 2 * LARGE, READ_WRITE, type | MAP_FIXED | MAP_HUGETLB, NO_FILE,
        0);
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        fill_two();
        CALL(madvise, ranges[i].start, ranges[i].length, advice);
        say_two();
    }
    CALL(madvise, ARENA, 2 * LARGE, MADV_DONTNEED);
    say_two();
    touch_write(AT(0), 5);
    say_arena();
    CALL(munmap, ARENA, 2 * LARGE);
}

static void huge_is_advised(void)
{
    static const unsigned long advices[] = {
        MADV_DONTNEED,       MADV_DONTNEED_LOCKED, MADV_REMOVE,
        MADV_HUGEPAGE,       MADV_NOHUGEPAGE,      MADV_FREE,
        MADV_WILLNEED,       MADV_COLLAPSE,        MADV_COLD,
        MADV_POPULATE_WRITE, MADV_MERGEABLE,       MADV_DONTDUMP,
        MADV_DONTFORK,       MADV_WIPEONFORK,      MADV_KEEPONFORK,
    };

    for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
        advise_two(MAP_PRIVATE | MAP_ANONYMOUS, advices[i]);
        advise_two(MAP_SHARED | MAP_ANONYMOUS, advices[i]);
    }
}

static void move_two(unsigned long type)
{
    const unsigned long to = ARENA + 4 * LARGE;
    const unsigned long fixed = MREMAP_MAYMOVE | MREMAP_FIXED;

    map(ARENA, 2 * LARGE, READ_WRITE, type | MAP_FIXED | MAP_HUGETLB, NO_FILE,
        0);
    fill_two();
    CALL(mremap, ARENA, 2 * LARGE, 2 * LARGE, 0, 0);
    CALL(mremap, ARENA, 2 * LARGE, 2 * LARGE, MREMAP_MAYMOVE, PAGES(1));
    CALL(mremap, ARENA, LARGE, 3 * LARGE, MREMAP_MAYMOVE, 0);
    CALL(mremap, ARENA, 0, LARGE, MREMAP_MAYMOVE, 0);
    CALL(mremap, AT(1), LARGE, LARGE, MREMAP_MAYMOVE, 0);
    CALL(mremap, ARENA, LARGE, LARGE, fixed, to + PAGES(1));
    CALL(mremap, ARENA, LARGE, LARGE, fixed | MREMAP_DONTUNMAP, to);
    CALL(mremap, ARENA, 3 * LARGE, 3 * LARGE, fixed, to);
    CALL(mremap, ARENA, LARGE - 1, PAGES(3), 0, 0);
    say_arena();
    CALL(mremap, ARENA + LARGE, LARGE, LARGE, fixed, to);
    say_arena();
    touch_read(to);
    touch_read(to + PAGES(288));
    touch_write(to + PAGES(288), 5);
    touch_read(AT(512));
    CALL(mremap, to, LARGE, LARGE, fixed, ARENA + LARGE);
    CALL(mremap, ARENA, 2 * LARGE, LARGE, 0, 0);
    CALL(mremap, ARENA, 2 * LARGE, PAGES(1), fixed, to);
    say_arena();
    touch_read(to);
    CALL(munmap, ARENA, 8 * LARGE);
}

static void huge_is_moved(void)
{
    move_two(MAP_PRIVATE | MAP_ANONYMOUS);
    move_two(MAP_SHARED | MAP_ANONYMOUS);
}

/* The hint counts as the large page that it is in, and MAP_32BIT not at all. */
static void huge_is_placed_at_a_hint(void)
{
    unsigned long flags = ANONYMOUS | MAP_HUGETLB;

    map(ARENA + PAGES(3), LARGE, READ_WRITE, flags, NO_FILE, 0);
    map(ARENA + PAGES(3), LARGE, READ_WRITE, flags, NO_FILE, 0);
    map(0x30000, LARGE, READ_WRITE, flags, NO_FILE, PAGES(1));
    map(0, LARGE, READ_WRITE, flags | MAP_32BIT, NO_FILE, 0);
    say_arena();
}

static void large_area_split_by_munmap(void)
{
    map_fixed(ARENA, 2 * LARGE, READ_WRITE);
    for (unsigned long i = 0; i < 1024; i += 256) {
        touch_write(AT(i), (uint32_t)i + 1);
    }
    CALL(munmap, AT(257), PAGES(1));
    for (unsigned long i = 255; i < 260; i++) {
        touch_read(AT(i));
    }
    touch_read(AT(768));
    CALL(munmap, AT(1), PAGES(511));
    touch_read(AT(0));
    touch_read(AT(512));
    say_arena();
}

static void large_area_split_by_mprotect(void)
{
    map_fixed(ARENA, 2 * LARGE, READ_WRITE);
    touch_write(AT(0), 1);
    touch_write(AT(100), 2);
    CALL(mprotect, AT(100), PAGES(1), PROT_READ);
    touch_write(AT(100), 3);
    touch_write(AT(101), 4);
    touch_read(AT(100));
    CALL(mprotect, AT(100), PAGES(1), READ_WRITE);
    touch_write(AT(100), 5);
    touch_read(AT(0));
    CALL(mprotect, ARENA, 2 * LARGE, PROT_NONE);
    touch_read(AT(0));
    CALL(mprotect, ARENA, 2 * LARGE, PROT_READ);
    touch_read(AT(0));
    touch_read(AT(101));
    say_arena();
}

static void large_area_discarded_in_part(void)
{
    map_fixed(ARENA, LARGE, READ_WRITE);
    touch_write(AT(0), 1);
    touch_write(AT(300), 2);
    CALL(madvise, AT(300), PAGES(1), MADV_DONTNEED);
    touch_read(AT(300));
    touch_read(AT(0));
    CALL(madvise, ARENA, LARGE, MADV_DONTNEED);
    touch_read(AT(0));
    touch_write(AT(0), 3);
    CALL(madvise, AT(0), PAGES(200), MADV_FREE);
    touch_read(AT(0));
}

static void large_area_moved(void)
{
    map_fixed(ARENA, 2 * LARGE, READ_WRITE);
    touch_write(AT(0), 1);
    touch_write(AT(511), 2);
    touch_write(AT(512), 3);
    CALL(mremap, ARENA, 2 * LARGE, 2 * LARGE, MREMAP_MAYMOVE | MREMAP_FIXED,
         ARENA + 4 * LARGE);
    touch_read(AT(2048));
    touch_read(AT(2048 + 511));
    touch_read(AT(2048 + 512));
    CALL(mremap, ARENA + 4 * LARGE, LARGE, LARGE, MREMAP_MAYMOVE | MREMAP_FIXED,
         AT(1));
    touch_read(AT(1));
    touch_read(AT(512));
    touch_read(AT(2048 + 512));
    say_arena();
}

static void large_area_read_first(void)
{
    map_fixed(ARENA, LARGE, READ_WRITE);
    touch_read(AT(0));
    touch_read(AT(511));
    touch_write(AT(10), 1);
    touch_read(AT(9));
    touch_read(AT(10));
    CALL(mlock, AT(20), PAGES(3));
    touch_write(AT(21), 1);
    CALL(munlock, AT(20), PAGES(3));
    say_arena();
}

const struct conformance_case huge_cases[] = {
    CASE(huge_arguments),
    CASE(huge_is_mapped),
    CASE(huge_has_an_offset),
    CASE(huge_is_never_locked),
    CASE(huge_beyond_the_end),
    CASE(huge_is_placed),
    CASE(huge_is_advised),
    CASE(huge_is_moved),
    CASE(huge_is_placed_at_a_hint),
    CASE(large_area_split_by_munmap),
    CASE(large_area_split_by_mprotect),
    CASE(large_area_discarded_in_part),
    CASE(large_area_moved),
    CASE(large_area_read_first),
    LAST_CASE,
};
