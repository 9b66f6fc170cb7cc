/* USB controllers on PCI, given to their driver. */
#include "kernel/usb.h"

#include "drivers/console.h"
#include "drivers/pci.h"
#include "drivers/usb/xhci.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "mm/byte_map.h"
#include "mm/kernel_map.h"
#include "mm/layout.h"

/* Not all controllers know more than 32 bits of address. */
#define DMA_LIMIT       (4 * GIB)

#define CONTROLLERS_MAX 8u
#define NAME_SIZE       16u

static char names[CONTROLLERS_MAX][NAME_SIZE];
static unsigned controller_count;

static bool has_memory(void)
{
    static paddr_t memory = PADDR_NONE;

    if (memory == PADDR_NONE) {
        memory = byte_map_alloc_below(1, DMA_LIMIT, BYTE_MAP_KERNEL);
        if (memory == PADDR_NONE) {
            log_warn("usb: no memory for it below 4 GiB");
            return false;
        }
        xhci_give_memory(direct_map(memory), memory, LARGE_PAGE_SIZE);
    }
    return true;
}

static bool is_xhci(struct pci_function at)
{
    return pci_read(at, PCI_CLASS) >> PCI_CLASS_SHIFT == XHCI_PCI_CLASS;
}

/* Its registers, mapped, or NULL. */
static volatile void *open_function(struct pci_function at)
{
    paddr_t address =
        pci_bar_address(pci_read(at, PCI_BAR0), pci_read(at, PCI_BAR0 + 4));
    uint32_t command = pci_read(at, PCI_COMMAND) & UINT16_MAX;

    if (address == PADDR_NONE) {
        return NULL;
    }
    pci_write(at, PCI_COMMAND,
              command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
                  PCI_COMMAND_NO_INTX);
    return device_map(address, XHCI_REGISTERS_MAX, DEVICE_UNCACHED);
}

static void add(struct pci_function at)
{
    char *name = names[controller_count++];

    snprintf(name, NAME_SIZE, "%04x:%02x:%02x.%u", at.segment, at.bus,
             at.device, at.function);
    volatile void *registers = open_function(at);
    if (registers == NULL) {
        log_warn("usb: the firmware gave the xHCI at %s no address: not used",
                 name);
        return;
    }
    int error = xhci_add(registers, name);
    if (error != 0) {
        log_warn("usb: the xHCI at %s is not used: %s", name,
                 errno_name(-error));
    }
}

/* The one line that there is belongs to a debugger first. */
static void add_console(void)
{
    if (option_choice(OPTION_GDB) == OPTION_GDB_USB) {
        log_warn("usb=console: the debugger has the serial adapter (gdb=usb)");
        return;
    }
    console_add_usb();
}

void usb_init(void)
{
    struct pci_walk walk = {.has_begun = false};

    if (option_choice(OPTION_USB) == OPTION_USB_OFF) {
        return;
    }
    if (option_choice(OPTION_USB) == OPTION_USB_CONSOLE) {
        add_console();
    }
    while (controller_count < CONTROLLERS_MAX && pci_next(&walk)) {
        if (is_xhci(walk.at) && has_memory()) {
            add(walk.at);
        }
    }
}
