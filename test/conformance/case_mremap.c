/* mremap: grow, shrink, move, and every refusal. */
#include "kernel/abi/resource.h"
#include "test/conformance/case.h"

#define MAYMOVE   MREMAP_MAYMOVE
#define FIXED     (MREMAP_MAYMOVE | MREMAP_FIXED)
#define DONTUNMAP (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)

static void lay_out(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    for (unsigned long i = 0; i < 4; i++) {
        touch_write(AT(i), (uint32_t)(0x100 + i));
    }
}

static void read_pages(unsigned long start, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        touch_read(start + PAGES(i));
    }
}

static void mremap_arguments(void)
{
    lay_out();
    CALL(mremap, AT(0), PAGES(1), PAGES(2), 8, 0);
    CALL(mremap, AT(0), PAGES(1), PAGES(2), MREMAP_FIXED, AT(8));
    CALL(mremap, AT(0), PAGES(1), PAGES(1), MREMAP_DONTUNMAP, AT(8));
    CALL(mremap, AT(0), PAGES(1), PAGES(2), DONTUNMAP, AT(8));
    CALL(mremap, AT(0) + 1, PAGES(1), PAGES(2), MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(1), 0, MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(1), 0, 8, 0);
    CALL(mremap, AT(0), 0, 0, MAYMOVE, 0);
    CALL(mremap, AT(9), PAGES(1), PAGES(1), 0, 0);
    CALL(mremap, AT(9), PAGES(2), PAGES(1), 0, 0);
    CALL(mremap, AT(9), PAGES(1), PAGES(2), MAYMOVE, 0);
    CALL(mremap, AT(0), ~0ul, PAGES(1), MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(1), ~0ul, MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(1), ~0ul - PAGES(3), MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(1), TASK_END, MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(5), PAGES(6), MAYMOVE, 0);
    CALL(mremap, AT(3), PAGES(2), PAGES(2), MAYMOVE, 0);
    CALL(mremap, TASK_END, PAGES(1), PAGES(1), MAYMOVE, 0);
    say_arena();
}

static void mremap_arguments_with_a_place(void)
{
    lay_out();
    CALL(mremap, AT(0), PAGES(1), PAGES(1), FIXED, AT(8) + 1);
    CALL(mremap, AT(0), PAGES(2), PAGES(2), FIXED, AT(1));
    CALL(mremap, AT(1), PAGES(2), PAGES(2), FIXED, AT(0));
    CALL(mremap, AT(0), PAGES(1), PAGES(4), FIXED, AT(0));
    CALL(mremap, AT(0), PAGES(1), PAGES(1), FIXED, TASK_END);
    CALL(mremap, AT(0), PAGES(1), TASK_END, FIXED, AT(8));
    CALL(mremap, AT(0), PAGES(1), PAGES(1), FIXED, 0);
    CALL(mremap, AT(0), PAGES(1), PAGES(1), FIXED, PAGES(4));
    CALL(mremap, AT(9), PAGES(1), PAGES(1), FIXED, AT(12));
    CALL(mremap, AT(0), PAGES(9), PAGES(9), FIXED, AT(20));
    say_arena();
}

static void mremap_of_equal_length_stays(void)
{
    lay_out();
    CALL(mremap, AT(0), PAGES(4), PAGES(4), 0, 0);
    CALL(mremap, AT(1), PAGES(2), PAGES(2), MAYMOVE, 0);
    CALL(mremap, AT(1), 1, PAGE_SIZE - 1, 0, 0);
    say_arena();
}

static void mremap_shrinks(void)
{
    lay_out();
    CALL(mremap, AT(0), PAGES(4), PAGES(2), 0, 0);
    read_pages(AT(0), 4);
    say_arena();
    map_fixed(AT(8), PAGES(2), PROT_READ);
    map_fixed(AT(10), PAGES(2), READ_WRITE);
    CALL(mremap, AT(8), PAGES(6), PAGES(1), 0, 0);
    say_arena();
}

