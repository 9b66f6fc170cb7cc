/* getrlimit, setrlimit, prlimit64, and the limits that take effect. */
#include "kernel/abi/resource.h"
#include "test/conformance/case.h"

static const unsigned long resources[] = {RLIMIT_DATA, RLIMIT_STACK,
                                          RLIMIT_MEMLOCK, RLIMIT_AS};
#define RESOURCES (sizeof(resources) / sizeof(resources[0]))

/* Linux's vm.max_map_count, and room for so many areas. */
#define AREAS_MAX 65530ul
#define MANY      (ARENA_END + (1ul << 27))

/* As getrlimit of the program's own width has it. */
struct limits {
    unsigned long current;
    unsigned long maximum;
};

#ifdef __x86_64__
#define SYS_GETRLIMIT SYS64_getrlimit
#else
#define SYS_GETRLIMIT SYS32_ugetrlimit
#endif

static void say_limits(unsigned long resource)
{
    static struct limits old;
    old = (struct limits){7, 7};
    unsigned long arguments[] = {resource, (unsigned long)&old};
    call("getrlimit", SYS_GETRLIMIT, 2, arguments);
    text_hex(old.current);
    text(" ");
    text_hex(old.maximum);
    text_line();
}

static void set_limits(unsigned long resource, unsigned long current,
                       unsigned long maximum)
{
    static struct limits wanted;
    wanted = (struct limits){current, maximum};
    text_hex(current);
    text(" ");
    text_hex(maximum);
    text(" ");
    CALL(setrlimit, resource, (unsigned long)&wanted);
}

static void say_limits_64(unsigned long resource)
{
    static struct rlimit64 old;
    old = (struct rlimit64){7, 7};
    CALL(prlimit64, 0, resource, 0, (unsigned long)&old);
    text_hex((unsigned long)old.current);
    text(" ");
    text_hex((unsigned long)old.maximum);
    text_line();
}

static void limits_at_the_beginning(void)
{
    for (size_t i = 0; i < RESOURCES; i++) {
        say_limits(resources[i]);
        say_limits_64(resources[i]);
    }
}

static void limits_are_kept(void)
{
    for (size_t i = 0; i < RESOURCES; i++) {
        limit(resources[i], 0x1234567);
        say_limits(resources[i]);
        say_limits_64(resources[i]);
    }
}

static void limit_arguments(void)
{
    static struct rlimit64 wrong = {.current = 2, .maximum = 1};
    say_limits(16);
    say_limits(~0ul);
    say_limits_64(16);
    CALL(prlimit64, 0, 16, (unsigned long)&wrong, 0);
    CALL(prlimit64, 0, RLIMIT_AS, (unsigned long)&wrong, 0);
    CALL(prlimit64, 0, RLIMIT_AS, 8, 0);
    CALL(prlimit64, 0, RLIMIT_AS, 0, 8);
    CALL(prlimit64, 0, RLIMIT_AS, 0, 0);
    CALL(prlimit64, 30000, RLIMIT_AS, 0, 0);
    CALL(setrlimit, RLIMIT_AS, 8);
    CALL(setrlimit, 16, 8);
    set_limits(RLIMIT_DATA, 2, 1);
    set_limits(16, 1, 2);
}

static void limits_of_more_than_the_maximum(void)
{
    set_limits(RLIMIT_MEMLOCK, 1, ~0ul);
    set_limits(RLIMIT_MEMLOCK, PAGES(2048), PAGES(2049));
    set_limits(RLIMIT_MEMLOCK, PAGES(2048), PAGES(2048));
}

static void limit_of_address_space(void)
{
    limit(RLIMIT_AS, PAGES(128));
    for (unsigned long i = 0; i < 12; i++) {
        map_fixed(AT(20 * i), PAGES(10), PROT_NONE);
    }
    say_arena();
    /* What is replaced counts no longer. */
    map_fixed(AT(0), PAGES(10), READ_WRITE);
    map_fixed(AT(0), PAGES(16), READ_WRITE);
    map_fixed(AT(5), PAGES(40), PROT_NONE);
    CALL(munmap, AT(0), PAGES(5));
    map_fixed(AT(0), PAGES(5), READ_WRITE);
    limit(RLIMIT_AS, 0);
    map_fixed(AT(0), PAGES(1), READ_WRITE);
    CALL(munmap, AT(0), PAGES(10));
    CALL(mprotect, AT(20), PAGES(5), READ_WRITE);
}

