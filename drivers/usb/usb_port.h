/* One port of a hub or of a controller: from something plugged in to a device
 * that can be asked who it is. (USB 2.0, 7.1.7 and 9.1.2.) Pure. */
#pragma once

#include "kernel/lib.h"

struct usb_device;

enum usb_speed { /* numbered as xHCI does (xHCI 1.2, 7.2.2.1.1) */
    USB_SPEED_FULL = 1,
    USB_SPEED_LOW = 2,
    USB_SPEED_HIGH = 3,
    USB_SPEED_SUPER = 4,
};

enum usb_port_state {
    USB_PORT_EMPTY,
    USB_PORT_SETTLING,   /* something is there, but perhaps shakes yet */
    USB_PORT_RESETTING,  /* and the bus is held for it */
    USB_PORT_RECOVERING, /* from the reset; the bus is still held */
    USB_PORT_USED,       /* by `device` */
    USB_PORT_BROKEN,     /* what is there fails each time */
};

/* Zeroed, it is empty. */
struct usb_port {
    enum usb_port_state state;
    unsigned attempts;
    uint64_t deadline;         /* nanoseconds */
    struct usb_device *device; /* NULL: none, or given up */
};

/* What hardware says of a port. */
struct usb_port_status {
    bool is_connected;
    bool has_changed; /* connected or not, since the last time */
    bool is_enabled;
    bool is_reset; /* a reset has ended since the last time */
};

enum usb_port_action {
    USB_PORT_NOTHING,
    USB_PORT_DETACH,  /* end `device`, and ask again */
    USB_PORT_RESET,   /* the bus is held now: reset the port */
    USB_PORT_ATTACH,  /* make a device; the bus is held */
    USB_PORT_GIVE_UP, /* the reset did not end: the bus is free */
};

/* What is to be done with PORT at NOW. The caller says whether the bus, which
 * only one device at a time may be new on, IS_BUS_FREE. */
enum usb_port_action usb_port_next(struct usb_port *port,
                                   struct usb_port_status status, uint64_t now,
                                   bool is_bus_free);

/* The device at PORT could not be used: another attempt, or none. */
void usb_port_failed(struct usb_port *port, uint64_t now);

/* Does PORT wait for something, so that it has to be looked at again? */
bool usb_port_is_moving(const struct usb_port *port);
