/* Commands to a controller, one at a time. (xHCI 1.2, 4.6.) */
#include "drivers/usb/xhci_priv.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* The address device command asks the device itself, which may take as long as
 * any request. */
#define COMMAND_TIME 5000000000ull

static paddr_t memory_of(const struct xhci_device *device, size_t offset)
{
    return device->address + offset;
}

static void init_ring(struct xhci_device *device, unsigned number)
{
    struct xhci_trb *blocks = device->memory->rings[number];
    size_t offset = (size_t)((uint8_t *)blocks - (uint8_t *)device->memory);

    xhci_ring_init(&device->endpoints[number].ring, blocks,
                   memory_of(device, offset), XHCI_RING_BLOCKS);
}

/* Memory that a device has had stays with its place in the table. */
static bool init_device(struct xhci_device *device, struct usb_device *usb)
{
    struct xhci_device_memory *memory = device->memory;
    paddr_t address = device->address;

    if (memory == NULL) {
        memory = xhci_memory_alloc(sizeof(*memory), &address);
    }
    if (memory == NULL) {
        return false;
    }
    *device = (struct xhci_device){
        .device = usb,
        .memory = memset(memory, 0, sizeof(*memory)),
        .address = address,
        .wanted = XHCI_ENABLE_SLOT,
        .endpoints[0].index = XHCI_ENDPOINT_0,
    };
    init_ring(device, 0);
    usb->control = memory->control;
    usb->pipes[USB_PIPE_IN] = memory->pipes[USB_PIPE_IN];
    usb->pipes[USB_PIPE_OUT] = memory->pipes[USB_PIPE_OUT];
    return true;
}

void usb_host_address(struct usb_device *usb)
{
    if (!init_device(xhci_device_of(usb), usb)) {
        usb_done(usb, -ENOMEM, 0);
    }
}

void usb_host_set_packet_size(struct usb_device *usb)
{
    xhci_device_of(usb)->wanted = XHCI_EVALUATE;
}

void usb_host_configure(struct usb_device *usb)
{
    struct xhci_device *device = xhci_device_of(usb);

    for (enum usb_pipe pipe = 0; pipe < USB_PIPES; pipe++) {
        unsigned number = usb->function.pipes[pipe].address & 0xfu;
        if (number != 0) {
            device->endpoints[1 + pipe].index =
                2 * number + (pipe == USB_PIPE_IN ? 1 : 0);
            init_ring(device, 1 + pipe);
        }
    }
    device->wanted = XHCI_CONFIGURE;
}

void usb_host_set_hub(struct usb_device *usb)
{
    xhci_device_of(usb)->wanted = XHCI_CONFIGURE;
}

static void let_go(struct xhci_device *device)
{
    struct usb_device *usb = device->device;

    device->device = NULL;
    device->slot = 0;
    device->is_leaving = false;
    usb_released(usb);
}

void usb_host_release(struct usb_device *usb)
{
    struct xhci *xhci = xhci_of(usb->host);
    struct xhci_device *device = xhci_device_of(usb);
    bool is_known = device->device == usb;

    if (!is_known) {
        usb_released(usb); /* there was no memory for it */
    } else if (xhci->state == XHCI_DEAD ||
               (device->slot == 0 && xhci->commanding != device)) {
        let_go(device);
    } else {
        device->is_leaving = true;
        device->wanted = XHCI_DISABLE_SLOT;
    }
}

static uint64_t parameter_of(struct xhci *xhci, struct xhci_device *device,
                             unsigned command, unsigned number)
{
    switch (command) {
    case XHCI_ADDRESS_DEVICE:
    case XHCI_CONFIGURE:
    case XHCI_EVALUATE:
        xhci_build_input(xhci, device, command);
        return xhci->address + offsetof(struct xhci_memory, input);
    case XHCI_SET_DEQUEUE:
        return xhci_ring_dequeue(&device->endpoints[number].ring);
    default:
        return 0;
    }
}

