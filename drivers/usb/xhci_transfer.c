/* Transfers: one at a time for each endpoint. (xHCI 1.2, 4.11.2 and 6.4.1.) */
#include "drivers/usb/xhci_priv.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* In the control word of a block. */
#define INTERRUPT_ON_SHORT BIT(2)
#define INTERRUPT_ON_END   BIT(5)
#define IMMEDIATE          BIT(6)
#define DIRECTION_IN       BIT(16)
#define TRANSFER_SHIFT     16 /* of a setup block: which way its data go */
#define TRANSFER_NONE      0u
#define TRANSFER_OUT       2u
#define TRANSFER_IN        3u

/* In the status word of an event. */
#define LEFT               0xffffffu
#define ENDPOINT           0x1fu

static uint32_t type_of(unsigned type)
{
    return type << XHCI_TRB_TYPE_SHIFT;
}

static void ring_doorbell(const struct xhci_device *device, unsigned number)
{
    struct xhci *xhci = xhci_of(device->device->host);

    xhci->doorbells[device->slot] = device->endpoints[number].index;
}

static paddr_t push_setup(struct xhci_ring *ring, const struct usb_setup *setup,
                          bool is_in)
{
    unsigned transfer = is_in ? TRANSFER_IN : TRANSFER_OUT;
    uint64_t bytes;

    memcpy(&bytes, setup, sizeof(bytes));
    if (setup->length == 0) {
        transfer = TRANSFER_NONE;
    }
    return xhci_ring_push(ring, bytes, sizeof(bytes),
                          type_of(XHCI_SETUP) | (uint32_t)IMMEDIATE |
                              transfer << TRANSFER_SHIFT);
}

void usb_host_control(struct usb_device *usb, const struct usb_setup *setup)
{
    struct xhci_device *device = xhci_device_of(usb);
    struct xhci_endpoint *endpoint = &device->endpoints[0];
    struct xhci_ring *ring = &endpoint->ring;
    bool is_in = (setup->type & USB_TO_HOST) != 0;
    paddr_t buffer =
        device->address + offsetof(struct xhci_device_memory, control);

    endpoint->requested = setup->length;
    endpoint->left = 0;
    endpoint->data = 0;
    endpoint->first = push_setup(ring, setup, is_in);
    if (setup->length != 0) {
        endpoint->data =
            xhci_ring_push(ring, buffer, setup->length,
                           type_of(XHCI_DATA) | (uint32_t)INTERRUPT_ON_SHORT |
                               (is_in ? (uint32_t)DIRECTION_IN : 0));
    }
    bool is_status_in = !is_in || setup->length == 0;
    endpoint->last =
        xhci_ring_push(ring, 0, 0,
                       type_of(XHCI_STATUS_STAGE) | (uint32_t)INTERRUPT_ON_END |
                           (is_status_in ? (uint32_t)DIRECTION_IN : 0));
    ring_doorbell(device, 0);
}

void usb_host_transfer(struct usb_device *usb, enum usb_pipe pipe, size_t size)
{
    struct xhci_device *device = xhci_device_of(usb);
    struct xhci_endpoint *endpoint = &device->endpoints[1 + pipe];
    paddr_t buffer = device->address +
                     offsetof(struct xhci_device_memory, pipes) +
                     (size_t)pipe * USB_PACKET_MAX;

    if (endpoint->index == 0 || endpoint->last != 0) {
        return;
    }
    endpoint->requested = size;
    endpoint->left = 0;
    endpoint->data = 0;
    endpoint->last = endpoint->first =
        xhci_ring_push(&endpoint->ring, buffer, (uint32_t)size,
                       type_of(XHCI_NORMAL) | (uint32_t)INTERRUPT_ON_SHORT |
                           (uint32_t)INTERRUPT_ON_END);
    ring_doorbell(device, 1 + pipe);
}

/* What ran at endpoint NUMBER is over. */
static void finish(struct xhci_device *device, unsigned number, int error)
{
    struct xhci_endpoint *endpoint = &device->endpoints[number];
    size_t size = endpoint->requested - endpoint->left;

    endpoint->first = endpoint->data = endpoint->last = 0;
    if (number == 0) {
        usb_done(device->device, error, size);
    } else {
        usb_pipe_done(device->device, (enum usb_pipe)(number - 1), error, size);
    }
}

void xhci_endpoint_is_back(struct xhci_device *device, unsigned number)
{
    finish(device, number, device->endpoints[number].error);
}

static struct xhci_endpoint *find_endpoint(struct xhci_device *device,
                                           unsigned index)
{
    for (unsigned i = 0; i < ARRAY_COUNT(device->endpoints); i++) {
        if (index != 0 && device->endpoints[i].index == index) {
            return &device->endpoints[i];
        }
    }
    return NULL;
}

static bool is_of(const struct xhci_endpoint *endpoint, paddr_t block)
{
    return block != 0 && (block == endpoint->first || block == endpoint->data ||
                          block == endpoint->last);
}

void xhci_transfer_event(struct xhci *xhci, const struct xhci_trb *event)
{
    unsigned code = event->status >> XHCI_CODE_SHIFT;
    struct xhci_device *device =
        xhci_device_in(xhci, event->control >> XHCI_SLOT_SHIFT);

    if (device == NULL || device->is_leaving) {
        return;
    }
    struct xhci_endpoint *endpoint =
        find_endpoint(device, event->control >> XHCI_ENDPOINT_SHIFT & ENDPOINT);
    if (endpoint == NULL || !is_of(endpoint, event->parameter)) {
        return;
    }
    unsigned number = (unsigned)(endpoint - device->endpoints);
    if (code != XHCI_SUCCESS && code != XHCI_SHORT_PACKET) {
        endpoint->error = code == XHCI_STALL ? -EPIPE : -EIO;
        endpoint->left = endpoint->requested;
        device->halting[number] = XHCI_HALTED;
        return;
    }
    if (event->parameter == endpoint->data || number != 0) {
        endpoint->left =
            MIN((size_t)(event->status & LEFT), endpoint->requested);
    }
    if (event->parameter == endpoint->last) {
        finish(device, number, 0);
    }
}
