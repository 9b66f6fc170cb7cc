/* Setting a device up, from its address to its driver. (USB 2.0, 9.1 and 9.4.)
 */
#include "drivers/usb/usb.h"

#include "drivers/usb/usb_driver.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

#define GET_DESCRIPTOR    6
#define SET_CONFIGURATION 9

/* Packets of endpoint 0 at full speed (USB 2.0, 5.5.3). */
#define PACKET_SIZE_FIRST 8u
#define PACKET_SIZE_LAST  64u

/* USB 2.0, 9.2.6.4, allows most requests 5 s. */
#define STEP_TIME         5000000000ull

/* Errors in a row after which a device is of no use. */
#define ERRORS_MAX        8u

static uint64_t present; /* nanoseconds */

static const struct usb_driver *const drivers[USB_KINDS] = {
    [USB_KIND_KEYBOARD] = &usb_keyboard_driver,
    [USB_KIND_HUB] = &usb_hub_driver,
    [USB_KIND_FTDI] = &usb_ftdi_driver,
    [USB_KIND_ACM] = &usb_acm_driver,

};

uint64_t usb_now(void)
{
    return present;
}

const struct usb_driver *usb_driver_of(const struct usb_device *device)
{
    return device->step == USB_STEP_DRIVER ? drivers[device->function.kind]
                                           : NULL;
}

void usb_begin(struct usb_device *device)
{
    ASSERT(!device->is_busy);
    device->is_busy = true;
    device->deadline = present + STEP_TIME;
}

void usb_control(struct usb_device *device, const struct usb_setup *setup)
{
    usb_begin(device);
    usb_host_control(device, setup);
}

static void get_descriptor(struct usb_device *device, unsigned type,
                           size_t size)
{
    const struct usb_setup setup = {
        .type = USB_TO_HOST | USB_STANDARD,
        .request = GET_DESCRIPTOR,
        .value = (uint16_t)(type << 8),
        .length = (uint16_t)size,
    };
    usb_host_control(device, &setup);
}

static void set_configuration(struct usb_device *device)
{
    const struct usb_setup setup = {
        .type = USB_STANDARD,
        .request = SET_CONFIGURATION,
        .value = device->function.configuration,
    };
    usb_host_control(device, &setup);
}

static void hand_over(struct usb_device *device)
{
    const struct usb_driver *driver = drivers[device->function.kind];

    usb_let_bus_go(device);
    device->port->attempts = 0;
    log_info("usb: %s, %04x:%04x", driver->name, device->identity.vendor,
             device->identity.product);
    driver->start(device);
}

static void begin_step(struct usb_device *device)
{
    if (device->step == USB_STEP_DRIVER) {
        hand_over(device);
        return;
    }
    usb_begin(device);
    switch (device->step) {
    case USB_STEP_ADDRESS:
        usb_host_address(device);
        break;
    case USB_STEP_DEVICE_START:
        get_descriptor(device, USB_DESCRIPTOR_DEVICE, PACKET_SIZE_FIRST);
        break;
    case USB_STEP_PACKET_SIZE:
        usb_host_set_packet_size(device);
        break;
    case USB_STEP_DEVICE:
        get_descriptor(device, USB_DESCRIPTOR_DEVICE, USB_DEVICE_SIZE);
        break;
    case USB_STEP_CONFIGURATION_START:
        get_descriptor(device, USB_DESCRIPTOR_CONFIGURATION,
                       USB_CONFIGURATION_SIZE);
        break;
    case USB_STEP_CONFIGURATION:
        get_descriptor(
            device, USB_DESCRIPTOR_CONFIGURATION,
            MIN(usb_configuration_size(device->control, USB_CONFIGURATION_SIZE),
                (size_t)USB_CONTROL_MAX));
        break;
    case USB_STEP_CONFIGURE:
        usb_host_configure(device);
        break;
    case USB_STEP_SET_CONFIGURATION:
        set_configuration(device);
        break;
    case USB_STEP_DRIVER:
        break;
    }
}

/* Devices of low and high speed have one size; of full speed, four are right.
 */
