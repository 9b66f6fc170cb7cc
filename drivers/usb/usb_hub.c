/* The driver of hubs. (USB 2.0, chapter 11.) */
#include "drivers/usb/usb_driver.h"
#include "kernel/lib.h"

/* Requests (11.24.2). */
#define GET_STATUS       0
#define CLEAR_FEATURE    1
#define SET_FEATURE      3
#define GET_DESCRIPTOR   6

#define DESCRIPTOR_HUB   0x2900
#define DESCRIPTOR_SIZE  8u /* what is read of it */
#define DESCRIPTOR_PORTS 2
#define DESCRIPTOR_POWER 5 /* in 2 ms: from power on to power good */
#define DESCRIPTOR_USED  6u

#define PORT_RESET       4
#define PORT_POWER       8
#define PORT_CHANGES     16 /* the feature of the first change */

/* The status of a port (11.24.2.7). */
#define STATUS_SIZE      4u
#define STATUS_CONNECTED BIT(0)
#define STATUS_ENABLED   BIT(1)
#define STATUS_LOW       BIT(9)
#define STATUS_HIGH      BIT(10)
#define CHANGE_CONNECTED BIT(0)
#define CHANGE_RESET     BIT(4)
#define CHANGES          0x1fu

#define POWER_UNIT       2000000ull
#define POWER_TIME_MIN   100000000ull

enum step {
    STEP_DESCRIPTOR,
    STEP_SET_HUB,
    STEP_POWER,
    STEP_READY,
    STEP_STATUS,
    STEP_CLEAR,
    STEP_RESET,
};

static struct usb_port *port_of(struct usb_hub *hub)
{
    return &hub->ports[hub->port - 1];
}

static struct usb_port_status *seen_of(struct usb_hub *hub)
{
    return &hub->seen[hub->port - 1];
}

static void ask_port(struct usb_device *device, enum step step,
                     unsigned request, unsigned feature)
{
    const struct usb_setup setup = {
        .type = (uint8_t)(USB_CLASS | USB_TO_OTHER |
                          (step == STEP_STATUS ? USB_TO_HOST : 0)),
        .request = (uint8_t)request,
        .value = (uint16_t)feature,
        .index = (uint16_t)device->as_hub.port,
        .length = step == STEP_STATUS ? STATUS_SIZE : 0,
    };
    device->as_hub.step = step;
    usb_control(device, &setup);
}

static void listen(struct usb_device *device)
{
    size_t bytes = device->as_hub.count / 8 + 1;
    size_t packet = device->function.pipes[USB_PIPE_IN].packet_size;

    usb_host_transfer(device, USB_PIPE_IN, MAX(bytes, MIN(packet, 64u)));
}

static void start(struct usb_device *device)
{
    const struct usb_setup setup = {
        .type = USB_TO_HOST | USB_CLASS,
        .request = GET_DESCRIPTOR,
        .value = DESCRIPTOR_HUB,
        .length = DESCRIPTOR_SIZE,
    };
    device->as_hub = (struct usb_hub){.step = STEP_DESCRIPTOR};
    usb_control(device, &setup);
}

static void take_descriptor(struct usb_device *device, int status, size_t size)
{
    struct usb_hub *hub = &device->as_hub;

    if (status != 0 || size < DESCRIPTOR_USED) {
        usb_give_up(device, "the hub says nothing of itself");
        return;
    }
    hub->count = MIN(device->control[DESCRIPTOR_PORTS], USB_HUB_PORTS);
    hub->ready_at = device->control[DESCRIPTOR_POWER] * POWER_UNIT;
    hub->step = STEP_SET_HUB;
    usb_begin(device);
    usb_host_set_hub(device);
}

/* Switches the next port on; behind the last one, all are to be asked. */
static void next_power(struct usb_device *device)
{
    struct usb_hub *hub = &device->as_hub;

    if (hub->port < hub->count) {
        hub->port++;
        ask_port(device, STEP_POWER, SET_FEATURE, PORT_POWER);
        return;
    }
    hub->step = STEP_READY;
    hub->ready_at = usb_now() + MAX(hub->ready_at, POWER_TIME_MIN);
    hub->changed = (uint32_t)BIT(hub->count + 1) - 2;
    listen(device);
}

