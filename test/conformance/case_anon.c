/* What counts as touching private memory, and when touched areas merge: Linux's
 * anon_vma. An area that has been touched does not become one with a neighbour
 * that has not, so each case touches, or does not, and then makes the rights of
 * two neighbours equal. */
#include "kernel/abi/resource.h"
#include "test/conformance/case.h"

#define DONTUNMAP       (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)
#define DONTUNMAP_FIXED (DONTUNMAP | MREMAP_FIXED)

#define LARGE           (2ul << 20)

/* The file's pages from AT(page) on, with the rights of an area that can be
 * written. */
static void map_data(unsigned long page, unsigned long count,
                     unsigned long flags)
{
    map(AT(page), PAGES(count), READ_WRITE, flags | MAP_FIXED, DATA_FILE,
        PAGES(page));
}

/* The rights of [page, end) become those of what lies beside it. */
static void make_readable(unsigned long page, unsigned long end)
{
    CALL(mprotect, AT(page), PAGES(end - page), PROT_READ);
    say_arena();
}

static void anon_file_page_is_read(void)
{
    map_data(0, 4, MAP_PRIVATE);
    make_readable(2, 4);
    touch_read(AT(0));
    make_readable(0, 2);
}

static void anon_file_page_is_written(void)
{
    map_data(0, 4, MAP_PRIVATE);
    make_readable(2, 4);
    touch_write(AT(0), 1);
    make_readable(0, 2);
}

static void anon_file_page_is_read_then_written(void)
{
    map_data(0, 4, MAP_PRIVATE);
    make_readable(2, 4);
    touch_read(AT(0));
    touch_write(AT(0), 1);
    make_readable(0, 2);
    touch_read(AT(0));
}

static void anon_file_page_is_read_moved_then_written(void)
{
    map_data(0, 4, MAP_PRIVATE);
    touch_read(AT(1));
    CALL(mremap, AT(0), PAGES(4), PAGES(4), DONTUNMAP_FIXED, AT(8));
    make_readable(10, 12);
    CALL(mprotect, AT(8), PAGES(1), PROT_READ);
    CALL(mprotect, AT(8), PAGES(1), READ_WRITE);
    touch_write(AT(9), 1);
    make_readable(8, 10);
    touch_read(AT(1));
    touch_read(AT(9));
}

static void anon_write_behind_the_file(void)
{
    map_data(4, 8, MAP_PRIVATE);
    make_readable(8, 12);
    touch_write(AT(7), 1);
    make_readable(4, 8);
}

