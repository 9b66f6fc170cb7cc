/* mmap: arguments, flags, rights. */
#include "test/conformance/case.h"

#define FIXED_ANONYMOUS  (ANONYMOUS | MAP_FIXED)
#define SHARED_ANONYMOUS (MAP_SHARED | MAP_ANONYMOUS)
#define TYPES            16

static void mmap_lengths(void)
{
    map(ARENA, 0, READ_WRITE, FIXED_ANONYMOUS, NO_FILE, 0);
    map(ARENA, 1, READ_WRITE, FIXED_ANONYMOUS, NO_FILE, 0);
    map(AT(4), PAGES(1) + 1, READ_WRITE, FIXED_ANONYMOUS, NO_FILE, 0);
    map(AT(8), ~0ul, READ_WRITE, FIXED_ANONYMOUS, NO_FILE, 0);
    map(AT(8), ~0ul - PAGE_SIZE, READ_WRITE, FIXED_ANONYMOUS, NO_FILE, 0);
    map(0, TASK_END, PROT_NONE, ANONYMOUS, NO_FILE, 0);
    map(0, TASK_END + PAGE_SIZE, PROT_NONE, ANONYMOUS, NO_FILE, 0);
    map(0, 0, READ_WRITE, 0, NO_FILE, 0);
    say_arena();
}

static void mmap_types_without_a_file(void)
{
    for (unsigned long type = 0; type < TYPES; type++) {
        map(AT(type), PAGES(1), READ_WRITE, type | MAP_ANONYMOUS | MAP_FIXED,
            NO_FILE, 0);
    }
    say_arena();
}

static void mmap_types_of_a_file(void)
{
    for (unsigned long type = 0; type < TYPES; type++) {
        map(AT(type), PAGES(1), PROT_READ, type | MAP_FIXED, DATA_FILE, 0);
    }
    say_arena();
}

static void mmap_each_flag_alone(void)
{
    for (unsigned bit = 5; bit < 32; bit++) {
        if ((1ul << bit) == MAP_HUGETLB) {
            continue;
        }
        map(AT(bit * 2), PAGES(1), READ_WRITE, FIXED_ANONYMOUS | (1ul << bit),
            NO_FILE, 0);
    }
    say_arena();
}

static void mmap_shared_validate_and_each_flag(void)
{
    for (unsigned bit = 6; bit < 32; bit++) {
        map(AT(bit * 2), PAGES(1), PROT_READ,
            MAP_SHARED_VALIDATE | MAP_FIXED | (1ul << bit), DATA_FILE, 0);
    }
    say_arena();
}

static void mmap_each_protection(void)
{
    for (unsigned long rights = 0; rights < 8; rights++) {
        unsigned long page = AT(rights * 2);
        map_fixed(page, PAGES(1), rights);
        touch_read(page);
        touch_write(page, (uint32_t)rights);
        touch_execute(page);
    }
    say_arena();
}

static void mmap_ignores_other_protection_bits(void)
{
    static const unsigned long bits[] = {
        PROT_SEM, 0x10, 0x20, 0x100, PROT_GROWSDOWN, PROT_GROWSUP, 0x80000000};
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
        map_fixed(AT(2 * i), PAGES(1), PROT_READ | bits[i]);
    }
    say_arena();
}

static void mmap_fixed_wants_an_aligned_address(void)
{
    map_fixed(ARENA + 1, PAGES(1), READ_WRITE);
    map_fixed(ARENA + PAGE_SIZE - 1, PAGES(1), READ_WRITE);
    map(ARENA + 8, PAGES(1), READ_WRITE, ANONYMOUS | MAP_FIXED_NOREPLACE,
        NO_FILE, 0);
}

static void mmap_fixed_at_the_ends_of_the_address_space(void)
{
    map_fixed(0, PAGES(1), READ_WRITE);
    map_fixed(PAGES(15), PAGES(1), READ_WRITE);
    map_fixed(PAGES(15), PAGES(2), READ_WRITE);
    map_fixed(PAGES(16), PAGES(1), READ_WRITE);
    CALL(munmap, PAGES(15), PAGES(2));
    map_fixed(TASK_END, PAGES(1), READ_WRITE);
    map_fixed(TASK_END - PAGES(1), PAGES(2), READ_WRITE);
    map_fixed(~0ul - PAGES(1) + 1, PAGES(1), READ_WRITE);
    map_fixed(ARENA, TASK_END, READ_WRITE);
}

static void mmap_fixed_replaces_what_is_there(void)
{
    map_fixed(ARENA, PAGES(8), READ_WRITE);
    for (unsigned long i = 0; i < 8; i++) {
        touch_write(AT(i), (uint32_t)i);
    }
    map_fixed(AT(2), PAGES(3), READ_WRITE);
    say_arena();
    for (unsigned long i = 1; i < 6; i++) {
        touch_read(AT(i));
    }
    map_fixed(AT(6), PAGES(4), PROT_READ);
    map_fixed(ARENA - PAGES(1), PAGES(2), PROT_NONE);
    maps_say(ARENA - PAGES(2), ARENA_END);
    CALL(munmap, ARENA - PAGES(1), PAGES(1));
}

