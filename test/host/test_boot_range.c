/* boot/boot_range.c: the table of ranges means what was added, and when it is
 * full only RAM gets lost, and none that the kernel needs. */
#include "test/host/boot_fixture.h"

#define UNITS  8192
#define TYPES  4
#define ROUNDS 60
#define RANGES 5000

/* For each unit of a small address space, which types were added. */
static bool model[UNITS][TYPES];
static const uint32_t types[TYPES] = {MEMORY_RAM, MEMORY_RESERVED, MEMORY_ACPI,
                                      MEMORY_MODULE};

static void add(size_t start, size_t end, size_t type)
{
    boot_info_add_range(&info, start, end, types[type]);
    for (size_t unit = start; unit < end; unit++) {
        model[unit][type] = true;
    }
}

static void clear(void)
{
    memset(&info, 0, sizeof(info));
    memset(model, 0, sizeof(model));
}

static bool is_usable(const bool *added)
{
    return added[0] && !added[1] && !added[2] && !added[3];
}

/* Marks what the table says as the model marks what was added. */
static void read_table(bool table[UNITS][TYPES])
{
    memset(table, 0, UNITS * sizeof(table[0]));
    for (size_t i = 0; i < info.range_count; i++) {
        size_t type = 0;
        while (types[type] != info.ranges[i].type) {
            type++;
        }
        for (size_t u = info.ranges[i].start; u < info.ranges[i].end; u++) {
            table[u][type] = true;
        }
    }
}

static void check_model(uint64_t seed)
{
    static bool table[UNITS][TYPES];

    assert_info_is_sane();
    read_table(table);
    for (size_t unit = 0; unit < UNITS; unit++) {
        bool says_usable = is_usable(table[unit]);
        if (says_usable && !is_usable(model[unit])) {
            fail_msg("unit %zu was never free RAM, seed %lu", unit, seed);
        }
        if (info.ranges_dropped == 0 &&
            memcmp(table[unit], model[unit], sizeof(model[unit])) != 0) {
            fail_msg("unit %zu changed its type, seed %lu", unit, seed);
        }
    }
}

/* Sparse short ranges fill the table; long ones join. */
static void random_ranges_as_a_model(void **state)
{
    (void)state;
    unsigned full = 0;

    for (uint64_t round = 1; round <= ROUNDS; round++) {
        uint64_t seed = round;
        size_t longest = round % 3 == 0 ? 200 : 3;
        clear();
        for (size_t i = 0; i < 1000 * (1 + round % 3); i++) {
            size_t start = random_below(&seed, UNITS - longest);
            size_t size = random_below(&seed, longest + 1);
            add(start, start + size, random_below(&seed, TYPES));
        }
        check_model(round);
        full += info.ranges_dropped > 0;
    }
    assert_true(full > 0 && full < ROUNDS);
}

static void ranges_that_touch_are_joined(void **state)
{
    (void)state;

    clear();
    add(10, 20, 0);
    add(30, 40, 0);
    add(20, 30, 1);
    assert_int_equal(info.range_count, 3);
    add(20, 30, 0);
    assert_int_equal(info.range_count, 2);
    assert_range(10, 40, MEMORY_RAM);
    assert_range(20, 30, MEMORY_RESERVED);
}

static void empty_ranges_are_left_out(void **state)
{
    (void)state;

    clear();
    boot_info_add_range(&info, 5, 5, MEMORY_RAM);
    boot_info_add_range(&info, 6, 5, MEMORY_RAM);
    assert_int_equal(info.range_count, 0);
}

static void fill(size_t type)
{
    for (size_t i = 0; i < BOOT_RANGES_FIRMWARE; i++) {
        add(4 * i, 4 * i + 1, type);
    }
    assert_int_equal(info.range_count, BOOT_RANGES_FIRMWARE);
    assert_int_equal(info.ranges_dropped, 0);
}

static void full_of_ram_keeps_a_reserved_range(void **state)
{
    (void)state;

    clear();
    fill(0);
    add(4000, 4010, 1);
    assert_int_equal(info.ranges_dropped, 1);
    assert_range(4000, 4010, MEMORY_RESERVED);
    check_model(0);
}

static void full_of_reserved_joins_the_nearest(void **state)
{
    (void)state;

    clear();
    fill(1);
    add(4094, 4095, 2);
    assert_int_equal(info.ranges_dropped, 1);
    assert_range(4092, 4095, MEMORY_RESERVED);
    add(6, 7, 0);
    assert_int_equal(info.ranges_dropped, 2);
    assert_false(is_in(6, MEMORY_RAM));
    add(5000, 6000, 0);
    assert_int_equal(info.ranges_dropped, 3);
    assert_range(5000, 6000, MEMORY_RAM);
    check_model(0);
}

