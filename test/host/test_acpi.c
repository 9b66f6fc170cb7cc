/* drivers/acpi_tables.c and acpi_aml.c: tables made here, each field broken
 * once, and mutations. acpi_map gives copies of just the bytes asked for, so
 * that ASan sees one byte too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/acpi_priv.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "test/host/random.h"

#define MEMORY_BASE  0x7fe0000u
#define MEMORY_SIZE  0x10000u
#define MAPPINGS_MAX 64
#define ROUNDS       20000

#define XSDT         (MEMORY_BASE + 0x1000)
#define RSDT         (MEMORY_BASE + 0x2000)
#define FADT         (MEMORY_BASE + 0x3000)
#define DSDT         (MEMORY_BASE + 0x4000)
#define SSDT         (MEMORY_BASE + 0x5000)
#define OTHER        (MEMORY_BASE + 0x6000)
#define REGISTERS    (MEMORY_BASE + 0x7000)
#define MCFG         OTHER /* in the place of the APIC table */

#define FADT_SIZE    276

static uint8_t memory[MEMORY_SIZE];
static uint8_t bios[0x100000];
static uint8_t rsdp[36];
static void *mappings[MAPPINGS_MAX];
static size_t mapping_count;
static struct acpi_machine machine;

void log_write(enum log_level level, const char *format, ...)
{
    (void)level;
    (void)format;
}

static const uint8_t *find_bytes(paddr_t address, size_t size)
{
    if (address < sizeof(bios) && size <= sizeof(bios) - address) {
        return bios + address;
    }
    if (address < MEMORY_BASE || size > MEMORY_SIZE ||
        address - MEMORY_BASE > MEMORY_SIZE - size) {
        return NULL;
    }
    return memory + (address - MEMORY_BASE);
}

void *acpi_map(paddr_t address, size_t size)
{
    const uint8_t *bytes = find_bytes(address, size);
    assert_true(size > 0 && size <= ACPI_TABLE_MAX);
    assert_true(mapping_count < MAPPINGS_MAX);
    if (bytes == NULL) {
        return NULL;
    }
    void *copy = malloc(size);
    memcpy(copy, bytes, size);
    mappings[mapping_count++] = copy;
    return copy;
}

static void unmap_all(void)
{
    while (mapping_count > 0) {
        free(mappings[--mapping_count]);
    }
}

static uint8_t *at(paddr_t address)
{
    return memory + (address - MEMORY_BASE);
}

static void put(uint8_t *to, uint64_t value, size_t size)
{
    memcpy(to, &value, size);
}

static void set_checksum(uint8_t *bytes, size_t size, size_t place)
{
    uint8_t sum = 0;
    bytes[place] = 0;
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[place] = (uint8_t)-sum;
}

static void seal(paddr_t address)
{
    uint32_t size;
    memcpy(&size, at(address) + 4, sizeof(size));
    set_checksum(at(address), size, 9);
}

static void make_table(paddr_t address, const char *signature, const void *rest,
                       size_t rest_size)
{
    uint8_t *table = at(address);
    memcpy(table, signature, 4);
    put(table + 4, 36 + rest_size, 4);
    memcpy(table + 36, rest, rest_size);
    seal(address);
}

static void put_register(uint8_t *to, uint8_t space, uint64_t address)
{
    to[0] = space;
    put(to + 4, address, 8);
}

static void make_fadt(void)
{
    static const uint8_t rest[FADT_SIZE - 36];
    make_table(FADT, "FACP", rest, sizeof(rest));
    uint8_t *fadt = at(FADT);
    put(fadt + 40, DSDT, 4);
    put(fadt + 48, 0xb2, 4);
    fadt[52] = 0xf1;
    put(fadt + 64, 0x604, 4);
    put(fadt + 68, 0x704, 4);
    put(fadt + 112, BIT(10), 4);
    put_register(fadt + 116, ACPI_SPACE_PORT, 0xcf9);
    fadt[128] = 0x0f;
    put_register(fadt + 244, ACPI_SPACE_MEMORY, REGISTERS);
    seal(FADT);
}

static void seal_rsdp(void)
{
    set_checksum(rsdp, 20, 8);
    set_checksum(rsdp, 36, 32);
}

/* Name (\_S5_, Package (4) {5, 7, 0, 0}), after something like it. */
static const uint8_t aml[] = "_S5_\x08\\_S5_\x12\x0a\x04\x0a\x05\x0a\x07\0\0x";