static void mmap_noreplace_refuses_an_overlap(void)
{
    unsigned long flags = ANONYMOUS | MAP_FIXED_NOREPLACE;
    map_fixed(AT(4), PAGES(2), READ_WRITE);
    map(AT(4), PAGES(2), PROT_READ, flags, NO_FILE, 0);
    map(AT(3), PAGES(2), PROT_READ, flags, NO_FILE, 0);
    map(AT(5), PAGES(2), PROT_READ, flags, NO_FILE, 0);
    map(AT(3), PAGES(9), PROT_READ, flags | MAP_FIXED, NO_FILE, 0);
    map(AT(3), PAGES(1), PROT_READ, flags, NO_FILE, 0);
    map(AT(6), 1, PROT_READ, flags | MAP_FIXED, NO_FILE, 0);
    map(0, PAGES(1), PROT_READ, flags, NO_FILE, 0);
    map(TASK_END, PAGES(1), PROT_READ, flags, NO_FILE, 0);
    say_arena();
}

static void mmap_offsets(void)
{
    map(ARENA, PAGES(1), READ_WRITE, FIXED_ANONYMOUS, NO_FILE, PAGES(7));
    map(AT(1), PAGES(1), READ_WRITE, FIXED_ANONYMOUS, NO_FILE, 1);
    map(AT(2), PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 100);
    map(AT(3), PAGES(2), READ_WRITE, FIXED_ANONYMOUS, NO_FILE,
        ~0ul - PAGES(1) + 1);
    map(AT(5), PAGES(2), PROT_READ, MAP_PRIVATE | MAP_FIXED, DATA_FILE,
        ~0ul - PAGES(1) + 1);
    map(AT(8), PAGES(1), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE,
        ~0ul - PAGES(1) + 1);
    map_old(AT(10), PAGES(1), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE,
            PAGES(1));
    map_old(AT(11), PAGES(1), PROT_READ, FIXED_ANONYMOUS, NO_FILE, 1);
    say_arena();
}

static void mmap_of_bad_files(void)
{
    map(ARENA, PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED, NO_FILE, 0);
    map(ARENA, PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED, 77, 0);
    map(ARENA, 0, PROT_READ, MAP_PRIVATE | MAP_FIXED, 77, 0);
    map(ARENA, PAGES(1), PROT_READ, 0, 77, 0);
    map(ARENA + 1, PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED, 77, 0);
    map(ARENA, PAGES(1), PROT_READ, FIXED_ANONYMOUS, 77, 0);
    map(ARENA, PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED, DIRECTORY_FILE, 0);
    map(ARENA, PAGES(1), PROT_READ, MAP_SHARED | MAP_FIXED, DIRECTORY_FILE, 0);
    map(ARENA, PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED, 0, 0);
}

static void mmap_order_of_checks(void)
{
    /* Length before type, address before type, overflow before address. */
    map(ARENA + 1, 0, READ_WRITE, MAP_FIXED | MAP_ANONYMOUS, NO_FILE, 0);
    map(ARENA + 1, PAGES(1), READ_WRITE, MAP_FIXED | MAP_ANONYMOUS, NO_FILE, 0);
    map(TASK_END, PAGES(1), READ_WRITE, MAP_FIXED | MAP_ANONYMOUS, NO_FILE, 0);
    map(ARENA, ~0ul - PAGES(2), READ_WRITE, MAP_FIXED | MAP_ANONYMOUS, NO_FILE,
        0);
    map(0, PAGES(1), READ_WRITE, MAP_FIXED | MAP_ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(1), READ_WRITE, MAP_FIXED | MAP_SHARED, DATA_FILE, 0);
    map(0, PAGES(1), READ_WRITE, MAP_FIXED | MAP_PRIVATE, DIRECTORY_FILE, 0);
    map_fixed(AT(4), PAGES(1), READ_WRITE);
    map(AT(4), PAGES(1), READ_WRITE, MAP_FIXED_NOREPLACE | MAP_SHARED,
        DATA_FILE, 0);
    map(AT(4), PAGES(1), READ_WRITE, MAP_FIXED_NOREPLACE | MAP_ANONYMOUS,
        NO_FILE, 0);
    say_arena();
}

static void mmap_populates(void)
{
    static unsigned char resident[4];
    map(ARENA, PAGES(2), READ_WRITE, FIXED_ANONYMOUS | MAP_POPULATE, NO_FILE,
        0);
    map(AT(2), PAGES(1), PROT_READ, FIXED_ANONYMOUS | MAP_POPULATE, NO_FILE, 0);
    map(AT(3), PAGES(1), PROT_NONE, FIXED_ANONYMOUS | MAP_POPULATE, NO_FILE, 0);
    CALL(mincore, ARENA, PAGES(4), (unsigned long)resident);
    for (unsigned long i = 0; i < 4; i++) {
        text_decimal(resident[i]);
    }
    text_line();
    map(AT(8), PAGES(1), READ_WRITE,
        FIXED_ANONYMOUS | MAP_POPULATE | MAP_NONBLOCK, NO_FILE, 0);
    CALL(mincore, AT(8), PAGES(1), (unsigned long)resident);
    text_decimal(resident[0]);
    text_line();
}