static bool take_packet_size(struct usb_device *device)
{
    uint8_t size = device->identity.packet_size;

    if (device->speed != USB_SPEED_FULL) {
        return true;
    }
    device->packet_size = size;
    return is_power_of_two(size) && size >= PACKET_SIZE_FIRST &&
           size <= PACKET_SIZE_LAST;
}

/* Looks at what the step that has ended brought, SIZE bytes in `control`.
 * Returns what is wrong, or NULL. */
static const char *end_step(struct usb_device *device, size_t size)
{
    switch (device->step) {
    case USB_STEP_DEVICE_START:
        if (!usb_read_device(device->control, size, &device->identity)) {
            return "what it says of itself is no descriptor";
        }
        return take_packet_size(device) ? NULL : "wrong size of packets";
    case USB_STEP_DEVICE:
        return size == USB_DEVICE_SIZE &&
                       usb_read_device(device->control, size, &device->identity)
                   ? NULL
                   : "its descriptor is cut off";
    case USB_STEP_CONFIGURATION_START:
        return usb_configuration_size(device->control, size) != 0
                   ? NULL
                   : "its configuration is no descriptor";
    case USB_STEP_CONFIGURATION:
        device->function =
            usb_find_function(&device->identity, device->control, size);
        return NULL;
    default:
        return NULL;
    }
}

/* A device that Brix has no driver for keeps its address, and the port. */
static void leave_alone(struct usb_device *device)
{
    usb_let_bus_go(device);
    log_info("usb: no driver for %04x:%04x", device->identity.vendor,
             device->identity.product);
}

void usb_set_up(struct usb_device *device)
{
    device->step = USB_STEP_ADDRESS;
    begin_step(device);
}

static void next_step(struct usb_device *device, size_t size)
{
    const char *wrong = end_step(device, size);

    if (wrong != NULL) {
        usb_give_up(device, wrong);
        return;
    }
    if (device->step == USB_STEP_CONFIGURATION &&
        drivers[device->function.kind] == NULL) {
        leave_alone(device);
        return;
    }
    device->step++;
    if (device->step == USB_STEP_PACKET_SIZE &&
        (device->speed != USB_SPEED_FULL ||
         device->packet_size == PACKET_SIZE_FIRST)) {
        device->step++;
    }
    begin_step(device);
}

void usb_done(struct usb_device *device, int status, size_t size)
{
    const struct usb_driver *driver = usb_driver_of(device);

    if (device->state != USB_DEVICE_LIVING || !device->is_busy) {
        return;
    }
    device->is_busy = false;
    if (driver != NULL) {
        driver->done(device, status, size);
    } else if (status != 0) {
        usb_give_up(device, "it does not answer");
    } else {
        next_step(device, size);
    }
}

void usb_pipe_done(struct usb_device *device, enum usb_pipe pipe, int status,
                   size_t size)
{
    const struct usb_driver *driver = usb_driver_of(device);

    if (device->state != USB_DEVICE_LIVING || driver == NULL) {
        return;
    }
    device->errors = status == 0 ? 0 : device->errors + 1;
    if (device->errors == ERRORS_MAX) {
        usb_give_up(device, "too many errors");
        return;
    }
    driver->pipe_done(device, pipe, status == 0 ? size : 0);
}

void usb_give_up(struct usb_device *device, const char *why)
{
    struct usb_port *port = device->port;

    log_warn("usb: the device at port %u%s is not used: %s",
             device->port_number, device->hub != NULL ? " of a hub" : "", why);
    usb_detach(device);
    usb_port_failed(port, present);
}

void usb_devices_poll(uint64_t now)
{
    present = now;
    for (unsigned i = 0; i < USB_DEVICES_MAX; i++) {
        struct usb_device *device = &usb_devices[i];
        if (device->state != USB_DEVICE_LIVING) {
            continue;
        }
        const struct usb_driver *driver = usb_driver_of(device);
        if (device->is_busy && now >= device->deadline) {
            usb_give_up(device, "it does not answer in time");
        } else if (driver != NULL) {
            driver->poll(device, now);
        }
    }
}
