/* MADV_COLLAPSE: what it refuses, and that it brings whole large pages into
 * memory with what was in the single ones. */
#include "test/conformance/case.h"

#define LARGE_PAGES 512ul
#define LARGE       PAGES(LARGE_PAGES)

/* Touches are single pages on both systems. */
static void map_small(unsigned long start, unsigned long length)
{
    map_fixed(start, length, READ_WRITE);
    CALL(madvise, start, length, MADV_NOHUGEPAGE);
}

static void collapse(unsigned long start, unsigned long length)
{
    CALL(madvise, start, length, MADV_HUGEPAGE);
    CALL(madvise, start, length, MADV_COLLAPSE);
}

static void say_resident(unsigned long page)
{
    unsigned char resident = 9;
    CALL(mincore, page, PAGES(1), (unsigned long)&resident);
    text_decimal(resident);
    text_line();
}

static void collapse_of_short_areas(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    CALL(madvise, AT(0), PAGES(4), MADV_COLLAPSE);
    touch_write(AT(0), 1);
    CALL(madvise, AT(0), PAGES(4), MADV_COLLAPSE);
    CALL(madvise, AT(0), PAGES(8), MADV_COLLAPSE);
    map_small(AT(1), LARGE + PAGES(510));
    touch_write(AT(1), 1);
    collapse(AT(1), LARGE + PAGES(510));
}

static void collapse_of_what_may_not_have_large_pages(void)
{
    map(ARENA, PAGES(4), PROT_READ, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    touch_read(ARENA);
    CALL(madvise, ARENA, PAGES(4), MADV_COLLAPSE);
    map_small(ARENA, LARGE);
    touch_write(ARENA, 1);
    CALL(madvise, ARENA, LARGE, MADV_COLLAPSE);
    CALL(madvise, ARENA + 4 * LARGE, LARGE, MADV_COLLAPSE);
}

static void collapse_of_untouched_memory(void)
{
    map_small(ARENA, 3 * LARGE);
    collapse(ARENA, LARGE);
    CALL(madvise, ARENA + LARGE, LARGE, MADV_NOHUGEPAGE);
    touch_write(ARENA + LARGE, 1);
    collapse(ARENA, 3 * LARGE);
    touch_read(ARENA);
}

static void collapse_of_what_is_only_read(void)
{
    map_small(ARENA, LARGE);
    touch_read(ARENA);
    collapse(ARENA, LARGE);
    CALL(madvise, ARENA, LARGE, MADV_NOHUGEPAGE);
    touch_write(AT(1), 1);
    CALL(mprotect, ARENA, LARGE, PROT_READ);
    collapse(ARENA, LARGE);
    say_resident(AT(7));
}

static void collapse_keeps_what_is_there(void)
{
    map_small(ARENA, 3 * LARGE);
    touch_write(AT(3), 1);
    touch_read(AT(4));
    touch_write(AT(511), 2);
    touch_write(AT(512), 3);
    say_resident(AT(7));
    collapse(AT(1), 2 * LARGE);
    say_resident(AT(7));
    say_resident(AT(512 + 7));
    collapse(ARENA, 2 * LARGE);
    say_resident(AT(7));
    say_resident(AT(512 + 7));
    say_resident(AT(1024 + 7));
    for (unsigned long page = 2; page < 6; page++) {
        touch_read(AT(page));
    }
    touch_read(AT(511));
    touch_write(AT(4), 4);
    touch_read(AT(512));
    CALL(madvise, ARENA, LARGE, MADV_COLLAPSE);
    CALL(munmap, AT(4), PAGES(1));
    touch_read(AT(3));
    say_arena();
}

static void collapse_inside_of_a_large_page(void)
{
    map_small(ARENA, 2 * LARGE);
    touch_write(ARENA, 1);
    CALL(madvise, ARENA, 2 * LARGE, MADV_HUGEPAGE);
    CALL(madvise, AT(0), PAGES(1), MADV_COLLAPSE);
    CALL(madvise, AT(1), PAGES(1), MADV_COLLAPSE);
    CALL(madvise, AT(511), PAGES(2), MADV_COLLAPSE);
    CALL(madvise, AT(0), 0, MADV_COLLAPSE);
    say_resident(AT(7));
}

const struct conformance_case collapse_cases[] = {
    CASE(collapse_of_short_areas),
    CASE(collapse_of_what_may_not_have_large_pages),
    CASE(collapse_of_untouched_memory),
    CASE(collapse_of_what_is_only_read),
    CASE(collapse_keeps_what_is_there),
    CASE(collapse_inside_of_a_large_page),
    LAST_CASE,
};
