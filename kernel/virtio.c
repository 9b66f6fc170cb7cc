/* Consoles of virtio, given to the console. */
#include "kernel/virtio.h"

#include "drivers/console.h"
#include "drivers/pic.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "mm/kernel_map.h"
#include "mm/layout.h"

#define CONSOLES_MAX 2

static struct virtio_console consoles[CONSOLES_MAX];

/* Looks at ADDRESS, and behind the registers of the first for the second. */
static unsigned find_in_memory(paddr_t address, struct virtio_device *devices)
{
    unsigned found = 0;
    volatile uint8_t *registers = device_map(
        address, (size_t)CONSOLES_MAX * VIRTIO_MMIO_SIZE, DEVICE_UNCACHED);

    while (registers != NULL && found < CONSOLES_MAX &&
           virtio_find_in_memory(registers + (size_t)found * VIRTIO_MMIO_SIZE,
                                 VIRTIO_CONSOLE, &devices[found])) {
        found++;
    }
    return found;
}

static unsigned find(struct virtio_device *devices)
{
    if (strcmp(option_string(OPTION_VIRTIO), "pci") == 0) {
        return virtio_find_consoles(devices, CONSOLES_MAX);
    }
    uint64_t address = option_number(OPTION_VIRTIO, PADDR_NONE);
    return address == PADDR_NONE ? 0 : find_in_memory(address, devices);
}

/* The kernel's image lies in one piece. */
static bool start(struct virtio_console *console,
                  const struct virtio_device *device)
{
    paddr_t address = (uintptr_t)console - KERNEL_BASE;
    int error = virtio_console_init(console, device, address);

    if (error != 0) {
        log_warn("a console of virtio can't be used: %s", errno_name(-error));
        return false;
    }
    if (device->irq != VIRTIO_NO_IRQ) {
        pic_unmask(device->irq);
    }
    return true;
}

void virtio_consoles_init(void)
{
    struct virtio_device devices[CONSOLES_MAX];

    if (!option_is_set(OPTION_VIRTIO)) {
        return;
    }
    unsigned count = find(devices);
    if (count == 0) {
        log_warn("virtio=%s: no console there", option_string(OPTION_VIRTIO));
    }
    if (count > 0 && start(&consoles[0], &devices[0])) {
        log_info("console: by virtio, with %s", devices[0].irq != VIRTIO_NO_IRQ
                                                    ? "interrupts"
                                                    : "looks at each tick");
        console_add_virtio(&consoles[0]);
    }
    if (count > 1 && start(&consoles[1], &devices[1])) {
        console_add_errors(&consoles[1]);
    }
}
