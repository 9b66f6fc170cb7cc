/* The door of i386, int 0x80: a 64-bit program may use it too, and then gets
 * i386's numbers, 32-bit arguments, and memory below 4 GiB. */
#include "kernel/abi/resource.h"
#include "kernel/abi/syscalls_32.h"
#include "test/conformance/arch.h"
#include "test/conformance/case.h"

#define DOOR(name, ...)                                                        \
    door(#name, (const uint32_t[DOOR_WORDS]){SYS32_##name, __VA_ARGS__})

#define ANONYMOUS_MAP PROT_READ | PROT_WRITE, ANONYMOUS, ~0u, 0

static long door(const char *name, const uint32_t words[DOOR_WORDS])
{
    text("door ");
    text(name);
    for (int i = 1; i < DOOR_WORDS; i++) {
        text(" ");
        text_hex(words[i]);
    }
    text(" = ");
    long result = door_32(words);
    text_result(result);
    text_line();
    return result;
}

static void door_maps_below_4_gib(void)
{
    DOOR(mmap2, 0, PAGES(2), ANONYMOUS_MAP);
    DOOR(mmap2, 0, PAGES(1), PROT_READ, ANONYMOUS, ~0u, 0);
    map(0, PAGES(1), READ_WRITE, ANONYMOUS, NO_FILE, 0);
    DOOR(mmap2, ARENA, PAGES(1), ANONYMOUS_MAP);
    DOOR(mmap2, ARENA, PAGES(1), ANONYMOUS_MAP);
    DOOR(mmap2, 0xffffe000, PAGES(1), ANONYMOUS_MAP);
    DOOR(mmap2, 0xffffd000, PAGES(1), ANONYMOUS_MAP);
    DOOR(mmap2, 0, PAGES(1), PROT_READ, MAP_PRIVATE, DATA_FILE, 2);
    DOOR(mmap2, 0, PAGES(1), PROT_READ, ANONYMOUS | MAP_32BIT, ~0u, 0);
    DOOR(mmap2, AT(4), PAGES(1), PROT_READ, ANONYMOUS | MAP_FIXED, ~0u, 0);
    DOOR(mmap2, 0xffffe000, PAGES(1), PROT_READ, ANONYMOUS | MAP_FIXED, ~0u, 0);
    DOOR(mmap2, 0, 0xfffff001, PROT_READ, ANONYMOUS, ~0u, 0);
    DOOR(mmap2, 0, 0xffffe000, PROT_READ, MAP_PRIVATE, DATA_FILE, 0);
    DOOR(mmap2, 0, PAGES(2), PROT_READ, MAP_PRIVATE, DATA_FILE, 0xffffffff);
    maps_say_all();
}

static void door_has_the_first_mmap(void)
{
    static uint32_t words[] = {0, PAGE_SIZE, READ_WRITE, ANONYMOUS, ~0u, 0};
    DOOR(mmap, (uint32_t)(uintptr_t)words);
    words[5] = 100;
    DOOR(mmap, (uint32_t)(uintptr_t)words);
    DOOR(mmap, 8);
}

static void door_changes_the_same_memory(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    touch_write(AT(0), 1);
    touch_write(AT(3), 2);
    DOOR(mprotect, AT(1), PAGES(1), PROT_READ);
    DOOR(munmap, AT(2), PAGES(1));
    DOOR(mremap, AT(3), PAGES(1), PAGES(2), MREMAP_MAYMOVE, 0);
    DOOR(mremap, AT(0), PAGES(1), PAGES(2), 0, 0);
    unsigned long moved = (unsigned long)DOOR(mremap, AT(0), PAGES(1), PAGES(2),
                                              MREMAP_MAYMOVE, 0);
    touch_read(moved);
    DOOR(madvise, (uint32_t)moved, PAGES(1), MADV_DONTNEED);
    touch_read(moved);
    DOOR(munmap, AT(0), 0xffffffff);
    DOOR(mprotect, AT(0), 0xffffffff, PROT_READ);
    say_arena();
}

static void door_moves_the_break(void)
{
    uint32_t start = (uint32_t)case_first_break();
    DOOR(brk, 0);
    DOOR(brk, start + 0x1234);
    CALL(brk, 0);
    DOOR(brk, 0xffffffff);
    DOOR(brk, start);
}

static void door_limits_have_32_bits(void)
{
    static uint32_t limits[2];
    uint32_t at = (uint32_t)(uintptr_t)limits;
    static const uint32_t resources[] = {RLIMIT_DATA, RLIMIT_STACK,
                                         RLIMIT_MEMLOCK, RLIMIT_AS};
    for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
        DOOR(getrlimit, resources[i], at);
        text_hex(limits[0]);
        text_line();
        DOOR(ugetrlimit, resources[i], at);
        text_hex(limits[0]);
        text_line();
    }
    limits[0] = 0xffffffff;
    limits[1] = 0xffffffff;
    DOOR(setrlimit, RLIMIT_AS, at);
    limits[0] = 0x80000000;
    DOOR(setrlimit, RLIMIT_AS, at);
    DOOR(getrlimit, RLIMIT_AS, at);
    text_hex(limits[0]);
    text_line();
}

const struct conformance_case door_cases[] = {
    CASE(door_maps_below_4_gib),        CASE(door_has_the_first_mmap),
    CASE(door_changes_the_same_memory), CASE(door_moves_the_break),
    CASE(door_limits_have_32_bits),     LAST_CASE,
};