static void mremap_grows_in_place(void)
{
    lay_out();
    CALL(mremap, AT(0), PAGES(4), PAGES(6), 0, 0);
    read_pages(AT(3), 3);
    map_fixed(AT(8), PAGES(1), READ_WRITE);
    CALL(mremap, AT(0), PAGES(6), PAGES(8), 0, 0);
    say_arena();
    CALL(mremap, AT(0), PAGES(9), PAGES(10), 0, 0);
    say_arena();
}

static void mremap_does_not_grow_into_an_area(void)
{
    lay_out();
    map_fixed(AT(6), PAGES(1), PROT_READ);
    CALL(mremap, AT(0), PAGES(4), PAGES(7), 0, 0);
    CALL(mremap, AT(0), PAGES(2), PAGES(3), 0, 0);
    CALL(mremap, AT(0), PAGES(4), PAGES(6), 0, 0);
    say_arena();
}

static void mremap_moves_to_grow(void)
{
    lay_out();
    map_fixed(AT(5), PAGES(1), PROT_READ);
    unsigned long moved =
        (unsigned long)CALL(mremap, AT(0), PAGES(4), PAGES(8), MAYMOVE, 0);
    read_pages(moved, 6);
    touch_read(AT(0));
    maps_say(moved, moved + PAGES(8));
    say_arena();
}

static void mremap_moves_a_part(void)
{
    lay_out();
    unsigned long moved =
        (unsigned long)CALL(mremap, AT(1), PAGES(2), PAGES(3), MAYMOVE, 0);
    read_pages(moved, 3);
    say_arena();
    maps_say(moved - PAGES(1), moved + PAGES(4));
}

static void mremap_to_a_place(void)
{
    lay_out();
    map_fixed(AT(8), PAGES(4), PROT_READ);
    CALL(mremap, AT(0), PAGES(2), PAGES(2), FIXED, AT(9));
    read_pages(AT(8), 4);
    say_arena();
    CALL(mremap, AT(2), PAGES(2), PAGES(1), FIXED, AT(20));
    read_pages(AT(20), 2);
    CALL(mremap, AT(20), PAGES(1), PAGES(4), FIXED, AT(30));
    read_pages(AT(30), 4);
    say_arena();
}

static void mremap_back_merges_again(void)
{
    lay_out();
    CALL(mremap, AT(1), PAGES(1), PAGES(1), FIXED, AT(20));
    say_arena();
    CALL(mremap, AT(20), PAGES(1), PAGES(1), FIXED, AT(1));
    say_arena();
    map_fixed(AT(40), PAGES(2), READ_WRITE);
    CALL(mremap, AT(41), PAGES(1), PAGES(1), FIXED, AT(4));
    say_arena();
}

static void mremap_dontunmap(void)
{
    lay_out();
    CALL(mremap, AT(0), PAGES(2), PAGES(2), DONTUNMAP | MREMAP_FIXED, AT(8));
    read_pages(AT(0), 4);
    read_pages(AT(8), 2);
    say_arena();
    unsigned long moved =
        (unsigned long)CALL(mremap, AT(2), PAGES(2), PAGES(2), DONTUNMAP, 0);
    read_pages(AT(2), 2);
    read_pages(moved, 2);
    CALL(mremap, AT(2), PAGES(2), PAGES(3), DONTUNMAP, 0);
    CALL(mremap, AT(2), PAGES(2), PAGES(1), DONTUNMAP, 0);
    moved = (unsigned long)CALL(mremap, AT(0), PAGES(1), PAGES(1), DONTUNMAP,
                                AT(30));
    maps_say(ARENA, ARENA_END);
}

