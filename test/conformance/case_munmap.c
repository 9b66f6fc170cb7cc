/* munmap and mprotect: ranges over areas, parts of them, and holes. */
#include "test/conformance/case.h"

/* rw- 0..4, hole, r-- 6..8, --- 8..10, hole, rw- of a file 12..14 */
static void lay_out(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    map_fixed(AT(6), PAGES(2), PROT_READ);
    map_fixed(AT(8), PAGES(2), PROT_NONE);
    map(AT(12), PAGES(2), READ_WRITE, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
}

static void munmap_arguments(void)
{
    lay_out();
    CALL(munmap, AT(0) + 1, PAGES(1));
    CALL(munmap, AT(0), 0);
    CALL(munmap, AT(0), ~0ul);
    CALL(munmap, AT(0), ~0ul - PAGES(2));
    CALL(munmap, AT(0), TASK_END);
    CALL(munmap, TASK_END, PAGES(1));
    CALL(munmap, TASK_END - PAGES(1), PAGES(2));
    CALL(munmap, ~0ul - PAGES(1) + 1, PAGES(1));
    CALL(munmap, 0, PAGES(1));
    CALL(munmap, 1, 0);
    CALL(munmap, AT(0), 1);
    CALL(munmap, AT(100), PAGES(100));
    say_arena();
}

static void munmap_of_parts(void)
{
    lay_out();
    touch_write(AT(0), 1);
    touch_write(AT(3), 3);
    CALL(munmap, AT(1), PAGES(1));
    touch_read(AT(0));
    touch_read(AT(1));
    touch_read(AT(3));
    CALL(munmap, AT(0), PAGES(1));
    CALL(munmap, AT(3), PAGES(1));
    CALL(munmap, AT(13), PAGES(1));
    say_arena();
}

static void munmap_over_holes_and_areas(void)
{
    lay_out();
    CALL(munmap, AT(3), PAGES(10));
    say_arena();
    CALL(munmap, AT(0), PAGES(64));
    say_arena();
}

static void mprotect_arguments(void)
{
    lay_out();
    CALL(mprotect, AT(0) + 1, PAGES(1), PROT_READ);
    CALL(mprotect, AT(0), 0, PROT_READ);
    CALL(mprotect, AT(5), 0, PROT_READ);
    CALL(mprotect, AT(0) + 1, 0, PROT_READ);
    CALL(mprotect, AT(0), ~0ul, PROT_READ);
    CALL(mprotect, AT(0), ~0ul - PAGES(2), PROT_READ);
    CALL(mprotect, AT(0), PAGES(1), 8);
    CALL(mprotect, AT(0), PAGES(1), 0x10);
    CALL(mprotect, AT(0), PAGES(1), 0x80000000);
    CALL(mprotect, AT(0), 0, 0x10);
    CALL(mprotect, AT(0) + 1, 0, 0x10);
    CALL(mprotect, AT(0), 1, PROT_READ);
    CALL(mprotect, AT(0), PAGES(1), PROT_GROWSDOWN | PROT_READ);
    CALL(mprotect, AT(0), PAGES(1), PROT_GROWSUP | PROT_READ);
    CALL(mprotect, AT(0), PAGES(1), PROT_GROWSUP | PROT_GROWSDOWN);
    CALL(mprotect, AT(5), PAGES(1), PROT_READ);
    CALL(mprotect, TASK_END, PAGES(1), PROT_READ);
    CALL(mprotect, 0, PAGES(1), PROT_READ);
    say_arena();
}

static void mprotect_over_several_areas(void)
{
    lay_out();
    CALL(mprotect, AT(7), PAGES(2), READ_WRITE);
    say_arena();
    CALL(mprotect, AT(6), PAGES(4), PROT_READ);
    say_arena();
}

static void mprotect_changes_what_lies_before_a_hole(void)
{
    lay_out();
    CALL(mprotect, AT(2), PAGES(6), PROT_READ);
    say_arena();
    CALL(mprotect, AT(4), PAGES(4), PROT_NONE);
    CALL(mprotect, AT(7), PAGES(6), READ_WRITE);
    say_arena();
}

static void mprotect_stops_at_what_may_not_be_written(void)
{
    map_fixed(AT(0), PAGES(2), PROT_READ);
    map(AT(2), PAGES(2), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE, 0);
    map_fixed(AT(4), PAGES(2), PROT_READ);
    CALL(mprotect, AT(1), PAGES(4), READ_WRITE);
    say_arena();
}

static void mprotect_keeps_what_was_written(void)
{
    map_fixed(AT(0), PAGES(3), READ_WRITE);
    touch_write(AT(0), 1);
    touch_write(AT(1), 2);
    CALL(mprotect, AT(0), PAGES(3), PROT_NONE);
    touch_all(AT(0), 9);
    touch_all(AT(2), 9);
    CALL(mprotect, AT(0), PAGES(1), PROT_READ);
    touch_all(AT(0), 9);
    CALL(mprotect, AT(1), PAGES(1), PROT_READ | PROT_EXEC);
    touch_all(AT(1), 9);
    CALL(mprotect, AT(2), PAGES(1), PROT_EXEC);
    touch_all(AT(2), 9);
    CALL(mprotect, AT(0), PAGES(3), PROT_WRITE);
    touch_all(AT(0), 9);
    touch_all(AT(1), 9);
    say_arena();
}

static void mprotect_splits_and_merges(void)
{
    map_fixed(AT(0), PAGES(6), READ_WRITE);
    CALL(mprotect, AT(2), PAGES(2), PROT_READ);
    say_arena();
    CALL(mprotect, AT(1), PAGES(1), PROT_READ);
    say_arena();
    CALL(mprotect, AT(1), PAGES(3), READ_WRITE);
    say_arena();
    touch_write(AT(0), 1);
    CALL(mprotect, AT(3), PAGES(1), PROT_NONE);
    CALL(mprotect, AT(3), PAGES(1), READ_WRITE);
    say_arena();
}

static void mprotect_merges_what_was_read_only(void)
{
    /* A private mapping that was once writable stays accounted for. */
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    CALL(mprotect, AT(0), PAGES(2), PROT_READ);
    map_fixed(AT(2), PAGES(2), PROT_READ);
    say_arena();
    map(AT(4), PAGES(2), PROT_READ, ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
        NO_FILE, 0);
    CALL(mprotect, AT(2), PAGES(4), READ_WRITE);
    say_arena();
}

static void mprotect_grows_down_to_the_start(void)
{
    unsigned long flags = ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN;
    map(AT(300), PAGES(4), READ_WRITE, flags, NO_FILE, 0);
    CALL(mprotect, AT(302), PAGES(1), PROT_GROWSDOWN | PROT_READ);
    say_arena();
    CALL(mprotect, AT(299), PAGES(2), PROT_GROWSDOWN | PROT_NONE);
    say_arena();
    CALL(mprotect, AT(297), PAGES(2), PROT_GROWSDOWN | PROT_READ);
    CALL(mprotect, AT(302), PAGES(8), PROT_GROWSDOWN | PROT_EXEC);
    say_arena();
}

const struct conformance_case munmap_cases[] = {
    CASE(munmap_arguments),
    CASE(munmap_of_parts),
    CASE(munmap_over_holes_and_areas),
    LAST_CASE,
};

const struct conformance_case mprotect_cases[] = {
    CASE(mprotect_arguments),
    CASE(mprotect_over_several_areas),
    CASE(mprotect_changes_what_lies_before_a_hole),
    CASE(mprotect_stops_at_what_may_not_be_written),
    CASE(mprotect_keeps_what_was_written),
    CASE(mprotect_splits_and_merges),
    CASE(mprotect_merges_what_was_read_only),
    CASE(mprotect_grows_down_to_the_start),
    LAST_CASE,
};