static void limit_of_data(void)
{
    limit(RLIMIT_DATA, PAGES(64));
    map_fixed(AT(0), PAGES(128), PROT_READ);
    map(AT(128), PAGES(128), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
        NO_FILE, 0);
    for (unsigned long i = 0; i < 8; i++) {
        map_fixed(AT(300 + 20 * i), PAGES(10), READ_WRITE);
    }
    CALL(mprotect, AT(0), PAGES(16), READ_WRITE);
    CALL(mprotect, AT(0), PAGES(60), READ_WRITE);
    map(AT(600), PAGES(20), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    map(AT(620), PAGES(20), PROT_WRITE, ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
        NO_FILE, 0);
    CALL(mremap, AT(300), PAGES(10), PAGES(20), MREMAP_MAYMOVE, 0);
    say_arena();
}

static void limit_of_stack_stops_growth(void)
{
    unsigned long stack = AT(8000);
    map(stack, PAGES(2), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    touch_write(stack - PAGES(1), 1);
    limit(RLIMIT_STACK, PAGES(16));
    touch_write(stack - PAGES(14), 1);
    touch_write(stack - PAGES(15), 1);
    limit(RLIMIT_STACK, PAGES(400));
    touch_write(stack - PAGES(300), 1);
    touch_write(stack - PAGES(399), 1);
    limit(RLIMIT_STACK, 0);
    touch_write(stack - PAGES(301), 1);
    say_arena();
}

static void limit_of_address_space_stops_growth(void)
{
    unsigned long stack = AT(8000);
    map(stack, PAGES(2), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    limit(RLIMIT_AS, PAGES(1));
    touch_write(stack - PAGES(1), 1);
    limit(RLIMIT_AS, RLIM64_INFINITY);
    touch_write(stack - PAGES(1), 1);
    say_arena();
}

/* Splits areas until there are as many as may be. Says after how many calls,
 * and how the last one ended. Returns where it stopped. */
static unsigned long split_areas(unsigned long start)
{
    unsigned long calls = 0;
    long error = 0;
    map(start, PAGES(2 * AREAS_MAX), PROT_NONE,
        ANONYMOUS | MAP_FIXED | MAP_NORESERVE, NO_FILE, 0);
    while (error == 0) {
        start += PAGES(2);
        error = __syscall3(SYS(mprotect), (long)start, PAGE_SIZE, PROT_READ);
        calls++;
    }
    text("mprotect ");
    text_decimal((long)calls);
    text(" times = ");
    text_decimal(error);
    text_line();
    return start;
}

static void limit_of_areas(void)
{
    unsigned long end = split_areas(MANY);
    CALL(mprotect, end, PAGE_SIZE, PROT_READ);
    CALL(mprotect, end + PAGES(4), PAGES(1), PROT_READ);
    CALL(madvise, end + PAGES(4), PAGES(1), MADV_DONTFORK);
    CALL(mlock, end + PAGES(4), PAGES(1));
    CALL(munmap, end + PAGES(4), PAGES(1));
    CALL(mremap, MANY + PAGES(2), PAGES(1), PAGES(2), MREMAP_MAYMOVE, 0);
    map_fixed(AT(0), PAGES(1), READ_WRITE);
    map_fixed(AT(2), PAGES(1), READ_WRITE);
    CALL(brk, case_first_break() + PAGES(1));
    CALL(munmap, AT(0), PAGES(1));
    CALL(munmap, MANY + PAGES(2), PAGES(1));
    CALL(munmap, MANY + PAGES(4), PAGES(1));
    CALL(mlock2, end + PAGES(8), PAGES(1), MLOCK_ONFAULT);
    CALL(munmap, MANY + PAGES(6), PAGES(1));
    CALL(madvise, end + PAGES(8), PAGES(1), MADV_DONTFORK);
    CALL(munmap, MANY, PAGES(2 * AREAS_MAX));
    say_arena();
}

const struct conformance_case limit_cases[] = {
    CASE(limits_at_the_beginning),
    CASE(limits_are_kept),
    CASE(limit_arguments),
    CASE(limits_of_more_than_the_maximum),
    CASE(limit_of_address_space),
    CASE(limit_of_data),
    CASE(limit_of_stack_stops_growth),
    CASE(limit_of_address_space_stops_growth),
    CASE(limit_of_areas),
    LAST_CASE,
};