static void run_port(struct usb_device *device)
{
    struct usb_hub *hub = &device->as_hub;
    const struct usb_socket socket = {
        .host = device->host,
        .hub = device,
        .port = port_of(hub),
        .number = hub->port,
        .speed = (enum usb_speed)hub->speeds[hub->port - 1],
    };
    struct usb_port_status status = *seen_of(hub);

    seen_of(hub)->has_changed = false;
    seen_of(hub)->is_reset = false;
    hub->step = STEP_READY;
    if (usb_port_run(&socket, status)) {
        ask_port(device, STEP_RESET, SET_FEATURE, PORT_RESET);
    }
}

/* Takes the next change back that the port still shows; then acts on it. */
static void next_clear(struct usb_device *device)
{
    struct usb_hub *hub = &device->as_hub;

    if (hub->status == 0) {
        run_port(device);
        return;
    }
    unsigned change = (unsigned)__builtin_ctz(hub->status);
    hub->status &= hub->status - 1;
    ask_port(device, STEP_CLEAR, CLEAR_FEATURE, PORT_CHANGES + change);
}

static void take_status(struct usb_device *device)
{
    struct usb_hub *hub = &device->as_hub;
    const uint8_t *bytes = device->control;
    unsigned status = bytes[0] | (unsigned)bytes[1] << 8;
    unsigned changes = bytes[2] & CHANGES;

    *seen_of(hub) = (struct usb_port_status){
        .is_connected = (status & STATUS_CONNECTED) != 0,
        .is_enabled = (status & STATUS_ENABLED) != 0,
        .has_changed = (changes & CHANGE_CONNECTED) != 0,
        .is_reset = (changes & CHANGE_RESET) != 0,
    };
    hub->speeds[hub->port - 1] = (status & STATUS_LOW) != 0    ? USB_SPEED_LOW
                                 : (status & STATUS_HIGH) != 0 ? USB_SPEED_HIGH
                                                               : USB_SPEED_FULL;
    hub->status = changes;
    next_clear(device);
}

static void done(struct usb_device *device, int status, size_t size)
{
    switch (device->as_hub.step) {
    case STEP_DESCRIPTOR:
        take_descriptor(device, status, size);
        break;
    case STEP_SET_HUB:
    case STEP_POWER:
        next_power(device);
        break;
    case STEP_STATUS:
        if (status != 0 || size < STATUS_SIZE) {
            usb_give_up(device, "the hub says nothing of its ports");
            break;
        }
        take_status(device);
        break;
    case STEP_CLEAR:
        next_clear(device);
        break;
    default:
        device->as_hub.step = STEP_READY;
        break;
    }
}

/* A bit for each port that has changed; bit 0 is the hub itself. */
static void pipe_done(struct usb_device *device, enum usb_pipe pipe,
                      size_t size)
{
    struct usb_hub *hub = &device->as_hub;

    for (unsigned port = 1; port <= hub->count && port / 8 < size; port++) {
        if ((device->pipes[pipe][port / 8] & BIT(port % 8)) != 0) {
            hub->changed |= (uint32_t)BIT(port);
        }
    }
    listen(device);
}

/* Chooses the port that is to be looked at next: `port`. Returns whether it has
 * to be asked. */
static bool choose_port(struct usb_hub *hub)
{
    for (hub->port = 1; hub->port <= hub->count; hub->port++) {
        if ((hub->changed & BIT(hub->port)) != 0 ||
            port_of(hub)->state == USB_PORT_RESETTING) {
            hub->changed &= ~(uint32_t)BIT(hub->port);
            return true;
        }
    }
    hub->port = 0;
    return false;
}

static void poll(struct usb_device *device, uint64_t now)
{
    struct usb_hub *hub = &device->as_hub;

    if (hub->step != STEP_READY || device->is_busy || now < hub->ready_at) {
        return;
    }
    if (choose_port(hub)) {
        ask_port(device, STEP_STATUS, GET_STATUS, 0);
        return;
    }
    for (hub->port = 1; hub->port <= hub->count; hub->port++) {
        if (usb_port_is_moving(port_of(hub))) {
            run_port(device);
            if (device->is_busy) {
                return;
            }
        }
    }
}

/* The devices that were plugged in are gone already. */
static void stop(struct usb_device *device)
{
    struct usb_hub *hub = &device->as_hub;

    for (unsigned i = 0; i < hub->count; i++) {
        if (hub->ports[i].state == USB_PORT_RESETTING ||
            hub->ports[i].state == USB_PORT_RECOVERING) {
            device->host->is_held = false;
        }
    }
}

const struct usb_driver usb_hub_driver = {
    .name = "hub",
    .start = start,
    .done = done,
    .pipe_done = pipe_done,
    .poll = poll,
    .stop = stop,
};
