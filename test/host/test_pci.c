/* drivers/pci.c and pci_ecam.c: a machine's functions by ports, in memory, and
 * where the two contradict each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/acpi.h"
#include "drivers/pci.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "kernel/x86/io.h"

#define ECAM        0xb0000000ull
#define OTHER_ECAM  0x7000000000ull
#define BUS_SIZE    (1u << 20)
#define FUNCTIONS   8u
#define NO_FUNCTION 0xffffffffu
#define MULTI       BIT(23)
#define BRIDGE      BIT(16)
#define BRIDGE_BUS  6u /* words from the start: PCI_BUSES */
#define HEADER      3u
#define WORDS       64u
#define MAP_BUSES   2u /* that the fake memory can map */

struct function {
    struct pci_function at;
    uint32_t words[WORDS];
};

static struct function functions[FUNCTIONS];
static unsigned function_count;
static bool has_ports;
static uint32_t selected;
static uint8_t *buses[MAP_BUSES]; /* of ECAM, the first ones */
static uint8_t *other_bus;

void log_write(enum log_level level, const char *format, ...)
{
    (void)level, (void)format;
}

static uint32_t *word_at(struct pci_function at, unsigned offset)
{
    for (unsigned i = 0; i < function_count; i++) {
        const struct pci_function *it = &functions[i].at;
        if (it->segment == at.segment && it->bus == at.bus &&
            it->device == at.device && it->function == at.function) {
            return &functions[i].words[offset / 4];
        }
    }
    return NULL;
}

static uint32_t *selected_word(void)
{
    struct pci_function at = {
        .bus = (uint8_t)(selected >> 16),
        .device = (selected >> 11) & 31,
        .function = (selected >> 8) & 7,
    };
    return has_ports && (selected & BIT(31)) != 0 ? word_at(at, selected & 0xfc)
                                                  : NULL;
}

void outl(uint16_t port, uint32_t value)
{
    if (port == 0xcf8) {
        selected = value;
        return;
    }
    assert_int_equal(port, 0xcfc);
    assert_non_null(selected_word());
    *selected_word() = value;
}

void outb(uint16_t port, uint8_t value)
{
    assert_int_equal(port & ~3, 0xcfc);
    ((uint8_t *)selected_word())[port & 3] = value;
}

uint32_t inl(uint16_t port)
{
    assert_int_equal(port, 0xcfc);
    return selected_word() != NULL ? *selected_word() : NO_FUNCTION;
}

/* Bus 2 and those above it can't be mapped. */
void *acpi_map(paddr_t address, size_t size)
{
    assert_int_equal(size, BUS_SIZE);
    if (address == OTHER_ECAM) {
        return other_bus;
    }
    assert_true(address >= ECAM && is_aligned(address, BUS_SIZE));
    size_t bus = (address - ECAM) / BUS_SIZE;
    return bus < MAP_BUSES ? buses[bus] : NULL;
}

static uint32_t *add(struct pci_function at, uint32_t ids)
{
    struct function *function = &functions[function_count++];
    *function = (struct function){.at = at, .words[0] = ids};
    return function->words;
}

/* Copies what ports say to where memory is looked at. */
static void mirror(uint8_t *bus_memory, unsigned segment, unsigned bus)
{
    memset(bus_memory, 0xff, BUS_SIZE);
    for (unsigned i = 0; i < function_count; i++) {
        const struct function *function = &functions[i];
        if (function->at.segment == segment && function->at.bus == bus) {
            memcpy(bus_memory + ((size_t)function->at.device << 15) +
                       ((size_t)function->at.function << 12),
                   function->words, sizeof(function->words));
        }
    }
}

/* Bus 0: a host bridge, a device of two functions, and a bridge to bus 5, which
 * has one that says it leads to bus 3. */