static void make_tables(void)
{
    memset(memory, 0, sizeof(memory));
    memset(bios, 0, sizeof(bios));
    const uint64_t addresses_8[] = {OTHER, FADT, SSDT};
    const uint32_t addresses_4[] = {OTHER, FADT, SSDT};
    make_table(XSDT, "XSDT", addresses_8, sizeof(addresses_8));
    make_table(RSDT, "RSDT", addresses_4, sizeof(addresses_4));
    make_table(DSDT, "DSDT", aml, sizeof(aml) - 1);
    make_table(SSDT, "SSDT", "nothing", 7);
    make_table(OTHER, "APIC", "", 0);
    make_fadt();
    memcpy(rsdp, "RSD PTR ", 8);
    rsdp[15] = 2;
    put(rsdp + 16, RSDT, 4);
    put(rsdp + 20, 36, 4);
    put(rsdp + 24, XSDT, 8);
    seal_rsdp();
}

static int read_tables(void)
{
    memset(&machine, 0x5a, sizeof(machine));
    int error = acpi_read_tables(rsdp, sizeof(rsdp), &machine);
    unmap_all();
    return error;
}

static int begin(void **state)
{
    (void)state;
    make_tables();
    return 0;
}

static void test_good_tables(void **state)
{
    (void)state;
    assert_int_equal(read_tables(), 0);
    assert_true(machine.has_s5);
    assert_int_equal(machine.s5_type_a, 5);
    assert_int_equal(machine.s5_type_b, 7);
    assert_int_equal(machine.pm1a_control.space, ACPI_SPACE_PORT);
    assert_int_equal(machine.pm1a_control.address, 0x604);
    assert_int_equal(machine.pm1b_control.address, 0x704);
    assert_int_equal(machine.smi_command, 0xb2);
    assert_int_equal(machine.enable_value, 0xf1);
    assert_true(machine.has_reset);
    assert_int_equal(machine.reset.space, ACPI_SPACE_PORT);
    assert_int_equal(machine.reset.address, 0xcf9);
    assert_null(machine.reset.memory);
    assert_int_equal(machine.reset_value, 0x0f);
    assert_false(machine.is_hardware_reduced);
}

static void test_the_long_fields_come_first(void **state)
{
    (void)state;
    put(at(FADT) + 40, 0x1234, 4);
    put(at(FADT) + 140, DSDT, 8);
    put_register(at(FADT) + 172, ACPI_SPACE_PORT, 0x1804);
    put(at(FADT) + 112, BIT(20), 4);
    seal(FADT);
    assert_int_equal(read_tables(), 0);
    assert_true(machine.has_s5);
    assert_int_equal(machine.pm1a_control.address, 0x1804);
    assert_int_equal(machine.pm1b_control.address, 0x704);
    assert_true(machine.is_hardware_reduced);
    assert_int_equal(machine.sleep_control.address, REGISTERS);
    assert_non_null(machine.sleep_control.memory);
    assert_false(machine.has_reset);
}

static void test_an_old_fadt_is_short(void **state)
{
    (void)state;
    put(at(FADT) + 4, 116, 4);
    seal(FADT);
    assert_int_equal(read_tables(), 0);
    assert_true(machine.has_s5);
    assert_int_equal(machine.pm1a_control.address, 0x604);
    assert_false(machine.has_reset);
    put(at(FADT) + 4, 36, 4);
    seal(FADT);
    assert_int_equal(read_tables(), 0);
    assert_false(machine.has_s5);
    assert_int_equal(machine.pm1a_control.address, 0);
}

static void test_the_rsdt_serves_where_the_xsdt_does_not(void **state)
{
    (void)state;
    rsdp[15] = 0;
    seal_rsdp();
    assert_int_equal(acpi_read_tables(rsdp, 20, &machine), 0);
    unmap_all();
    make_tables();
    at(XSDT)[9]++;
    assert_int_equal(read_tables(), 0);
    make_tables();
    rsdp[33]++;
    assert_int_equal(read_tables(), 0);
    at(RSDT)[0] = 'X';
    seal(RSDT);
    assert_int_equal(read_tables(), -EINVAL);
}

