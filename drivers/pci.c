/* PCI configuration by ports (PCI 3.0, 3.2.2.3.2), and the walk over all
 * functions. */
#include "drivers/pci_priv.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define ADDRESS           0xcf8
#define DATA              0xcfc
#define ADDRESS_ENABLE    BIT(31)

#define DEVICES           32u
#define FUNCTIONS         8u
#define HEADER_FUNCTIONS  BIT(23) /* there are more than one */
#define HEADER_TYPE_SHIFT 16
#define HEADER_TYPE       0x7fu
#define HEADER_BRIDGE     1u
#define BUS_BEHIND_SHIFT  8

/* The kinds of memory BARs (PCI 3.0, 6.2.5.1). */
#define BAR_TYPE          0x6u
#define BAR_TYPE_32       0x0u
#define BAR_TYPE_64       0x4u
#define BAR_FLAGS         0xfu

/* Ports know segment 0 alone. Returns whether AT is in it. */
static bool select(struct pci_function at, unsigned offset)
{
    if (at.segment != 0) {
        return false;
    }
    outl(ADDRESS, (uint32_t)ADDRESS_ENABLE | (uint32_t)at.bus << 16 |
                      (uint32_t)at.device << 11 | (uint32_t)at.function << 8 |
                      (offset & 0xfcu));
    return true;
}

uint32_t pci_port_read(struct pci_function at, unsigned offset)
{
    return select(at, offset) ? inl(DATA) : PCI_NO_FUNCTION;
}

uint32_t pci_read(struct pci_function at, unsigned offset)
{
    const volatile uint32_t *word = pci_ecam_word(at, offset);

    return word != NULL ? *word : pci_port_read(at, offset);
}

void pci_write(struct pci_function at, unsigned offset, uint32_t value)
{
    volatile uint32_t *word = pci_ecam_word(at, offset);

    if (word != NULL) {
        *word = value;
    } else if (select(at, offset)) {
        outl(DATA, value);
    }
}

void pci_write_byte(struct pci_function at, unsigned offset, uint8_t value)
{
    volatile uint8_t *byte = pci_ecam_word(at, offset);

    if (byte != NULL) {
        *byte = value;
    } else if (select(at, offset)) {
        outb((uint16_t)(DATA + (offset & 3u)), value);
    }
}

/* Function 0 tells whether the device has others. */
static bool has_more(struct pci_function at)
{
    at.function = 0;
    return pci_read(at, PCI_IDS) != PCI_NO_FUNCTION &&
           (pci_read(at, PCI_HEADER) & HEADER_FUNCTIONS) != 0;
}

/* The bus behind a bridge is to be seen, too: it has a higher number. */
static void note_bridge(struct pci_walk *walk)
{
    uint32_t header = pci_read(walk->at, PCI_HEADER) >> HEADER_TYPE_SHIFT;
    uint8_t bus = (uint8_t)(pci_read(walk->at, PCI_BUSES) >> BUS_BEHIND_SHIFT);

    if ((header & HEADER_TYPE) == HEADER_BRIDGE && bus > walk->at.bus) {
        walk->buses[bus / 64] |= BIT(bus % 64);
    }
}

/* Stands at the first place of the next bus. Returns whether there is one. */
static bool next_bus(struct pci_walk *walk)
{
    for (unsigned bus = walk->at.bus + 1u; bus < 256; bus++) {
        if ((walk->buses[bus / 64] & BIT(bus % 64)) != 0) {
            walk->at = (struct pci_function){
                .segment = walk->at.segment,
                .bus = (uint8_t)bus,
            };
            return true;
        }
    }
    unsigned segment = pci_ecam_next_segment(walk->at.segment);
    *walk = (struct pci_walk){
        .has_begun = true,
        .at.segment = (uint16_t)segment,
    };
    return segment != PCI_NO_SEGMENT;
}

/* Goes to the next place where a function can be. */
static bool next_place(struct pci_walk *walk)
{
    struct pci_function *at = &walk->at;

    if (!walk->has_begun) {
        walk->has_begun = true;
        return true;
    }
    at->function++;
    if (at->function == FUNCTIONS || (at->function == 1 && !has_more(*at))) {
        at->function = 0;
        at->device++;
    }
    return at->device < DEVICES || next_bus(walk);
}

bool pci_next(struct pci_walk *walk)
{
    while (next_place(walk)) {
        if (pci_read(walk->at, PCI_IDS) != PCI_NO_FUNCTION) {
            note_bridge(walk);
            return true;
        }
    }
    return false;
}

paddr_t pci_bar_address(uint32_t low, uint32_t high)
{
    uint32_t type = low & BAR_TYPE;

    if ((low & PCI_BAR_IO) != 0 ||
        (type != BAR_TYPE_32 && type != BAR_TYPE_64)) {
        return PADDR_NONE;
    }
    paddr_t address = low & ~BAR_FLAGS;
    if (type == BAR_TYPE_64) {
        address |= (paddr_t)high << 32;
    }
    return address != 0 ? address : PADDR_NONE;
}
