/* ACPI, as much of it as switching off and resetting needs: RSDP -> XSDT or
 * RSDT -> FADT -> the \_S5_ package in the DSDT's bytes. (ACPI 6.5, 5.2.) And
 * MCFG, which says where PCI's configuration is in memory.
 *
 * Nothing that the tables say is believed: lengths, checksums and addresses are
 * checked, and a broken table is as good as none.
 */
#pragma once

#include "kernel/lib.h"

/* Gives SIZE bytes of physical memory (tables, or a device's registers) at a
 * kernel address, for ever, or NULL when ADDRESS can not be mapped. Defined by
 * the kernel, and by the host test. */
void *acpi_map(paddr_t address, size_t size);

/* Longest table that is read; DSDTs of real machines stay below 1 MiB. */
#define ACPI_TABLE_MAX (4u << 20)

/* Finds the tables from a copy of the RSDP of SIZE bytes (20 or 36), or with
 * RSDP NULL, by a search of the BIOS areas below 1 MiB. Returns 0, -ENOENT when
 * there is no RSDP, or -EINVAL when RSDP, root table or FADT are broken; the
 * functions below do nothing then. */
int acpi_init(const void *rsdp, size_t size) MUST_CHECK;

/* The same for an RSDP at the physical address ADDRESS. */
int acpi_init_at(paddr_t address) MUST_CHECK;

/* Enter S5, and write the reset register. Both return when the tables do not
 * say how, or when the machine does not obey. */
void acpi_power_off(void);
void acpi_reset(void);
