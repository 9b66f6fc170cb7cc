/* What pci.c and pci_ecam.c share. */
#pragma once

#include "drivers/pci.h"

/* Where the word at OFFSET of the function AT is in memory, or NULL where ACPI
 * knows of none. */
volatile void *pci_ecam_word(struct pci_function at, unsigned offset);

/* The lowest segment above SEGMENT, or PCI_NO_SEGMENT. */
#define PCI_NO_SEGMENT 0x10000u
unsigned pci_ecam_next_segment(unsigned segment);

uint32_t pci_port_read(struct pci_function at, unsigned offset);