static void anon_shared_memory_is_never_touched(void)
{
    map(AT(0), PAGES(4), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    make_readable(2, 4);
    touch_write(AT(0), 1);
    CALL(madvise, AT(0), PAGES(1), MADV_POPULATE_WRITE);
    make_readable(0, 2);
}

static void anon_populate_touches(void)
{
    map_data(0, 4, MAP_PRIVATE);
    make_readable(2, 4);
    touch_read(AT(0));
    CALL(madvise, AT(0), PAGES(1), MADV_POPULATE_WRITE);
    make_readable(0, 2);
}

static void anon_large_memory_is_read(void)
{
    unsigned long large = LARGE / PAGE_SIZE;
    map_fixed(AT(large), 2 * LARGE, READ_WRITE);
    make_readable(2 * large, 3 * large);
    touch_read(AT(large));
    make_readable(large, 2 * large);
}

static void anon_large_memory_is_read_then_written(void)
{
    unsigned long large = LARGE / PAGE_SIZE;
    map_fixed(AT(large), 2 * LARGE, READ_WRITE);
    make_readable(2 * large, 3 * large);
    touch_read(AT(large));
    touch_write(AT(large + 7), 1);
    touch_write(AT(large), 2);
    make_readable(large, 2 * large);
    touch_read(AT(large + 7));
    touch_read(AT(large + 8));
}

static void map_stack(void)
{
    map(AT(300), PAGES(4), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    make_readable(302, 304);
}

static void anon_stack_that_grows_is_touched(void)
{
    map_stack();
    touch_read(AT(299));
    make_readable(299, 302);
}

static void anon_stack_at_its_limit_is_touched(void)
{
    map_stack();
    limit(RLIMIT_STACK, PAGES(2));
    touch_read(AT(299));
    make_readable(300, 302);
}

static void anon_stack_at_its_guard_is_not_touched(void)
{
    map_fixed(AT(290), PAGES(1), READ_WRITE);
    map_stack();
    touch_read(AT(299));
    make_readable(300, 302);
}

/* An untouched area that borders on the copy it leaves behind. */
static void anon_left_beside_its_copy(void)
{
    map_fixed(AT(4), PAGES(2), READ_WRITE);
    map_fixed(AT(8), PAGES(2), READ_WRITE);
    CALL(mremap, AT(4), PAGES(2), PAGES(2), DONTUNMAP_FIXED, AT(6));
    say_arena();
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    CALL(mremap, AT(4), PAGES(2), PAGES(2), DONTUNMAP_FIXED, AT(2));
    say_arena();
}

static void anon_left_apart_from_its_copy(void)
{
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    map_fixed(AT(4), PAGES(2), READ_WRITE);
    map_fixed(AT(8), PAGES(3), READ_WRITE);
    CALL(mremap, AT(8), PAGES(1), PAGES(1), DONTUNMAP_FIXED, AT(2));
    CALL(mremap, AT(10), PAGES(1), PAGES(1), DONTUNMAP_FIXED, AT(7));
    say_arena();
}

/* What is left is as if it were new, also where it counts its pages from. */
static void anon_left_is_untouched_again(void)
{
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    touch_write(AT(0), 1);
    CALL(mremap, AT(0), PAGES(2), PAGES(2), MREMAP_MAYMOVE | MREMAP_FIXED,
         AT(10));
    CALL(mremap, AT(10), PAGES(2), PAGES(2), DONTUNMAP_FIXED, AT(20));
    map_fixed(AT(12), PAGES(1), READ_WRITE);
    say_arena();
}

static void anon_part_left_stays_touched(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    touch_write(AT(1), 1);
    CALL(mremap, AT(1), PAGES(2), PAGES(2), DONTUNMAP_FIXED, AT(20));
    CALL(mprotect, AT(0), PAGES(1), PROT_READ);
    CALL(mprotect, AT(0), PAGES(1), READ_WRITE);
    say_arena();
}

/* A lock goes from the part alone, before anything is merged. */
static void anon_locked_part_is_left(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    CALL(mlock2, AT(0), PAGES(4), MLOCK_ONFAULT);
    CALL(mremap, AT(0), PAGES(2), PAGES(2), DONTUNMAP_FIXED, AT(4));
    say_arena();
    CALL(mremap, AT(3), PAGES(1), PAGES(1), DONTUNMAP_FIXED, AT(10));
    say_arena();
}

const struct conformance_case anon_cases[] = {
    CASE(anon_file_page_is_read),
    CASE(anon_file_page_is_written),
    CASE(anon_file_page_is_read_then_written),
    CASE(anon_file_page_is_read_moved_then_written),
    CASE(anon_write_behind_the_file),
    CASE(anon_shared_memory_is_never_touched),
    CASE(anon_populate_touches),
    CASE(anon_large_memory_is_read),
    CASE(anon_large_memory_is_read_then_written),
    CASE(anon_stack_that_grows_is_touched),
    CASE(anon_stack_at_its_limit_is_touched),
    CASE(anon_stack_at_its_guard_is_not_touched),
    CASE(anon_left_beside_its_copy),
    CASE(anon_left_apart_from_its_copy),
    CASE(anon_left_is_untouched_again),
    CASE(anon_part_left_stays_touched),
    CASE(anon_locked_part_is_left),
    LAST_CASE,
};
