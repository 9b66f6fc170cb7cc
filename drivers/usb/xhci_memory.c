/* Memory that controllers and devices read and write. */
#include "drivers/usb/xhci_priv.h"

#include "kernel/lib.h"

static uint8_t *memory_next, *memory_end;
static paddr_t memory_address; /* of memory_next */

struct xhci_device xhci_devices[USB_DEVICES_MAX];

static_assert(sizeof(struct xhci_device_memory) == 2 * FRAME_SIZE,
              "two frames a device");
static_assert(offsetof(struct xhci_memory, segment) % 64 == 0, "6.5");
static_assert(offsetof(struct xhci_memory, input) % 64 == 0, "6.2.5");
static_assert(offsetof(struct xhci_memory, commands) % 64 == 0, "6.1");

void xhci_give_memory(void *memory, paddr_t address, size_t size)
{
    memory_next = memory;
    memory_end = memory_next + size;
    memory_address = address;
}

void *xhci_memory_alloc(size_t size, paddr_t *address)
{
    size_t whole = align_up(size, FRAME_SIZE);
    void *memory = memory_next;

    if (whole > (size_t)(memory_end - memory_next)) {
        return NULL;
    }
    *address = memory_address;
    memory_next += whole;
    memory_address += whole;
    return memset(memory, 0, whole);
}

struct xhci_device *xhci_device_of(struct usb_device *device)
{
    return &xhci_devices[device - usb_devices];
}

struct xhci_device *xhci_device_in(const struct xhci *xhci, unsigned slot)
{
    for (unsigned i = 0; i < USB_DEVICES_MAX && slot != 0; i++) {
        struct xhci_device *device = &xhci_devices[i];
        if (device->device != NULL && device->slot == slot &&
            device->device->host == &xhci->host) {
            return device;
        }
    }
    return NULL;
}