/* COMMAND for DEVICE, or for its endpoint NUMBER where it is about one. */
static void issue(struct xhci *xhci, struct xhci_device *device,
                  unsigned command, unsigned number, uint64_t now)
{
    bool is_about_endpoint =
        command == XHCI_RESET_ENDPOINT || command == XHCI_SET_DEQUEUE;
    uint32_t control = command << XHCI_TRB_TYPE_SHIFT | device->slot
                                                            << XHCI_SLOT_SHIFT;

    if (is_about_endpoint) {
        control |= device->endpoints[number].index << XHCI_ENDPOINT_SHIFT;
    }
    xhci->commanding = device;
    xhci->command = command;
    xhci->command_endpoint = number;
    xhci->command_deadline = now + COMMAND_TIME;
    xhci->command_block =
        xhci_ring_push(&xhci->commands,
                       parameter_of(xhci, device, command, number), 0, control);
    xhci->doorbells[0] = 0;
}

/* The next command for DEVICE. Returns whether there was one. */
static bool issue_next(struct xhci *xhci, struct xhci_device *device,
                       uint64_t now)
{
    for (unsigned i = 0; i < ARRAY_COUNT(device->halting); i++) {
        if (device->halting[i] != XHCI_NOT_HALTED && !device->is_leaving) {
            issue(xhci, device,
                  device->halting[i] == XHCI_HALTED ? XHCI_RESET_ENDPOINT
                                                    : XHCI_SET_DEQUEUE,
                  i, now);
            return true;
        }
    }
    if (device->wanted != 0) {
        unsigned command = device->wanted;
        device->wanted = 0;
        issue(xhci, device, command, 0, now);
        return true;
    }
    return false;
}

void xhci_commands_poll(struct xhci *xhci, uint64_t now)
{
    if (xhci->commanding != NULL) {
        if (now >= xhci->command_deadline) {
            xhci_fail(xhci, "does not carry out a command");
        }
        return;
    }
    for (unsigned i = 0; i < USB_DEVICES_MAX; i++) {
        struct xhci_device *device = &xhci_devices[i];
        if (device->device != NULL && device->device->host == &xhci->host &&
            issue_next(xhci, device, now)) {
            return;
        }
    }
}

static void slot_enabled(struct xhci *xhci, struct xhci_device *device,
                         unsigned slot, int error)
{
    bool is_good = error == 0 && slot != 0 && slot <= xhci->slots &&
                   xhci_device_in(xhci, slot) == NULL;

    if (is_good) {
        device->slot = slot;
        xhci->memory->contexts[slot] =
            memory_of(device, offsetof(struct xhci_device_memory, contexts));
    }
    if (device->is_leaving) {
        return;
    }
    if (is_good) {
        device->wanted = XHCI_ADDRESS_DEVICE;
    } else {
        usb_done(device->device, -EIO, 0);
    }
}

static void command_done(struct xhci *xhci, struct xhci_device *device,
                         unsigned slot, int error)
{
    unsigned number = xhci->command_endpoint;

    switch (xhci->command) {
    case XHCI_ENABLE_SLOT:
        slot_enabled(xhci, device, slot, error);
        break;
    case XHCI_DISABLE_SLOT:
        xhci->memory->contexts[device->slot] = 0;
        let_go(device);
        return;
    case XHCI_RESET_ENDPOINT:
        device->halting[number] = XHCI_IS_RESET;
        break;
    case XHCI_SET_DEQUEUE:
        device->halting[number] = XHCI_NOT_HALTED;
        xhci_endpoint_is_back(device, number);
        break;
    default:
        usb_done(device->device, error, 0);
        break;
    }
    if (device->is_leaving && device->slot == 0) {
        device->wanted = 0;
        let_go(device);
    }
}

void xhci_command_event(struct xhci *xhci, const struct xhci_trb *event)
{
    struct xhci_device *device = xhci->commanding;
    unsigned code = event->status >> XHCI_CODE_SHIFT;

    if (device == NULL || event->parameter != xhci->command_block) {
        return;
    }
    xhci->commanding = NULL;
    command_done(xhci, device, event->control >> XHCI_SLOT_SHIFT,
                 code == XHCI_SUCCESS ? 0 : -EIO);
}
