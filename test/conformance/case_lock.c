/* mlock and its family, under RLIMIT_MEMLOCK. */
#include "kernel/abi/resource.h"
#include "test/conformance/case.h"

static void say_resident(unsigned long page)
{
    static unsigned char resident;
    resident = 9;
    CALL(mincore, page, PAGES(1), (unsigned long)&resident);
    text_decimal(resident);
    text_line();
}

static void mlock_arguments(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    CALL(mlock, AT(0), 0);
    CALL(mlock, AT(9), 0);
    CALL(mlock, AT(0) + 1, 1);
    CALL(mlock, AT(0) + 100, PAGES(1));
    CALL(mlock, AT(9), PAGES(1));
    CALL(mlock, AT(3), PAGES(2));
    CALL(mlock, AT(0), ~0ul);
    CALL(mlock, TASK_END, PAGES(1));
    CALL(mlock, 0, PAGES(1));
    CALL(munlock, AT(0), 0);
    CALL(munlock, AT(9), PAGES(1));
    CALL(munlock, AT(3), PAGES(2));
    CALL(munlock, AT(0), ~0ul);
    CALL(munlock, AT(0) + 1, PAGES(1));
    CALL(mlock2, AT(0), PAGES(1), 2);
    CALL(mlock2, AT(9), PAGES(1), 2);
    CALL(mlock2, AT(0), PAGES(1), 0);
    CALL(mlockall, 0);
    CALL(mlockall, 8);
    CALL(mlockall, MCL_ONFAULT);
    say_arena();
}

static void mlock_makes_resident(void)
{
    map_fixed(AT(0), PAGES(4), READ_WRITE);
    map_fixed(AT(4), PAGES(1), PROT_READ);
    map_fixed(AT(5), PAGES(1), PROT_NONE);
    CALL(mlock, AT(1), PAGES(1));
    say_resident(AT(0));
    say_resident(AT(1));
    CALL(mlock, AT(4), PAGES(1));
    say_resident(AT(4));
    CALL(mlock, AT(5), PAGES(1));
    say_resident(AT(5));
    CALL(mlock2, AT(2), PAGES(1), MLOCK_ONFAULT);
    say_resident(AT(2));
    say_arena();
}

static void mlock_splits_areas(void)
{
    map_fixed(AT(0), PAGES(6), READ_WRITE);
    CALL(mlock, AT(2), PAGES(2));
    say_arena();
    CALL(mlock2, AT(2), PAGES(1), MLOCK_ONFAULT);
    say_arena();
    CALL(munlock, AT(0), PAGES(6));
    say_arena();
}

static void mlock_over_a_hole_does_what_lies_before(void)
{
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    map_fixed(AT(3), PAGES(2), READ_WRITE);
    CALL(mlock, AT(0), PAGES(5));
    say_arena();
    map_fixed(AT(1), PAGES(1), PROT_READ);
    CALL(mlock, AT(1), PAGES(4));
    CALL(munlock, AT(0), PAGES(5));
    say_arena();
}

static void mlock_obeys_its_limit(void)
{
    map_fixed(AT(0), PAGES(16), READ_WRITE);
    limit(RLIMIT_MEMLOCK, PAGES(4));
    CALL(mlock, AT(0), PAGES(5));
    CALL(mlock, AT(0), PAGES(4));
    CALL(mlock, AT(0), PAGES(4));
    CALL(mlock, AT(1), PAGES(4));
    CALL(mlock, AT(4), 1);
    CALL(munlock, AT(0), PAGES(1));
    CALL(mlock, AT(4), 1);
    map(AT(20), PAGES(1), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_LOCKED,
        NO_FILE, 0);
    CALL(munlock, AT(1), PAGES(1));
    map(AT(20), PAGES(1), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_LOCKED,
        NO_FILE, 0);
    limit(RLIMIT_MEMLOCK, PAGES(2) + 100);
    CALL(mlock, AT(0), PAGES(1));
    limit(RLIMIT_MEMLOCK, 0);
    CALL(mlock, AT(0), PAGES(1));
    CALL(mlock, AT(0), 0);
    CALL(mlockall, MCL_CURRENT);
    CALL(mlockall, MCL_FUTURE);
    map(AT(30), PAGES(1), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_LOCKED,
        NO_FILE, 0);
    say_arena();
}

static void mlockall_of_the_future(void)
{
    CALL(mlockall, MCL_FUTURE);
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    say_resident(AT(0));
    map_fixed(AT(2), PAGES(1), PROT_NONE);
    CALL(mlockall, MCL_FUTURE | MCL_ONFAULT);
    map_fixed(AT(4), PAGES(2), READ_WRITE);
    say_resident(AT(4));
    limit(RLIMIT_MEMLOCK, PAGES(6));
    map_fixed(AT(8), PAGES(4), READ_WRITE);
    map_fixed(AT(8), PAGES(1), READ_WRITE);
    CALL(munlockall);
    map_fixed(AT(12), PAGES(1), READ_WRITE);
    say_arena();
}

static void mlockall_of_what_is_there(void)
{
    map_fixed(AT(0), PAGES(2), READ_WRITE);
    map_fixed(AT(2), PAGES(2), PROT_NONE);
    map(AT(4), PAGES(2), PROT_READ, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    CALL(mlockall, MCL_CURRENT);
    say_resident(AT(0));
    map_fixed(AT(8), PAGES(1), READ_WRITE);
    say_resident(AT(8));
    limit(RLIMIT_MEMLOCK, PAGES(40));
    CALL(mlockall, MCL_CURRENT);
    CALL(munlockall);
    CALL(mlockall, MCL_CURRENT | MCL_ONFAULT);
    say_arena();
}

const struct conformance_case lock_cases[] = {
    CASE(mlock_arguments),
    CASE(mlock_makes_resident),
    CASE(mlock_splits_areas),
    CASE(mlock_over_a_hole_does_what_lies_before),
    CASE(mlock_obeys_its_limit),
    CASE(mlockall_of_the_future),
    CASE(mlockall_of_what_is_there),
    LAST_CASE,
};