static void mmap_merges_neighbours(void)
{
    map_fixed(AT(0), PAGES(1), READ_WRITE);
    map_fixed(AT(2), PAGES(1), READ_WRITE);
    map_fixed(AT(1), PAGES(1), READ_WRITE);
    say_arena();
    map_fixed(AT(3), PAGES(1), PROT_READ);
    map_fixed(AT(4), PAGES(1), READ_WRITE);
    map(AT(5), PAGES(1), READ_WRITE, FIXED_ANONYMOUS | MAP_NORESERVE, NO_FILE,
        0);
    map(AT(6), PAGES(1), READ_WRITE, FIXED_ANONYMOUS | MAP_STACK, NO_FILE, 0);
    map(AT(7), PAGES(1), READ_WRITE, FIXED_ANONYMOUS | MAP_GROWSDOWN, NO_FILE,
        0);
    map(AT(8), PAGES(1), READ_WRITE, FIXED_ANONYMOUS | MAP_LOCKED, NO_FILE, 0);
    map_fixed(AT(9), PAGES(1), READ_WRITE);
    say_arena();
}

static void mmap_merges_by_what_was_touched(void)
{
    map_fixed(AT(0), PAGES(1), READ_WRITE);
    touch_write(AT(0), 1);
    map_fixed(AT(2), PAGES(1), READ_WRITE);
    touch_write(AT(2), 1);
    map_fixed(AT(1), PAGES(1), READ_WRITE);
    say_arena();
    map_fixed(AT(4), PAGES(1), READ_WRITE);
    touch_read(AT(4));
    map_fixed(AT(6), PAGES(1), READ_WRITE);
    map_fixed(AT(5), PAGES(1), READ_WRITE);
    say_arena();
}

static void mmap_shared_memory_is_apart(void)
{
    unsigned long flags = SHARED_ANONYMOUS | MAP_FIXED;
    map(AT(0), PAGES(2), READ_WRITE, flags, NO_FILE, 0);
    map(AT(2), PAGES(2), READ_WRITE, flags, NO_FILE, 0);
    map(AT(4), PAGES(2), READ_WRITE, flags | MAP_NORESERVE, NO_FILE, PAGES(3));
    touch_all(AT(0), 1);
    touch_all(AT(3), 2);
    say_arena();
    CALL(munmap, AT(1), PAGES(1));
    map(AT(1), PAGES(1), READ_WRITE, flags, NO_FILE, 0);
    touch_read(AT(1));
    say_arena();
}

static void mmap_promises_only_what_there_is(void)
{
    unsigned long length = TASK_END / 4 / PAGE_SIZE * PAGE_SIZE;
#ifdef __x86_64__
    map(0, length, READ_WRITE, ANONYMOUS, NO_FILE, 0);
    map(0x100000000000, length, READ_WRITE, FIXED_ANONYMOUS, NO_FILE, 0);
    map(0x100000000000, length, READ_WRITE, FIXED_ANONYMOUS | MAP_NORESERVE,
        NO_FILE, 0);
    CALL(munmap, 0x100000000000, length);
    map(0x100000000000, length, PROT_READ, FIXED_ANONYMOUS, NO_FILE, 0);
    CALL(mprotect, 0x100000000000, length, READ_WRITE);
    CALL(munmap, 0x100000000000, length);
    map(0x100000000000, length, PROT_READ, SHARED_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    CALL(munmap, 0x100000000000, length);
#else
    map(0x60000000, length, PROT_NONE, FIXED_ANONYMOUS, NO_FILE, 0);
#endif
}

const struct conformance_case mmap_cases[] = {
    CASE(mmap_lengths),
    CASE(mmap_types_without_a_file),
    CASE(mmap_types_of_a_file),
    CASE(mmap_each_flag_alone),
    CASE(mmap_shared_validate_and_each_flag),
    CASE(mmap_each_protection),
    CASE(mmap_ignores_other_protection_bits),
    CASE(mmap_fixed_wants_an_aligned_address),
    CASE(mmap_fixed_at_the_ends_of_the_address_space),
    CASE(mmap_fixed_replaces_what_is_there),
    CASE(mmap_noreplace_refuses_an_overlap),
    CASE(mmap_offsets),
    CASE(mmap_of_bad_files),
    CASE(mmap_order_of_checks),
    CASE(mmap_populates),
    CASE(mmap_merges_neighbours),
    CASE(mmap_merges_by_what_was_touched),
    CASE(mmap_shared_memory_is_apart),
    CASE(mmap_promises_only_what_there_is),
    LAST_CASE,
};
