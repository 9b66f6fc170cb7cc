/* PCI configuration in memory: 4 KiB for each function. (PCI Express 5.0,
 * 7.2.2.) */
#include "drivers/acpi.h"
#include "drivers/pci_priv.h"
#include "kernel/lib.h"

#define WINDOWS_MAX    4u
#define BUSES          256u
#define BUS_SHIFT      20
#define DEVICE_SHIFT   15
#define FUNCTION_SHIFT 12
#define BUS_SIZE       (1ull << BUS_SHIFT)
#define ADDRESS_END    (1ull << 52)

struct window {
    paddr_t address; /* of bus 0 */
    uint16_t segment;
    uint8_t first;
    uint8_t last;
    volatile uint8_t *buses[BUSES]; /* those that somebody has asked for */
};

static struct window windows[WINDOWS_MAX];
static unsigned window_count;

static volatile uint8_t *map_bus(struct window *window, uint8_t bus)
{
    if (window->buses[bus] == NULL) {
        window->buses[bus] =
            acpi_map(window->address + bus * BUS_SIZE, BUS_SIZE);
    }
    return window->buses[bus];
}

volatile void *pci_ecam_word(struct pci_function at, unsigned offset)
{
    for (unsigned i = 0; i < window_count; i++) {
        struct window *window = &windows[i];
        if (window->segment != at.segment || at.bus < window->first ||
            at.bus > window->last) {
            continue;
        }
        volatile uint8_t *bus = map_bus(window, at.bus);
        return bus == NULL
                   ? NULL
                   : bus + ((size_t)at.device << DEVICE_SHIFT) +
                         ((size_t)at.function << FUNCTION_SHIFT) + offset;
    }
    return NULL;
}

unsigned pci_ecam_next_segment(unsigned segment)
{
    unsigned next = PCI_NO_SEGMENT;

    for (unsigned i = 0; i < window_count; i++) {
        if (windows[i].segment > segment) {
            next = MIN(next, (unsigned)windows[i].segment);
        }
    }
    return next;
}

/* Both ways lead to the same first function, where there are ports at all. */
static bool agrees_with_ports(const struct window *window)
{
    struct pci_function at = {.segment = window->segment, .bus = window->first};
    uint32_t by_ports = pci_port_read(at, PCI_IDS);
    const volatile uint32_t *word = pci_ecam_word(at, PCI_IDS);

    return word != NULL && (window->segment != 0 || *word == by_ports ||
                            by_ports == PCI_NO_FUNCTION);
}

void pci_add_ecam(paddr_t address, uint16_t segment, uint8_t first,
                  uint8_t last)
{
    bool is_possible = first <= last && address < ADDRESS_END &&
                       is_aligned(address, BUS_SIZE) &&
                       (last + 1ull) * BUS_SIZE <= ADDRESS_END - address;

    if (!is_possible || window_count == WINDOWS_MAX) {
        log_warn("pci: can't use the configuration at 0x%llx, buses %u to %u",
                 (unsigned long long)address, first, last);
        return;
    }
    struct window *window = &windows[window_count++];
    *window = (struct window){
        .address = address,
        .segment = segment,
        .first = first,
        .last = last,
    };
    if (!agrees_with_ports(window)) {
        window_count--;
        log_warn("pci: the configuration at 0x%llx is not what ports say; "
                 "not used",
                 (unsigned long long)address);
    }
}
