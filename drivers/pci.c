/* PCI configuration by ports. (PCI 3.0, 3.2.2.3.2.) */
#include "drivers/pci.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define ADDRESS          0xcf8
#define DATA             0xcfc
#define ADDRESS_ENABLE   BIT(31)

#define DEVICES          32u
#define FUNCTIONS        8u
#define HEADER_FUNCTIONS BIT(23) /* there are more than one */

static void select(struct pci_function at, unsigned offset)
{
    outl(ADDRESS, (uint32_t)ADDRESS_ENABLE | (uint32_t)at.device << 11 |
                      (uint32_t)at.function << 8 | (offset & 0xfcu));
}

uint32_t pci_read(struct pci_function at, unsigned offset)
{
    select(at, offset);
    return inl(DATA);
}

void pci_write(struct pci_function at, unsigned offset, uint32_t value)
{
    select(at, offset);
    outl(DATA, value);
}

void pci_write_byte(struct pci_function at, unsigned offset, uint8_t value)
{
    select(at, offset);
    outb((uint16_t)(DATA + (offset & 3u)), value);
}

/* Function 0 tells whether the device has others. */
static bool has_more(struct pci_function at)
{
    struct pci_function first = {.device = at.device};
    return pci_read(first, PCI_IDS) != PCI_NO_FUNCTION &&
           (pci_read(first, PCI_HEADER) & HEADER_FUNCTIONS) != 0;
}

bool pci_next(struct pci_function *at)
{
    do {
        at->function++;
        if (at->function == FUNCTIONS ||
            (at->function == 1 && !has_more(*at))) {
            at->function = 0;
            at->device++;
        }
        if (at->device == DEVICES) {
            return false;
        }
    } while (pci_read(*at, PCI_IDS) == PCI_NO_FUNCTION);
    return true;
}
