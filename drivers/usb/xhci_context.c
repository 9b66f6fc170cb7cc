/* The contexts by which a controller is told of a device. (xHCI 1.2, 6.2.) */
#include "drivers/usb/xhci_priv.h"
#include "kernel/lib.h"

/* The input control context (6.2.5.1): words. */
#define CONTROL_ADD           1
#define ADD_SLOT              BIT(0)
#define ADD_ENDPOINT_0        BIT(1)

/* The slot context (6.2.2), by words. */
#define SLOT_SPEED_SHIFT      20
#define SLOT_HUB              BIT(26)
#define SLOT_ENTRIES_SHIFT    27
#define SLOT_ROOT_PORT_SHIFT  16 /* in word 1 */
#define SLOT_PORTS_SHIFT      24 /* in word 1 */
#define SLOT_TRANSLATOR_SHIFT 8  /* in word 2: its port, above its slot */

/* An endpoint's context (6.2.3), by words. */
#define INTERVAL_SHIFT        16
#define ERRORS_3              (3u << 1) /* in word 1 */
#define KIND_SHIFT            3         /* in word 1 */
#define KIND_BULK_OUT         2u
#define KIND_CONTROL          4u
#define KIND_BULK_IN          6u
#define KIND_INTERRUPT_IN     7u
#define PACKET_SIZE_SHIFT     16 /* in word 1 */
#define AVERAGE_CONTROL       8u /* in word 4: bytes (4.14.1.1) */
#define PAYLOAD_SHIFT         16 /* in word 4 */

/* Intervals count in exponents of 125 us: those of full and low speed may be 1
 * to 256 ms (6.2.3.6). */
#define INTERVAL_SLOW_MIN     3u
#define INTERVAL_SLOW_MAX     10u
#define INTERVAL_FAST_MAX     15u
#define FRAME_EIGHTHS         8u

static uint32_t *input_context(struct xhci *xhci, unsigned index)
{
    return (uint32_t *)(xhci->memory->input +
                        (size_t)(index + 1) * xhci->context_size);
}

static unsigned interval_of(enum usb_speed speed,
                            const struct usb_endpoint *endpoint)
{
    unsigned interval = MAX(endpoint->interval, 1u);

    if (!endpoint->is_interrupt) {
        return 0;
    }
    if (speed == USB_SPEED_HIGH || speed == USB_SPEED_SUPER) {
        return MIN(interval - 1, INTERVAL_FAST_MAX);
    }
    unsigned exponent = 31u - (unsigned)__builtin_clz(interval * FRAME_EIGHTHS);
    return MIN(MAX(exponent, INTERVAL_SLOW_MIN), INTERVAL_SLOW_MAX);
}

static unsigned kind_of(const struct usb_endpoint *endpoint, enum usb_pipe pipe)
{
    if (endpoint->is_interrupt) {
        return KIND_INTERRUPT_IN;
    }
    return pipe == USB_PIPE_IN ? KIND_BULK_IN : KIND_BULK_OUT;
}

static void build_slot(struct xhci *xhci, const struct xhci_device *device,
                       unsigned entries)
{
    uint32_t *context = input_context(xhci, 0);
    const struct usb_device *usb = device->device;
    struct usb_place place = usb_place_of(usb);
    bool is_hub =
        usb->step == USB_STEP_DRIVER && usb->function.kind == USB_KIND_HUB;

    context[0] = place.route | (uint32_t)usb->speed << SLOT_SPEED_SHIFT |
                 (uint32_t)entries << SLOT_ENTRIES_SHIFT |
                 (is_hub ? (uint32_t)SLOT_HUB : 0);
    context[1] = (uint32_t)place.root_port << SLOT_ROOT_PORT_SHIFT |
                 (is_hub ? usb->as_hub.count << SLOT_PORTS_SHIFT : 0);
    if (place.translator != NULL) {
        const struct xhci_device *hub =
            &xhci_devices[place.translator - usb_devices];
        context[2] = hub->slot | place.translator_port << SLOT_TRANSLATOR_SHIFT;
    }
}

static void build_endpoint_0(struct xhci *xhci, struct xhci_device *device)
{
    uint32_t *context = input_context(xhci, XHCI_ENDPOINT_0);
    uint64_t dequeue = xhci_ring_dequeue(&device->endpoints[0].ring);

    context[1] = ERRORS_3 | KIND_CONTROL << KIND_SHIFT |
                 (uint32_t)device->device->packet_size << PACKET_SIZE_SHIFT;
    context[2] = (uint32_t)dequeue;
    context[3] = (uint32_t)(dequeue >> 32);
    context[4] = AVERAGE_CONTROL;
}

static void build_pipe(struct xhci *xhci, const struct xhci_device *device,
                       enum usb_pipe pipe)
{
    const struct usb_device *usb = device->device;
    const struct usb_endpoint *endpoint = &usb->function.pipes[pipe];
    const struct xhci_endpoint *ours = &device->endpoints[1 + pipe];
    uint64_t dequeue = xhci_ring_dequeue(&ours->ring);
    uint32_t *context = input_context(xhci, ours->index);
    unsigned size = endpoint->packet_size;

    context[0] = interval_of(usb->speed, endpoint) << INTERVAL_SHIFT;
    context[1] = ERRORS_3 | kind_of(endpoint, pipe) << KIND_SHIFT |
                 size << PACKET_SIZE_SHIFT;
    context[2] = (uint32_t)dequeue;
    context[3] = (uint32_t)(dequeue >> 32);
    context[4] = size | (endpoint->is_interrupt ? size << PAYLOAD_SHIFT : 0);
}

static void build_pipes(struct xhci *xhci, const struct xhci_device *device,
                        uint32_t *add)
{
    for (enum usb_pipe pipe = 0; pipe < USB_PIPES; pipe++) {
        unsigned index = device->endpoints[1 + pipe].index;
        if (index != 0) {
            build_pipe(xhci, device, pipe);
            *add |= (uint32_t)BIT(index);
        }
    }
}

static unsigned last_index(const struct xhci_device *device)
{
    unsigned last = XHCI_ENDPOINT_0;

    for (unsigned i = 0; i < ARRAY_COUNT(device->endpoints); i++) {
        last = MAX(last, device->endpoints[i].index);
    }
    return last;
}

void xhci_build_input(struct xhci *xhci, struct xhci_device *device,
                      unsigned command)
{
    uint32_t *add = (uint32_t *)xhci->memory->input + CONTROL_ADD;

    memset(xhci->memory->input, 0, sizeof(xhci->memory->input));
    switch (command) {
    case XHCI_ADDRESS_DEVICE:
        *add = ADD_SLOT | ADD_ENDPOINT_0;
        build_endpoint_0(xhci, device);
        break;
    case XHCI_EVALUATE:
        *add = ADD_ENDPOINT_0;
        build_endpoint_0(xhci, device);
        break;
    default:
        *add = ADD_SLOT;
        if (device->device->step != USB_STEP_DRIVER) {
            build_pipes(xhci, device, add);
        }
        break;
    }
    build_slot(xhci, device, last_index(device));
}