/* The gaps between reserved ranges are 3 units, to give up the RAM costs 2. */
static void the_cheapest_way_is_taken(void **state)
{
    (void)state;

    clear();
    fill(1);
    add(5000, 5002, 0);
    assert_int_equal(info.ranges_dropped, 1);
    assert_false(is_in(5001, MEMORY_RAM));
    add(5010, 5014, 0);
    assert_int_equal(info.ranges_dropped, 2);
    assert_range(5010, 5014, MEMORY_RAM);
    check_model(0);
}

/* Modules and the image stand where RAM would be lost the cheapest. */
static void what_is_needed_stays(void **state)
{
    (void)state;

    clear();
    image = (struct memory_range){6, 7, MEMORY_KERNEL};
    boot_info_add_range(&info, 2, 3, MEMORY_MODULE);
    for (size_t i = 0; i < BOOT_RANGES_FIRMWARE; i++) {
        add(8 * i, 8 * i + 1, 1);
    }
    add(1, 8, 0);
    assert_true(info.ranges_dropped > 0);
    assert_true(is_in(2, MEMORY_RAM) && is_in(6, MEMORY_RAM));
    assert_false(is_in(2, MEMORY_RESERVED) || is_in(6, MEMORY_RESERVED));
    assert_range(2, 3, MEMORY_MODULE);
    image = (struct memory_range){0};
}

/* Thousands of ranges, sorted, backwards, and in between; the RAM that holds
 * the image last. */
static void thousands_in_any_order_keep_the_kernel(void **state)
{
    (void)state;

    static const size_t steps[] = {1, RANGES - 1, 1997};

    for (size_t n = 0; n < ARRAY_COUNT(steps); n++) {
        clear();
        image = (struct memory_range){40001, 40004, MEMORY_KERNEL};
        boot_info_add_range(&info, 41000, 41100, MEMORY_MODULE);
        for (size_t i = 0; i < RANGES; i++) {
            uint64_t at = i * steps[n] % RANGES * 10;
            bool is_near = at + 2 > 40000 && at < 42000;
            uint32_t type = i % 2 == 0 ? MEMORY_RAM : MEMORY_RESERVED;
            boot_info_add_range(&info, at, at + 2, is_near ? MEMORY_RAM : type);
        }
        boot_info_add_range(&info, 40000, 42000, MEMORY_RAM);
        assert_info_is_sane();
        assert_true(info.ranges_dropped > 0);
        assert_range(41000, 41100, MEMORY_MODULE);
        assert_true(is_in(40001, MEMORY_RAM) && is_in(41099, MEMORY_RAM));
        assert_false(is_in(40001, MEMORY_RESERVED));
    }
    image = (struct memory_range){0};
}

/* The loader's strings and lists get few ranges, and lose nothing. */
static void many_of_boots_ranges_become_few(void **state)
{
    (void)state;

    clear();
    for (size_t i = 0; i < RANGES; i++) {
        boot_info_add_range(&info, 10 * i, 10 * i + 1,
                            i % 2 == 0 ? MEMORY_LOADER : MEMORY_MODULE);
    }
    assert_int_equal(info.range_count, BOOT_RANGES_BOOT);
    for (size_t i = 0; i < RANGES; i++) {
        assert_true(is_in(10 * i, MEMORY_LOADER) ||
                    is_in(10 * i, MEMORY_MODULE));
    }
}

static void full_still_joins(void **state)
{
    (void)state;

    clear();
    fill(0);
    add(1, 4, 0);
    assert_int_equal(info.ranges_dropped, 0);
    assert_int_equal(info.range_count, BOOT_RANGES_FIRMWARE - 1);
    assert_range(0, 5, MEMORY_RAM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_that_touch_are_joined),
        cmocka_unit_test(empty_ranges_are_left_out),
        cmocka_unit_test(full_of_ram_keeps_a_reserved_range),
        cmocka_unit_test(full_of_reserved_joins_the_nearest),
        cmocka_unit_test(the_cheapest_way_is_taken),
        cmocka_unit_test(what_is_needed_stays),
        cmocka_unit_test(thousands_in_any_order_keep_the_kernel),
        cmocka_unit_test(many_of_boots_ranges_become_few),
        cmocka_unit_test(full_still_joins),
        cmocka_unit_test(random_ranges_as_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
