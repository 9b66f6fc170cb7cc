/* brk: the heap. */
#include "kernel/abi/resource.h"
#include "test/conformance/case.h"

/* The break as it is now, unsaid. */
static unsigned long break_now(void)
{
    return (unsigned long)brk(NULL);
}

static void say_heap(unsigned long start)
{
    maps_say(start - PAGE_SIZE, start + PAGES(1024));
}

static void brk_of_0_answers_the_break(void)
{
    CALL(brk, 0);
    CALL(brk, 0);
}

static void brk_grows_and_the_memory_is_zero(void)
{
    unsigned long start = break_now();
    CALL(brk, start + PAGES(3));
    touch_all(start, 1);
    touch_all(start + PAGES(2), 2);
    touch_all(start + PAGES(3), 3);
    say_heap(start);
}

static void brk_keeps_unaligned_values(void)
{
    unsigned long start = break_now();
    CALL(brk, start + 1);
    CALL(brk, 0);
    say_heap(start);
    CALL(brk, start + PAGES(1));
    CALL(brk, start + PAGES(1) + 1);
    CALL(brk, start + PAGES(2) - 1);
    CALL(brk, start + PAGES(2));
    say_heap(start);
    CALL(brk, start + 0x1234);
    CALL(brk, start);
    say_heap(start);
}

static void brk_shrinks_and_gives_memory_back(void)
{
    unsigned long start = break_now();
    CALL(brk, start + PAGES(4));
    touch_write(start, 1);
    touch_write(start + PAGES(2), 2);
    CALL(brk, start + PAGES(1) + 8);
    touch_read(start + PAGES(2));
    touch_read(start);
    CALL(brk, start + PAGES(4));
    touch_read(start + PAGES(2));
    touch_read(start);
}

static void brk_within_a_page_keeps_what_is_there(void)
{
    unsigned long start = break_now();
    CALL(brk, start + 100);
    touch_write(start, 7);
    CALL(brk, start + 1);
    CALL(brk, start + 100);
    touch_read(start);
}

static void brk_below_its_start_is_refused(void)
{
    unsigned long start = break_now();
    CALL(brk, start - 1);
    CALL(brk, start - PAGES(1));
    CALL(brk, 1);
    CALL(brk, start + PAGES(2));
    CALL(brk, start - 1);
    say_heap(start);
}

static void brk_beyond_the_address_space_is_refused(void)
{
    CALL(brk, ~0ul);
    CALL(brk, TASK_END);
    CALL(brk, TASK_END - 1);
    CALL(brk, TASK_END + 1);
    CALL(brk, ~0ul - PAGES(1) + 1);
}

static void brk_leaves_a_page_before_a_mapping(void)
{
    unsigned long start = break_now();
    map_fixed(start + PAGES(8), PAGES(1), PROT_NONE);
    CALL(brk, start + PAGES(9));
    CALL(brk, start + PAGES(8));
    CALL(brk, start + PAGES(7) + 1);
    CALL(brk, start + PAGES(7));
    CALL(brk, start + PAGES(20));
    say_heap(start);
    CALL(munmap, start + PAGES(8), PAGES(1));
}