static void make_machine(void)
{
    function_count = 0;
    has_ports = true;
    add((struct pci_function){.device = 0}, 1);
    add((struct pci_function){.device = 4}, 2)[HEADER] = MULTI;
    add((struct pci_function){.device = 4, .function = 7}, 3);
    uint32_t *bridge = add((struct pci_function){.device = 9}, 4);
    bridge[HEADER] = BRIDGE;
    bridge[BRIDGE_BUS] = 5 << 8;
    bridge = add((struct pci_function){.bus = 5, .device = 31}, 5);
    bridge[HEADER] = BRIDGE;
    bridge[BRIDGE_BUS] = 3 << 8;
}

static void assert_walk(const uint32_t *ids, unsigned count)
{
    struct pci_walk walk = {.has_begun = false};

    for (unsigned i = 0; i < count; i++) {
        assert_true(pci_next(&walk));
        assert_int_equal(pci_read(walk.at, PCI_IDS), ids[i]);
    }
    assert_false(pci_next(&walk));
}

static void test_walk_by_ports(void **state)
{
    (void)state;
    make_machine();
    assert_walk((const uint32_t[]){1, 2, 3, 4, 5}, 5);
    has_ports = false;
    assert_walk(NULL, 0);
}

static void test_bars(void **state)
{
    (void)state;
    assert_int_equal(pci_bar_address(0xfebf0000, 7), 0xfebf0000);
    assert_int_equal(pci_bar_address(0xfebf0008, 7), 0xfebf0000);
    assert_int_equal(pci_bar_address(0xfebf0004, 0x70), 0x70febf0000);
    assert_int_equal(pci_bar_address(0x0000000c, 1), 0x100000000);
    assert_int_equal(pci_bar_address(0x0000c001, 0), PADDR_NONE);
    assert_int_equal(pci_bar_address(0xfebf0002, 0), PADDR_NONE);
    assert_int_equal(pci_bar_address(0xfebf0006, 0), PADDR_NONE);
    assert_int_equal(pci_bar_address(0, 7), PADDR_NONE);
    assert_int_equal(pci_bar_address(4, 0), PADDR_NONE);
}

/* Windows stay, so this is the last of the tests. */
static void test_walk_in_memory(void **state)
{
    (void)state;
    make_machine();
    for (unsigned bus = 0; bus < MAP_BUSES; bus++) {
        buses[bus] = malloc(BUS_SIZE);
        mirror(buses[bus], 0, bus);
    }
    other_bus = malloc(BUS_SIZE);
    add((struct pci_function){.segment = 9, .device = 1}, 6);
    mirror(other_bus, 9, 0);

    pci_add_ecam(ECAM + 1, 0, 0, 255);
    pci_add_ecam(ECAM, 0, 3, 2);
    pci_add_ecam(UINT64_MAX - BUS_SIZE + 1, 0, 0, 255);
    pci_add_ecam((1ull << 52) - BUS_SIZE, 0, 0, 1);
    buses[0][0] = 77;
    pci_add_ecam(ECAM, 0, 0, 255);
    assert_walk((const uint32_t[]){1, 2, 3, 4, 5}, 5);

    buses[0][0] = 1;
    pci_add_ecam(ECAM, 0, 0, 1);
    buses[0][4 << 15] = 66;
    assert_walk((const uint32_t[]){1, 66, 3, 4, 5}, 5);
    pci_write((struct pci_function){.device = 4}, PCI_BAR0, 0x1234);
    assert_memory_equal(buses[0] + (4 << 15) + 0x10, "\x34\x12\0", 4);
    pci_write_byte((struct pci_function){.device = 4}, PCI_BAR0 + 1, 0x56);
    assert_int_equal(buses[0][(4 << 15) + 0x11], 0x56);
    pci_write((struct pci_function){.bus = 5, .device = 31}, PCI_BAR0, 99);
    assert_int_equal(functions[4].words[PCI_BAR0 / 4], 99);

    pci_add_ecam(OTHER_ECAM, 9, 0, 0);
    assert_walk((const uint32_t[]){1, 66, 3, 4, 5, 6}, 6);
    has_ports = false;
    assert_walk((const uint32_t[]){1, 66, 3, 4, 6}, 5);
    for (unsigned bus = 0; bus < MAP_BUSES; bus++) {
        free(buses[bus]);
    }
    free(other_bus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk_by_ports),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_walk_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
