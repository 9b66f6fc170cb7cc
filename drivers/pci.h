/* PCI configuration by ports, of the devices on bus 0. */
#pragma once

#include "kernel/lib.h"

struct pci_function {
    uint8_t device;
    uint8_t function;
};

/* Offsets in a function's configuration (PCI 3.0, 6.1). */
#define PCI_IDS             0x00 /* vendor, above it the device */
#define PCI_COMMAND         0x04
#define PCI_HEADER          0x0c /* its type in the third byte */
#define PCI_BAR0            0x10
#define PCI_INTERRUPT       0x3c /* the line in the first byte */

#define PCI_COMMAND_IO      (1u << 0)
#define PCI_COMMAND_MASTER  (1u << 2)
#define PCI_COMMAND_NO_INTX (1u << 10)
#define PCI_BAR_IO          (1u << 0)
#define PCI_BAR_IO_PORT     0xfffcu
#define PCI_INTERRUPT_LINE  0xffu

#define PCI_NO_FUNCTION     0xffffffffu /* as PCI_IDS of none */

/* The aligned word at OFFSET; all ones where there is no such function. */
uint32_t pci_read(struct pci_function at, unsigned offset);
void pci_write(struct pci_function at, unsigned offset, uint32_t value);
void pci_write_byte(struct pci_function at, unsigned offset, uint8_t value);

/* Goes to the next function of bus 0 that is there. *AT begins as
 * PCI_BEFORE_FIRST. Returns false behind the last. */
#define PCI_BEFORE_FIRST ((struct pci_function){.device = 0, .function = 0xff})
bool pci_next(struct pci_function *at);