static void brk_leaves_the_gap_before_a_stack(void)
{
    unsigned long start = break_now();
    unsigned long stack = start + GUARD + PAGES(4);
    map(stack, PAGES(1), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    CALL(brk, start + PAGES(5));
    CALL(brk, start + PAGES(4));
    CALL(brk, start + PAGES(3) + 1);
    CALL(brk, start + PAGES(3));
    CALL(munmap, stack, PAGES(1));
}

static void brk_in_steps_is_one_area(void)
{
    unsigned long start = break_now();
    for (unsigned long i = 1; i < 4; i++) {
        CALL(brk, start + PAGES(i));
        touch_write(start + PAGES(i - 1), (uint32_t)i);
    }
    say_heap(start);
}

static void brk_after_mprotect_of_the_heap(void)
{
    unsigned long start = break_now();
    CALL(brk, start + PAGES(4));
    CALL(mprotect, start + PAGES(1), PAGES(1), PROT_READ);
    CALL(mprotect, start + PAGES(3), PAGES(1), PROT_NONE);
    CALL(brk, start + PAGES(6));
    say_heap(start);
    CALL(brk, start + PAGES(2));
    say_heap(start);
}

static void brk_after_munmap_in_the_heap(void)
{
    unsigned long start = break_now();
    CALL(brk, start + PAGES(6));
    CALL(munmap, start + PAGES(2), PAGES(1));
    say_heap(start);
    CALL(brk, start + PAGES(8));
    say_heap(start);
    CALL(brk, start + PAGES(1));
    say_heap(start);
    CALL(munmap, start, PAGES(1));
    CALL(brk, start);
    CALL(brk, start + PAGES(2));
    say_heap(start);
}

static void brk_over_a_hole_at_its_end(void)
{
    unsigned long start = break_now();
    CALL(brk, start + PAGES(6));
    CALL(munmap, start + PAGES(4), PAGES(2));
    CALL(brk, start + PAGES(7));
    say_heap(start);
    CALL(brk, start + PAGES(5));
    CALL(brk, start + PAGES(4));
    say_heap(start);
}

static void brk_obeys_the_limit_of_data(void)
{
    unsigned long start = break_now();
    CALL(brk, start + PAGES(2));
    limit(RLIMIT_DATA, PAGES(4));
    CALL(brk, start + PAGES(3));
    CALL(brk, start + PAGES(64));
    limit(RLIMIT_DATA, PAGES(40));
    for (unsigned long i = 0; i < 48; i += 3) {
        CALL(brk, start + PAGES(i) + 1);
    }
    CALL(brk, start + PAGES(1));
    say_heap(start);
}

static void brk_obeys_the_limit_of_address_space(void)
{
    unsigned long start = break_now();
    limit(RLIMIT_AS, PAGES(96));
    for (unsigned long i = 0; i < 96; i += 4) {
        CALL(brk, start + PAGES(i));
    }
    CALL(brk, start);
}

static void brk_is_locked_after_mlockall_of_the_future(void)
{
    unsigned long start = break_now();
    static unsigned char resident[4];
    CALL(mlockall, MCL_FUTURE);
    CALL(brk, start + PAGES(4));
    CALL(mincore, start, PAGES(4), (unsigned long)resident);
    text_decimal(resident[0] + resident[1] + resident[2] + resident[3]);
    text_line();
    limit(RLIMIT_MEMLOCK, PAGES(8));
    CALL(brk, start + PAGES(5));
    CALL(brk, start + PAGES(20));
}

static void brk_of_more_than_there_is(void)
{
    unsigned long start = break_now();
    unsigned long most = (TASK_END - start) / 2;
    CALL(brk, start + most / PAGE_SIZE * PAGE_SIZE);
    CALL(brk, 0);
}

const struct conformance_case brk_cases[] = {
    CASE(brk_of_0_answers_the_break),
    CASE(brk_grows_and_the_memory_is_zero),
    CASE(brk_keeps_unaligned_values),
    CASE(brk_shrinks_and_gives_memory_back),
    CASE(brk_within_a_page_keeps_what_is_there),
    CASE(brk_below_its_start_is_refused),
    CASE(brk_beyond_the_address_space_is_refused),
    CASE(brk_leaves_a_page_before_a_mapping),
    CASE(brk_leaves_the_gap_before_a_stack),
    CASE(brk_in_steps_is_one_area),
    CASE(brk_after_mprotect_of_the_heap),
    CASE(brk_after_munmap_in_the_heap),
    CASE(brk_over_a_hole_at_its_end),
    CASE(brk_obeys_the_limit_of_data),
    CASE(brk_obeys_the_limit_of_address_space),
    CASE(brk_is_locked_after_mlockall_of_the_future),
    CASE(brk_of_more_than_there_is),
    LAST_CASE,
};
