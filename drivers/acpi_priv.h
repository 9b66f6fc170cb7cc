/* What acpi_tables.c finds and acpi.c uses. */
#pragma once

#include "drivers/acpi.h"

enum acpi_space {
    ACPI_SPACE_MEMORY = 0,
    ACPI_SPACE_PORT = 1,
    ACPI_SPACE_PCI = 2, /* bus 0: device, function, offset in the address */
};

/* A register, as the Generic Address Structure says (ACPI 6.5, 5.2.3.2). */
struct acpi_register {
    uint8_t space;         /* enum acpi_space */
    uint64_t address;      /* 0: there is no such register */
    volatile void *memory; /* where it is mapped, if in memory */
};

#define ACPI_ECAM_MAX 4

/* Where buses have their configuration in memory (PCI Firmware 3.2, 4.1.2). */
struct acpi_ecam {
    paddr_t address; /* as if bus 0 began there */
    uint16_t segment;
    uint8_t first_bus;
    uint8_t last_bus;
};

struct acpi_machine {
    bool is_hardware_reduced;
    bool has_reset;
    struct acpi_register reset;
    uint8_t reset_value;

    bool has_s5;
    uint8_t s5_type_a; /* for the control register PM1a, and sleep_control */
    uint8_t s5_type_b; /* for PM1b */
    struct acpi_register pm1a_control;
    struct acpi_register pm1b_control;
    struct acpi_register sleep_control;

    uint16_t smi_command; /* the port that takes enable_value, or 0 */
    uint8_t enable_value;

    struct acpi_ecam ecam[ACPI_ECAM_MAX];
    unsigned ecam_count;
};

/* Fills *MACHINE from the tables behind the RSDP, of which RSDP is a copy of
 * SIZE bytes. Returns 0, or -EINVAL when RSDP, root table or FADT are broken.
 * Pure, but for acpi_map. */
int acpi_read_tables(const void *rsdp, size_t size,
                     struct acpi_machine *machine) MUST_CHECK;

/* Looks for an RSDP in the BIOS areas. Returns its mapped address, where 36
 * bytes can be read, or NULL. */
const void *acpi_find_rsdp(void);

/* Finds the package \_S5_ in the SIZE bytes of AML at AML. Returns whether it
 * is there, and its first two values. */
bool acpi_find_s5(const uint8_t *aml, size_t size, uint8_t *type_a,
                  uint8_t *type_b);
