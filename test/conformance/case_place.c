/* mmap: where the kernel places what it may place. */
#include "test/conformance/case.h"

#define LARGE (2ul << 20)

static long place(unsigned long hint, unsigned long length, unsigned long flags)
{
    return map(hint, length, READ_WRITE, ANONYMOUS | flags, NO_FILE, 0);
}

/* Of a file: Brix aligns large anonymous areas to 2 MiB, see below. */
static long place_file(unsigned long length, unsigned long flags)
{
    return map(0, length, PROT_READ, MAP_PRIVATE | flags, DATA_FILE, 0);
}

static void place_top_down(void)
{
    place(0, PAGES(1), 0);
    place(0, PAGES(3), 0);
    map(0, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(2), PROT_NONE, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(2), PROT_READ, MAP_PRIVATE, DATA_FILE, 0);
    maps_say_all();
}

static void place_in_the_topmost_hole(void)
{
    unsigned long top = (unsigned long)place(0, PAGES(32), 0);
    CALL(munmap, top + PAGES(4), PAGES(2));
    CALL(munmap, top + PAGES(10), PAGES(4));
    CALL(munmap, top + PAGES(20), PAGES(3));
    map(0, PAGES(4), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(2), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
}

static void place_at_a_hint_that_is_free(void)
{
    place(ARENA, PAGES(2), 0);
    place(AT(4) + 1, PAGES(1), 0);
    place(AT(8) - 1, PAGES(1), 0);
    place(TASK_END / 2, PAGES(1), 0);
    CALL(munmap, TASK_END / 2, PAGES(2));
    say_arena();
}

static void place_elsewhere_when_the_hint_is_taken(void)
{
    map_fixed(AT(4), PAGES(2), PROT_READ);
    place(AT(4), PAGES(1), 0);
    place(AT(3), PAGES(2), 0);
    place(AT(5), PAGES(2), 0);
    place(AT(3), PAGES(1), 0);
    place(AT(6), PAGES(1), 0);
}

static void place_at_hints_at_the_ends(void)
{
    place(1, PAGES(1), 0);
    place(PAGES(1), PAGES(1), 0);
    place(PAGES(15), PAGES(1), 0);
    place(PAGES(16), PAGES(1), 0);
    CALL(munmap, PAGES(16), PAGES(1));
    place(TASK_END, PAGES(1), 0);
    place(TASK_END + PAGES(1), PAGES(1), 0);
    place(~0ul, PAGES(1), 0);
    place(~0ul - PAGES(1), PAGES(1), 0);
    place(TASK_END - PAGES(1), PAGES(2), 0);
}

static void place_away_from_a_stack_guard(void)
{
    unsigned long stack = ARENA + GUARD + PAGES(8);
    map(stack, PAGES(1), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    place(stack - PAGES(1), PAGES(1), 0);
    place(stack - GUARD, PAGES(1), 0);
    place(stack - GUARD - PAGES(1), PAGES(1), 0);
    place(stack - GUARD - PAGES(1), PAGES(2), 0);
    map(stack - PAGES(2), PAGES(1), PROT_READ, ANONYMOUS | MAP_FIXED, NO_FILE,
        0);
    map(stack - PAGES(4), PAGES(1), PROT_READ, ANONYMOUS | MAP_FIXED_NOREPLACE,
        NO_FILE, 0);
    place(stack + PAGES(1), PAGES(1), 0);
    say_arena();
}

static void place_a_stack(void)
{
    place(0, PAGES(1), 0);
    unsigned long stack = (unsigned long)place(0, PAGES(2), MAP_GROWSDOWN);
    place(0, PAGES(1), 0);
    place(0, PAGES(300), 0);
    touch_write(stack, 1);
    touch_write(stack - PAGES(1), 2);
    place(0, PAGES(1), MAP_GROWSDOWN);
    maps_say(stack - PAGES(4096), TASK_END);
}

static void place_in_32_bits(void)
{
    place(0, PAGES(1), MAP_32BIT);
    place(0, PAGES(2), MAP_32BIT);
    place(0x7ffff000, PAGES(1), MAP_32BIT);
    place(0x7ffff000, PAGES(2), MAP_32BIT);
    place(0x10000000, PAGES(1), MAP_32BIT);
    CALL(munmap, 0x10000000, PAGES(1));
    place(0x90000000, PAGES(1), MAP_32BIT);
    CALL(munmap, 0x90000000, PAGES(1));
    place_file(0x40000000, MAP_32BIT);
    place_file(0x3fff0000, MAP_32BIT);
    map(0x41000000, PAGES(1), PROT_READ, ANONYMOUS | MAP_32BIT | MAP_FIXED,
        NO_FILE, 0);
    maps_say(0x10000, 0x80000000);
}

static void place_what_is_too_long(void)
{
    place_file(TASK_END / 2, 0);
    place_file(TASK_END / 2, 0);
    place_file(TASK_END / 4, 0);
    place_file(TASK_END / 4, 0);
    place_file(TASK_END / 4, 0);
    maps_say_all();
}

static void place_bottom_up_when_the_top_is_full(void)
{
    long bottom = 1;
    for (int i = 0; i < 8 && !is_error(bottom); i++) {
        bottom = place_file(TASK_END / 8 / PAGE_SIZE * PAGE_SIZE, 0);
    }
    place(0, PAGES(1), 0);
    place(0, PAGES(4), 0);
    place_file(PAGES(70000), 0);
    maps_say_all();
}

static void place_files_and_shared_memory(void)
{
    map(0, PAGES(2), PROT_READ, MAP_SHARED, DATA_FILE, 0);
    map(0, PAGES(2), PROT_READ, MAP_SHARED, DATA_FILE, PAGES(2));
    map(0, PAGES(2), PROT_READ, MAP_PRIVATE, DATA_FILE, PAGES(1));
    map(0, PAGES(2), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, NO_FILE, 0);
    map(0, LARGE + PAGES(1), PROT_READ, MAP_PRIVATE, DATA_FILE, 0);
    map(0, PAGES(1), PROT_READ, MAP_SHARED, DATA_FILE, 0);
    maps_say_all();
}

/* The deliberate difference: Brix aligns what is 2 MiB or more, as Linux does
 * since 6.7. Said is only what is true of both. */
static void place_large_areas_apart(void)
{
    bool is_ordered = true;
    unsigned long last = TASK_END;
    unsigned long pages[4] = {0};
    for (int i = 0; i < 4; i++) {
        pages[i] = (unsigned long)mmap(NULL, LARGE + PAGES((unsigned)i),
                                       READ_WRITE, ANONYMOUS, -1, 0);
        is_ordered = is_ordered && pages[i] < last;
        last = pages[i];
    }
    note(is_ordered ? "ordered" : "not ordered");
    for (int i = 0; i < 4; i++) {
        *(volatile char *)pages[i] = 1;
        munmap((void *)pages[i], LARGE + PAGES((unsigned)i));
    }
}

const struct conformance_case place_cases[] = {
    CASE(place_top_down),
    CASE(place_in_the_topmost_hole),
    CASE(place_at_a_hint_that_is_free),
    CASE(place_elsewhere_when_the_hint_is_taken),
    CASE(place_at_hints_at_the_ends),
    CASE(place_away_from_a_stack_guard),
    CASE(place_a_stack),
    CASE(place_in_32_bits),
    CASE(place_what_is_too_long),
    CASE(place_bottom_up_when_the_top_is_full),
    CASE(place_files_and_shared_memory),
    CASE(place_large_areas_apart),
    LAST_CASE,
};