static void mremap_dontunmap_of_a_file(void)
{
    map(AT(0), PAGES(2), READ_WRITE, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    touch_write(AT(0), 77);
    CALL(mremap, AT(0), PAGES(2), PAGES(2), DONTUNMAP | MREMAP_FIXED, AT(8));
    read_pages(AT(0), 2);
    read_pages(AT(8), 2);
    map(AT(16), PAGES(2), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    touch_write(AT(16), 78);
    CALL(mremap, AT(16), PAGES(2), PAGES(2), DONTUNMAP | MREMAP_FIXED, AT(24));
    read_pages(AT(16), 1);
    read_pages(AT(24), 1);
    say_arena();
}

/* Untouched memory has no place of its own yet: it may merge with itself. */
static void mremap_beside_itself(void)
{
    map_fixed(AT(10), PAGES(4), READ_WRITE);
    CALL(mremap, AT(11), PAGES(1), PAGES(1), DONTUNMAP | MREMAP_FIXED, AT(9));
    say_arena();
    CALL(mremap, AT(12), PAGES(1), PAGES(1), DONTUNMAP | MREMAP_FIXED, AT(14));
    say_arena();
    map_fixed(AT(30), PAGES(4), READ_WRITE);
    CALL(mremap, AT(31), PAGES(1), PAGES(1), FIXED, AT(29));
    CALL(mremap, AT(33), PAGES(1), PAGES(1), FIXED, AT(28));
    say_arena();
    map_fixed(AT(50), PAGES(4), READ_WRITE);
    CALL(mremap, AT(50), PAGES(4), PAGES(4), DONTUNMAP | MREMAP_FIXED, AT(46));
    say_arena();
    map_fixed(AT(70), PAGES(4), READ_WRITE);
    touch_write(AT(70), 1);
    CALL(mremap, AT(70), PAGES(4), PAGES(4), DONTUNMAP | MREMAP_FIXED, AT(74));
    say_arena();
}

static void mremap_dontunmap_beside_another(void)
{
    unsigned long flags = DONTUNMAP | MREMAP_FIXED;
    map_fixed(AT(10), PAGES(2), READ_WRITE);
    map_fixed(AT(20), PAGES(4), READ_WRITE);
    CALL(mremap, AT(20), PAGES(2), PAGES(2), flags, AT(12));
    say_arena();
    CALL(mremap, AT(22), PAGES(2), PAGES(2), flags, AT(8));
    say_arena();
    map_fixed(AT(14), PAGES(2), READ_WRITE);
    CALL(munmap, AT(12), PAGES(2));
    CALL(mremap, AT(20), PAGES(2), PAGES(2), flags, AT(12));
    say_arena();
    map_fixed(AT(40), PAGES(2), READ_WRITE);
    touch_write(AT(40), 1);
    CALL(mremap, AT(20), PAGES(2), PAGES(2), flags, AT(42));
    say_arena();
    touch_write(AT(20), 1);
    CALL(mremap, AT(20), PAGES(2), PAGES(2), flags, AT(18));
    say_arena();
}

/* madvise(MADV_DONTNEED) refuses what is locked. */
static void mremap_dontunmap_of_locked_memory(void)
{
    map_fixed(AT(10), PAGES(4), READ_WRITE);
    CALL(mlock, AT(10), PAGES(4));
    CALL(mremap, AT(11), PAGES(1), PAGES(1), DONTUNMAP | MREMAP_FIXED, AT(20));
    say_arena();
    for (unsigned long i = 10; i < 14; i++) {
        CALL(madvise, AT(i), PAGES(1), MADV_DONTNEED);
    }
    CALL(madvise, AT(20), PAGES(1), MADV_DONTNEED);
    CALL(munlock, AT(10), PAGES(20));
    say_arena();
}

static void mremap_of_old_length_0(void)
{
    lay_out();
    CALL(mremap, AT(0), 0, PAGES(2), MAYMOVE, 0);
    CALL(mremap, AT(0), 0, PAGES(2), 0, 0);
    map(AT(8), PAGES(2), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    touch_write(AT(8), 0x55);
    CALL(mremap, AT(8), 0, PAGES(2), 0, 0);
    unsigned long copy =
        (unsigned long)CALL(mremap, AT(8), 0, PAGES(2), MAYMOVE, 0);
    touch_read(copy);
    touch_write(copy, 0x66);
    touch_read(AT(8));
    CALL(mremap, AT(8), 0, PAGES(1), FIXED, AT(20));
    CALL(mremap, AT(8), 0, PAGES(4), DONTUNMAP, 0);
    touch_read(AT(20));
    say_arena();
}

static void mremap_of_a_file(void)
{
    map(AT(0), PAGES(2), PROT_READ, MAP_PRIVATE | MAP_FIXED, DATA_FILE,
        PAGES(1));
    CALL(mremap, AT(0), PAGES(2), PAGES(4), 0, 0);
    read_pages(AT(0), 4);
    CALL(mremap, AT(1), PAGES(2), PAGES(2), FIXED, AT(9));
    read_pages(AT(9), 2);
    say_arena();
}

static void mremap_over_two_areas(void)
{
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    map_fixed(AT(2), PAGES(2), PROT_READ);
    CALL(mremap, AT(0), PAGES(4), PAGES(8), MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(4), PAGES(4), MAYMOVE, 0);
    CALL(mremap, AT(0), PAGES(4), PAGES(4), FIXED, AT(8));
    CALL(mremap, AT(0), PAGES(4), PAGES(3), FIXED, AT(8));
    CALL(mremap, AT(0), PAGES(4), PAGES(1), FIXED, AT(8));
    say_arena();
}

static void mremap_of_growsdown(void)
{
    unsigned long stack = AT(300);
    map(stack, PAGES(2), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    touch_write(stack - PAGES(1), 1);
    CALL(mremap, stack - PAGES(1), PAGES(3), PAGES(4), 0, 0);
    CALL(mremap, stack - PAGES(1), PAGES(1), PAGES(1), FIXED, AT(800));
    touch_write(AT(799), 1);
    say_arena();
}

static void mremap_obeys_limits(void)
{
    lay_out();
    CALL(mlock, AT(0), PAGES(4));
    limit(RLIMIT_MEMLOCK, PAGES(6));
    CALL(mremap, AT(0), PAGES(4), PAGES(6), 0, 0);
    CALL(mremap, AT(0), PAGES(6), PAGES(7), 0, 0);
    CALL(mremap, AT(0), PAGES(6), PAGES(7), FIXED, AT(20));
    limit(RLIMIT_MEMLOCK, RLIM64_INFINITY);
    limit(RLIMIT_AS, PAGES(90));
    CALL(mremap, AT(0), PAGES(6), PAGES(100), 0, 0);
    CALL(mremap, AT(0), PAGES(6), PAGES(100), MAYMOVE, 0);
    say_arena();
}

const struct conformance_case mremap_cases[] = {
    CASE(mremap_arguments),
    CASE(mremap_arguments_with_a_place),
    CASE(mremap_of_equal_length_stays),
    CASE(mremap_shrinks),
    CASE(mremap_grows_in_place),
    CASE(mremap_does_not_grow_into_an_area),
    CASE(mremap_moves_to_grow),
    CASE(mremap_moves_a_part),
    CASE(mremap_to_a_place),
    CASE(mremap_back_merges_again),
    CASE(mremap_dontunmap),
    CASE(mremap_dontunmap_of_a_file),
    CASE(mremap_beside_itself),
    CASE(mremap_dontunmap_beside_another),
    CASE(mremap_dontunmap_of_locked_memory),
    CASE(mremap_of_old_length_0),
    CASE(mremap_of_a_file),
    CASE(mremap_over_two_areas),
    CASE(mremap_of_growsdown),
    CASE(mremap_obeys_limits),
    LAST_CASE,
};
