/* Switching off and resetting by the registers that the tables name. (ACPI
 * 6.5, 4.8.3 and 7.4.) */
#include "drivers/acpi.h"

#include "drivers/acpi_priv.h"
#include "drivers/pci.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

/* PM1 control registers (4.8.3.2.1). */
#define PM1_SCI_ENABLED  BIT(0) /* ACPI owns the registers, not the BIOS */
#define PM1_TYPE_SHIFT   10
#define PM1_TYPE         (7u << PM1_TYPE_SHIFT)
#define PM1_SLEEP        BIT(13)

/* The sleep control register (4.8.3.7). */
#define SLEEP_TYPE_SHIFT 2
#define SLEEP_ENABLE     BIT(5)

#define RSDP_SIZE        36

/* Polls of a microsecond each: some 300 ms. */
#define POLLS            300000u

/* Set once, by acpi_init. */
static struct acpi_machine machine;

int acpi_init(const void *rsdp, size_t size)
{
    if (rsdp == NULL) {
        rsdp = acpi_find_rsdp();
        size = RSDP_SIZE;
    }
    int error = rsdp != NULL ? acpi_read_tables(rsdp, size, &machine) : -ENOENT;
    for (unsigned i = 0; i < machine.ecam_count; i++) {
        const struct acpi_ecam *ecam = &machine.ecam[i];
        pci_add_ecam(ecam->address, ecam->segment, ecam->first_bus,
                     ecam->last_bus);
    }
    return error;
}

int acpi_init_at(paddr_t address)
{
    const void *rsdp = acpi_map(address, RSDP_SIZE);
    return rsdp != NULL ? acpi_init(rsdp, RSDP_SIZE) : -ENOENT;
}

/* The function and the offset stand in the address (5.2.3.2). */
static void write_pci(uint64_t address, uint8_t value)
{
    struct pci_function at = {
        .device = (address >> 32) & 0x1f,
        .function = (address >> 16) & 0x7,
    };
    pci_write_byte(at, address & 0xff, value);
}

static void write_byte(const struct acpi_register *to, uint8_t value)
{
    switch (to->space) {
    case ACPI_SPACE_MEMORY:
        if (to->memory != NULL) {
            *(volatile uint8_t *)to->memory = value;
        }
        break;
    case ACPI_SPACE_PORT:
        outb((uint16_t)to->address, value);
        break;
    case ACPI_SPACE_PCI:
        write_pci(to->address, value);
        break;
    default:
        break;
    }
}

static void wait(void)
{
    for (unsigned poll = 0; poll < POLLS; poll++) {
        io_wait();
    }
}

static uint16_t read_pm1(const struct acpi_register *control)
{
    if (control->memory != NULL) {
        return *(volatile uint16_t *)control->memory;
    }
    return inw((uint16_t)control->address);
}

static void write_pm1(const struct acpi_register *control, uint16_t value)
{
    if (control->memory != NULL) {
        *(volatile uint16_t *)control->memory = value;
        return;
    }
    outw((uint16_t)control->address, value);
}

/* PM1 registers are ports, or in memory. */
static bool is_pm1_usable(const struct acpi_register *control)
{
    return control->memory != NULL ||
           (control->space == ACPI_SPACE_PORT && control->address != 0);
}

/* Takes the registers over from the BIOS, where that is still needed. */
static void enable_acpi(void)
{
    const struct acpi_register *control = &machine.pm1a_control;
    if (!is_pm1_usable(control) || machine.smi_command == 0 ||
        machine.enable_value == 0 ||
        (read_pm1(control) & PM1_SCI_ENABLED) != 0) {
        return;
    }
    outb(machine.smi_command, machine.enable_value);
    for (unsigned poll = 0; poll < POLLS; poll++) {
        if ((read_pm1(control) & PM1_SCI_ENABLED) != 0) {
            return;
        }
        io_wait();
    }
}

static void sleep_by_pm1(const struct acpi_register *control, uint8_t type)
{
    if (!is_pm1_usable(control)) {
        return;
    }
    unsigned value = read_pm1(control) & ~(PM1_TYPE | (unsigned)PM1_SLEEP);
    value |= (unsigned)type << PM1_TYPE_SHIFT & PM1_TYPE;
    write_pm1(control, (uint16_t)value);
    write_pm1(control, (uint16_t)(value | PM1_SLEEP));
}

void acpi_power_off(void)
{
    if (!machine.has_s5) {
        return;
    }
    if (machine.is_hardware_reduced) {
        unsigned type = (unsigned)machine.s5_type_a << SLEEP_TYPE_SHIFT;
        write_byte(&machine.sleep_control, (uint8_t)(type | SLEEP_ENABLE));
    } else {
        enable_acpi();
        sleep_by_pm1(&machine.pm1a_control, machine.s5_type_a);
        sleep_by_pm1(&machine.pm1b_control, machine.s5_type_b);
    }
    wait();
}

void acpi_reset(void)
{
    if (machine.has_reset) {
        write_byte(&machine.reset, machine.reset_value);
        wait();
    }
}
