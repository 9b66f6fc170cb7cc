/* PCI configuration: in memory where ACPI says so (PCI Express 5.0, 7.2.2,
 * ECAM), else by ports. */
#pragma once

#include "kernel/lib.h"

struct pci_function {
    uint16_t segment; /* 0 by ports */
    uint8_t bus;
    uint8_t device;
    uint8_t function;
};

/* Offsets in a function's configuration (PCI 3.0, 6.1). */
#define PCI_IDS             0x00 /* vendor, above it the device */
#define PCI_COMMAND         0x04
#define PCI_CLASS           0x08 /* in its upper three bytes */
#define PCI_HEADER          0x0c /* its type in the third byte */
#define PCI_BAR0            0x10
#define PCI_BUSES           0x18 /* of a bridge: the one behind it in byte 2 */
#define PCI_INTERRUPT       0x3c /* the line in the first byte */

#define PCI_COMMAND_IO      (1u << 0)
#define PCI_COMMAND_MEMORY  (1u << 1)
#define PCI_COMMAND_MASTER  (1u << 2)
#define PCI_COMMAND_NO_INTX (1u << 10)
#define PCI_CLASS_SHIFT     8
#define PCI_BAR_IO          (1u << 0)
#define PCI_BAR_IO_PORT     0xfffcu
#define PCI_INTERRUPT_LINE  0xffu

#define PCI_NO_FUNCTION     0xffffffffu /* as PCI_IDS of none */

/* Buses FIRST to LAST of SEGMENT have their configuration in memory, as if bus
 * 0 began at ADDRESS. To be called before the functions below, with memory that
 * can be mapped. What contradicts the ports is not used. */
void pci_add_ecam(paddr_t address, uint16_t segment, uint8_t first,
                  uint8_t last);

/* The aligned word at OFFSET; all ones where there is no such function. */
uint32_t pci_read(struct pci_function at, unsigned offset);
void pci_write(struct pci_function at, unsigned offset, uint32_t value);
void pci_write_byte(struct pci_function at, unsigned offset, uint8_t value);

/* All functions on bus 0 of each segment and behind its bridges. Zeroed, a walk
 * stands before the first. */
struct pci_walk {
    struct pci_function at;
    bool has_begun;
    uint64_t buses[4]; /* a bit for each of the segment that is to be seen */
};

/* Goes to the next function that is there: WALK's `at`. Returns false behind
 * the last. */
bool pci_next(struct pci_walk *walk);

/* The address in the two words of a memory BAR, the second of which counts only
 * where the first says so. PADDR_NONE for a BAR of ports, of an unknown kind,
 * or that nobody has set. (PCI 3.0, 6.2.5.1.) */
paddr_t pci_bar_address(uint32_t low, uint32_t high);
