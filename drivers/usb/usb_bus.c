/* Devices on a bus: they come, they go, and where they are. */
#include "drivers/usb/usb.h"

#include "drivers/usb/usb_driver.h"
#include "kernel/lib.h"

/* Packets of endpoint 0, until the device says more (USB 2.0, 5.5.3; USB 3.2,
 * 9.6.1). */
#define PACKET_SIZE_SLOW  8u
#define PACKET_SIZE_HIGH  64u
#define PACKET_SIZE_SUPER 512u

struct usb_device usb_devices[USB_DEVICES_MAX];

/* The bus is free for the next new device. */
void usb_let_bus_go(struct usb_device *device)
{
    if (device->is_holding) {
        device->is_holding = false;
        device->host->is_held = false;
    }
}

static struct usb_device *find_free(void)
{
    for (unsigned i = 0; i < USB_DEVICES_MAX; i++) {
        if (usb_devices[i].state == USB_DEVICE_FREE) {
            return &usb_devices[i];
        }
    }
    return NULL;
}

static uint16_t first_packet_size(enum usb_speed speed)
{
    switch (speed) {
    case USB_SPEED_FULL:
    case USB_SPEED_LOW:
        return PACKET_SIZE_SLOW;
    case USB_SPEED_HIGH:
        return PACKET_SIZE_HIGH;
    case USB_SPEED_SUPER:
        break;
    }
    return PACKET_SIZE_SUPER;
}

/* How many hubs there are from HUB, or NULL, to the controller. */
static unsigned depth_of(const struct usb_device *hub)
{
    unsigned depth = 0;

    for (; hub != NULL; hub = hub->hub) {
        depth++;
    }
    return depth;
}

static void attach(const struct usb_socket *socket)
{
    struct usb_device *device = find_free();

    if (device == NULL || depth_of(socket->hub) > USB_HUBS_DEEP) {
        log_warn("usb: a device is not used: there are too many%s",
                 device == NULL ? "" : " hubs in a row");
        socket->port->state = USB_PORT_BROKEN;
        socket->host->is_held = false;
        return;
    }
    *device = (struct usb_device){
        .state = USB_DEVICE_LIVING,
        .host = socket->host,
        .hub = socket->hub,
        .port = socket->port,
        .port_number = socket->number,
        .speed = socket->speed,
        .is_holding = true,
        .packet_size = first_packet_size(socket->speed),
    };
    socket->port->device = device;
    usb_set_up(device);
}

static struct usb_device *find_child(const struct usb_device *hub)
{
    for (unsigned i = 0; i < USB_DEVICES_MAX; i++) {
        if (usb_devices[i].state == USB_DEVICE_LIVING &&
            usb_devices[i].hub == hub) {
            return &usb_devices[i];
        }
    }
    return NULL;
}

static void end_one(struct usb_device *device)
{
    const struct usb_driver *driver = usb_driver_of(device);

    if (driver != NULL) {
        driver->stop(device);
    }
    usb_let_bus_go(device);
    device->port->device = NULL;
    device->state = USB_DEVICE_LEAVING;
    usb_host_release(device);
}

/* Those farthest from the controller go first. */
void usb_detach(struct usb_device *device)
{
    struct usb_device *last = device;

    while (true) {
        for (struct usb_device *child = find_child(last); child != NULL;
             child = find_child(last)) {
            last = child;
        }
        struct usb_device *hub = last->hub;
        end_one(last);
        if (last == device) {
            return;
        }
        last = hub;
    }
}

void usb_released(struct usb_device *device)
{
    device->state = USB_DEVICE_FREE;
}

bool usb_port_run(const struct usb_socket *socket,
                  struct usb_port_status status)
{
    struct usb_host *host = socket->host;

    while (true) {
        switch (
            usb_port_next(socket->port, status, usb_now(), !host->is_held)) {
        case USB_PORT_NOTHING:
            return false;
        case USB_PORT_DETACH:
            usb_detach(socket->port->device);
            break;
        case USB_PORT_GIVE_UP:
            host->is_held = false;
            break;
        case USB_PORT_RESET:
            host->is_held = true;
            return true;
        case USB_PORT_ATTACH:
            host->is_held = true;
            attach(socket);
            return false;
        }
        status.has_changed = false;
        status.is_reset = false;
    }
}

/* A device of low or full speed talks to a hub of high speed, and that one
 * passes on what it says (USB 2.0, 8.4.2). */
static bool needs_translator(const struct usb_device *device)
{
    return device->speed == USB_SPEED_LOW || device->speed == USB_SPEED_FULL;
}

struct usb_place usb_place_of(const struct usb_device *device)
{
    struct usb_place place = {.route = 0};
    bool is_slow = needs_translator(device);

    for (; device->hub != NULL; device = device->hub) {
        place.route = place.route << 4 | device->port_number;
        if (is_slow && place.translator == NULL &&
            device->hub->speed == USB_SPEED_HIGH) {
            place.translator = device->hub;
            place.translator_port = device->port_number;
        }
    }
    place.root_port = device->port_number;
    return place;
}