static void test_a_broken_rsdp_is_refused(void **state)
{
    (void)state;
    assert_int_equal(acpi_read_tables(rsdp, 19, &machine), -EINVAL);
    rsdp[0] = 'X';
    seal_rsdp();
    assert_int_equal(read_tables(), -EINVAL);
    make_tables();
    rsdp[8]++;
    assert_int_equal(read_tables(), -EINVAL);
    make_tables();
    put(rsdp + 16, 0, 4);
    put(rsdp + 24, 0, 8);
    seal_rsdp();
    assert_int_equal(read_tables(), -EINVAL);
    put(rsdp + 24, UINT64_MAX - 8, 8);
    put(rsdp + 16, UINT32_MAX - 8, 4);
    seal_rsdp();
    assert_int_equal(read_tables(), -EINVAL);
}

static void test_a_broken_fadt_is_refused(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {
        0, 8, 35, ACPI_TABLE_MAX + 1, UINT32_MAX, MEMORY_SIZE};
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        put(at(FADT) + 4, sizes[i], 4);
        assert_int_equal(read_tables(), -EINVAL);
    }
    make_tables();
    at(FADT)[9]++;
    assert_int_equal(read_tables(), -EINVAL);
    make_tables();
    at(FADT)[3] = 'X';
    seal(FADT);
    assert_int_equal(read_tables(), -EINVAL);
}

static void test_s5_may_be_in_an_ssdt(void **state)
{
    (void)state;
    at(DSDT)[9]++;
    assert_int_equal(read_tables(), 0);
    assert_false(machine.has_s5);
    make_table(SSDT, "SSDT", aml, sizeof(aml) - 1);
    assert_int_equal(read_tables(), 0);
    assert_true(machine.has_s5);
    assert_int_equal(machine.s5_type_b, 7);
}

static void make_mcfg(size_t entries)
{
    uint8_t rest[8 + 16 * 8] = {0};

    for (size_t i = 0; i < entries; i++) {
        uint8_t *entry = rest + 8 + 16 * i;
        put(entry, 0xb0000000 + (i << 32), 8);
        put(entry + 8, i * 257, 2);
        entry[10] = (uint8_t)i;
        entry[11] = 0xff;
    }
    make_table(MCFG, "MCFG", rest, 8 + 16 * entries);
}

static void test_mcfg(void **state)
{
    (void)state;
    assert_int_equal(read_tables(), 0);
    assert_int_equal(machine.ecam_count, 0);
    make_mcfg(2);
    assert_int_equal(read_tables(), 0);
    assert_int_equal(machine.ecam_count, 2);
    assert_int_equal(machine.ecam[1].address, 0x1b0000000);
    assert_int_equal(machine.ecam[1].segment, 257);
    assert_int_equal(machine.ecam[1].first_bus, 1);
    assert_int_equal(machine.ecam[1].last_bus, 255);
    make_mcfg(8);
    assert_int_equal(read_tables(), 0);
    assert_int_equal(machine.ecam_count, ACPI_ECAM_MAX);
    put(at(MCFG) + 4, 36 + 8 + 16 + 15, 4); /* the second entry is cut off */
    seal(MCFG);
    assert_int_equal(read_tables(), 0);
    assert_int_equal(machine.ecam_count, 1);
    at(MCFG)[9]++;
    assert_int_equal(read_tables(), 0);
    assert_int_equal(machine.ecam_count, 0);
}

#define ASSERT_S5(a, b, text)                                                  \
    do {                                                                       \
        uint8_t type_a_ = 99;                                                  \
        uint8_t type_b_ = 99;                                                  \
        uint8_t *exact_ = malloc(sizeof(text));                                \
        memcpy(exact_, text, sizeof(text) - 1);                                \
        uint8_t *aml_ = realloc(exact_, sizeof(text) - 1);                     \
        assert_true(acpi_find_s5(aml_, sizeof(text) - 1, &type_a_, &type_b_)); \
        assert_int_equal(type_a_, a);                                          \
        assert_int_equal(type_b_, b);                                          \
        free(aml_);                                                            \
    } while (0)

static void test_forms_of_s5(void **state)
{
    (void)state;
    ASSERT_S5(0, 1, "\x08_S5_\x12\x06\x04\x00\x01\x00\x00");
    ASSERT_S5(7, 7, "\x08_S5_\x12\x06\x01\x0a\x07");
    ASSERT_S5(5, 6, "\x08_S5_\x12\x46\x00\x02\x0b\x05\x00\x0c\x06\0\0\0");
    ASSERT_S5(3, 4,
              "\x08_S5_\x12\x06\x04\x06\x08_S5_\x12\x04\x02\x0a\x03\x0a"
              "\x04");
}

