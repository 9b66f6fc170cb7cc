/* Switching off and starting anew. */
#include "drivers/power.h"

#include "drivers/acpi.h"
#include "drivers/i8042.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

/* The chipset's reset control: the kind of reset first, then the reset. */
#define RESET_PORT  0xcf9
#define RESET_HARD  0x02
#define RESET_START 0x06

/* Polls of a microsecond each: some 100 ms. */
#define RESET_POLLS 100000u

void power_off(void)
{
    log_info("power: switching off");
    acpi_power_off();
    log_info("power: it is now safe to switch the machine off");
    power_halt();
}

static void wait(void)
{
    for (unsigned poll = 0; poll < RESET_POLLS; poll++) {
        io_wait();
    }
}

static void reset_by_chipset(void)
{
    outb(RESET_PORT, RESET_HARD);
    io_wait();
    outb(RESET_PORT, RESET_START);
    wait();
}

static void reset_by_keyboard(void)
{
    if (i8042_is_present() && i8042_command(I8042_PULSE_RESET)) {
        wait();
    }
}

/* An exception without an IDT, and without one for the exception from that. */
static void reset_by_triple_fault(void)
{
    static const uint8_t empty_idt[10];
    __asm__ volatile("lidt %0; int3" : : "m"(empty_idt));
}

void power_reset(void)
{
    interrupts_disable();
    acpi_reset();
    reset_by_chipset();
    reset_by_keyboard();
    reset_by_triple_fault();
    power_halt();
}

void power_halt(void)
{
    cpu_halt();
}
