/* The legacy interface of virtio. */
#include "drivers/virtio.h"

#include "drivers/pci.h"
#include "drivers/pic.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

#define PCI_CONSOLE       0x10031af4u /* device and vendor of a legacy one */

/* Registers on PCI, as offsets from the port. */
#define PORT_FEATURES     4  /* of the driver */
#define PORT_QUEUE_FRAME  8  /* where the selected queue lies, in 4096 bytes */
#define PORT_QUEUE_SIZE   12 /* two bytes, in entries */
#define PORT_QUEUE_SELECT 14 /* two bytes */
#define PORT_NOTIFY       16 /* two bytes */
#define PORT_STATUS       18 /* one byte */
#define PORT_INTERRUPT    19 /* one byte: to read it acknowledges */

/* Registers in memory. */
#define MMIO_MAGIC        0x000
#define MMIO_VERSION      0x004
#define MMIO_KIND         0x008
#define MMIO_FEATURES     0x020
#define MMIO_PAGE_SIZE    0x028
#define MMIO_QUEUE_SELECT 0x030
#define MMIO_QUEUE_MAX    0x034
#define MMIO_QUEUE_SIZE   0x038
#define MMIO_QUEUE_ALIGN  0x03c
#define MMIO_QUEUE_FRAME  0x040
#define MMIO_NOTIFY       0x050
#define MMIO_INTERRUPT    0x060
#define MMIO_ACKNOWLEDGE  0x064
#define MMIO_STATUS       0x070

#define MAGIC             0x74726976u /* "virt" */
#define VERSION_LEGACY    1u

/* 2.1 */
#define STATUS_RESET      0
#define STATUS_SEEN       BIT(0)
#define STATUS_DRIVER     BIT(1)
#define STATUS_DRIVER_OK  BIT(2)

static uint32_t mmio_read(const struct virtio_device *device, size_t offset)
{
    const volatile uint8_t *at = device->registers;
    return *(const volatile uint32_t *)(at + offset);
}

static void mmio_write(const struct virtio_device *device, size_t offset,
                       uint32_t value)
{
    volatile uint8_t *at = device->registers;
    *(volatile uint32_t *)(at + offset) = value;
}

static uint16_t port_of(const struct virtio_device *device, unsigned offset)
{
    return (uint16_t)(device->port + offset);
}

static struct virtio_device open_function(struct pci_function at)
{
    unsigned line = pci_read(at, PCI_INTERRUPT) & PCI_INTERRUPT_LINE;
    uint32_t command = pci_read(at, PCI_COMMAND);
    pci_write(at, PCI_COMMAND, command | PCI_COMMAND_IO | PCI_COMMAND_MASTER);
    return (struct virtio_device){
        .port = (uint16_t)(pci_read(at, PCI_BAR0) & PCI_BAR_IO_PORT),
        .irq = line < PIC_IRQS ? line : VIRTIO_NO_IRQ,
    };
}

static bool is_console(struct pci_function at)
{
    return pci_read(at, PCI_IDS) == PCI_CONSOLE &&
           (pci_read(at, PCI_BAR0) & PCI_BAR_IO) != 0 &&
           (pci_read(at, PCI_BAR0) & PCI_BAR_IO_PORT) != 0;
}

unsigned virtio_find_consoles(struct virtio_device *devices, unsigned count)
{
    struct pci_walk walk = {.has_begun = false};
    unsigned found = 0;

    while (pci_next(&walk)) {
        struct pci_function at = walk.at;
        if (found < count && is_console(at)) {
            devices[found++] = open_function(at);
            continue;
        }
        uint32_t command = pci_read(at, PCI_COMMAND) & UINT16_MAX;
        pci_write(at, PCI_COMMAND, command | PCI_COMMAND_NO_INTX);
    }
    return found;
}

bool virtio_find_in_memory(volatile void *registers, unsigned kind,
                           struct virtio_device *device)
{
    *device = (struct virtio_device){
        .registers = registers,
        .irq = VIRTIO_NO_IRQ,
    };
    return mmio_read(device, MMIO_MAGIC) == MAGIC &&
           mmio_read(device, MMIO_VERSION) == VERSION_LEGACY &&
           mmio_read(device, MMIO_KIND) == kind;
}

static void set_status(const struct virtio_device *device, uint64_t status)
{
    if (device->registers != NULL) {
        mmio_write(device, MMIO_STATUS, (uint32_t)status);
    } else {
        outb(port_of(device, PORT_STATUS), (uint8_t)status);
    }
}

void virtio_begin(const struct virtio_device *device)
{
    set_status(device, STATUS_RESET);
    set_status(device, STATUS_SEEN);
    set_status(device, STATUS_SEEN | STATUS_DRIVER);
    if (device->registers != NULL) {
        mmio_write(device, MMIO_FEATURES, 0);
        mmio_write(device, MMIO_PAGE_SIZE, VIRTIO_QUEUE_ALIGNMENT);
    } else {
        outl(port_of(device, PORT_FEATURES), 0);
    }
}

static unsigned select_queue(const struct virtio_device *device, unsigned index)
{
    if (device->registers != NULL) {
        mmio_write(device, MMIO_QUEUE_SELECT, index);
        return MIN(mmio_read(device, MMIO_QUEUE_MAX), VIRTIO_QUEUE_ENTRIES);
    }
    outw(port_of(device, PORT_QUEUE_SELECT), (uint16_t)index);
    return inw(port_of(device, PORT_QUEUE_SIZE));
}

int virtio_set_queue(const struct virtio_device *device, unsigned index,
                     struct virtio_queue *queue, void *memory, paddr_t address)
{
    unsigned entries = select_queue(device, index);
    uint64_t frame = address / VIRTIO_QUEUE_ALIGNMENT;

    if (frame > UINT32_MAX || !virtio_queue_init(queue, memory, entries)) {
        return -ENODEV;
    }
    if (device->registers != NULL) {
        mmio_write(device, MMIO_QUEUE_SIZE, entries);
        mmio_write(device, MMIO_QUEUE_ALIGN, VIRTIO_QUEUE_ALIGNMENT);
        mmio_write(device, MMIO_QUEUE_FRAME, (uint32_t)frame);
    } else {
        outl(port_of(device, PORT_QUEUE_FRAME), (uint32_t)frame);
    }
    return 0;
}

void virtio_finish(const struct virtio_device *device)
{
    set_status(device, STATUS_SEEN | STATUS_DRIVER | STATUS_DRIVER_OK);
}

void virtio_notify(const struct virtio_device *device, unsigned index)
{
    if (device->registers != NULL) {
        mmio_write(device, MMIO_NOTIFY, index);
    } else {
        outw(port_of(device, PORT_NOTIFY), (uint16_t)index);
    }
}

void virtio_acknowledge(const struct virtio_device *device)
{
    if (device->registers == NULL) {
        (void)inb(port_of(device, PORT_INTERRUPT));
        return;
    }
    uint32_t reasons = mmio_read(device, MMIO_INTERRUPT);
    if (reasons != 0) {
        mmio_write(device, MMIO_ACKNOWLEDGE, reasons);
    }
}