static void test_s5_that_is_cut_off_or_no_package(void **state)
{
    (void)state;
    uint8_t type_a;
    uint8_t type_b;
    const size_t whole = sizeof(aml) - 1 - 3; /* up to the second value */
    for (size_t size = 0; size < whole; size++) {
        uint8_t *cut = malloc(size + 1);
        uint8_t *exact = realloc(cut, size > 0 ? size : 1);
        memcpy(exact, aml, size);
        assert_false(acpi_find_s5(exact, size, &type_a, &type_b));
        free(exact);
    }
    assert_true(acpi_find_s5(aml, whole, &type_a, &type_b));
    static const char method[] = "\x14_S5_\x12\x06\x04\x0a\x05\x0a\x05";
    assert_false(acpi_find_s5((const uint8_t *)method, sizeof(method), &type_a,
                              &type_b));
    static const char string[] = "\x08_S5_\x0d"
                                 "abc";
    assert_false(acpi_find_s5((const uint8_t *)string, sizeof(string), &type_a,
                              &type_b));
    static const char empty[] = "\x08_S5_\x12\x02\x00\x0a\x05\x0a\x05";
    assert_false(
        acpi_find_s5((const uint8_t *)empty, sizeof(empty), &type_a, &type_b));
}

static void test_the_rsdp_is_found_in_the_bios_areas(void **state)
{
    (void)state;
    assert_null(acpi_find_rsdp());
    memcpy(bios + 0xf5a10, rsdp, sizeof(rsdp));
    memcpy(bios + 0xe0008, rsdp, sizeof(rsdp)); /* not aligned */
    memcpy(bios + 0xe0010, "RSD PTR ", 8);      /* checksum */
    const void *found = acpi_find_rsdp();
    assert_non_null(found);
    assert_memory_equal(found, rsdp, sizeof(rsdp));
    bios[0xf5a10] = 'X';
    assert_null(acpi_find_rsdp());
    memcpy(bios + 0x9fc20, rsdp, sizeof(rsdp));
    put(bios + 0x40e, 0x9fc0, 2);
    assert_non_null(acpi_find_rsdp());
    put(bios + 0x40e, 0xffff, 2);
    assert_null(acpi_find_rsdp());
    unmap_all();
}

static void test_mutations(void **state)
{
    (void)state;
    uint64_t seed = 0xac91;
    for (unsigned round = 0; round < ROUNDS; round++) {
        static const paddr_t tables[] = {XSDT, RSDT, FADT, DSDT, SSDT};
        make_tables();
        paddr_t table = tables[random_below(&seed, ARRAY_COUNT(tables))];
        random_mutate(&seed, at(table), 36 + random_below(&seed, 240));
        uint32_t size;
        memcpy(&size, at(table) + 4, sizeof(size));
        if (size <= 0x1000) {
            seal(table);
        }
        if (random_below(&seed, 4) == 0) {
            random_mutate(&seed, rsdp, sizeof(rsdp));
            seal_rsdp();
        }
        int error = read_tables();
        if (error != 0 && error != -EINVAL) {
            fail_msg("error %d in round %u", error, round);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_good_tables, begin),
        cmocka_unit_test_setup(test_the_long_fields_come_first, begin),
        cmocka_unit_test_setup(test_an_old_fadt_is_short, begin),
        cmocka_unit_test_setup(test_the_rsdt_serves_where_the_xsdt_does_not,
                               begin),
        cmocka_unit_test_setup(test_a_broken_rsdp_is_refused, begin),
        cmocka_unit_test_setup(test_a_broken_fadt_is_refused, begin),
        cmocka_unit_test_setup(test_s5_may_be_in_an_ssdt, begin),
        cmocka_unit_test_setup(test_mcfg, begin),
        cmocka_unit_test_setup(test_forms_of_s5, begin),
        cmocka_unit_test_setup(test_s5_that_is_cut_off_or_no_package, begin),
        cmocka_unit_test_setup(test_the_rsdp_is_found_in_the_bios_areas, begin),
        cmocka_unit_test_setup(test_mutations, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
