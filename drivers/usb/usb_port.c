/* The states of a port. */
#include "drivers/usb/usb_port.h"

#define MILLISECOND  1000000ull
#define SETTLE_TIME  (100 * MILLISECOND)  /* USB 2.0, 7.1.7.3 */
#define RESET_TIME   (1000 * MILLISECOND) /* 50 by the book */
#define RECOVERY     (10 * MILLISECOND)   /* USB 2.0, 7.1.7.5 */
#define ATTEMPTS_MAX 3u

static void settle(struct usb_port *port, uint64_t now)
{
    port->state = USB_PORT_SETTLING;
    port->deadline = now + SETTLE_TIME;
}

/* What was there is not there any more, or is another. */
static enum usb_port_action empty(struct usb_port *port)
{
    bool has_device = port->device != NULL;
    bool is_held =
        port->state == USB_PORT_RESETTING || port->state == USB_PORT_RECOVERING;

    port->state = USB_PORT_EMPTY;
    port->attempts = 0;
    if (has_device) {
        return USB_PORT_DETACH;
    }
    return is_held ? USB_PORT_GIVE_UP : USB_PORT_NOTHING;
}

static enum usb_port_action begin(struct usb_port *port,
                                  struct usb_port_status status, uint64_t now,
                                  bool is_bus_free)
{
    if (now < port->deadline || !is_bus_free) {
        return USB_PORT_NOTHING;
    }
    if (port->attempts == ATTEMPTS_MAX) {
        port->state = USB_PORT_BROKEN;
        return USB_PORT_NOTHING;
    }
    port->attempts++;
    if (status.is_enabled && port->attempts == 1) {
        port->state = USB_PORT_USED; /* SuperSpeed needs no reset */
        return USB_PORT_ATTACH;
    }
    port->state = USB_PORT_RESETTING;
    port->deadline = now + RESET_TIME;
    return USB_PORT_RESET;
}

static enum usb_port_action
end_reset(struct usb_port *port, struct usb_port_status status, uint64_t now)
{
    if (status.is_reset && status.is_enabled) {
        port->state = USB_PORT_RECOVERING;
        port->deadline = now + RECOVERY;
        return USB_PORT_NOTHING;
    }
    if (now < port->deadline) {
        return USB_PORT_NOTHING;
    }
    settle(port, now);
    return USB_PORT_GIVE_UP;
}

static enum usb_port_action end_recovery(struct usb_port *port, uint64_t now)
{
    if (now < port->deadline) {
        return USB_PORT_NOTHING;
    }
    port->state = USB_PORT_USED;
    return USB_PORT_ATTACH;
}

enum usb_port_action usb_port_next(struct usb_port *port,
                                   struct usb_port_status status, uint64_t now,
                                   bool is_bus_free)
{
    bool is_gone = !status.is_connected || status.has_changed;

    if (is_gone && port->state != USB_PORT_EMPTY &&
        port->state != USB_PORT_SETTLING) {
        return empty(port);
    }
    if (!status.is_connected) {
        port->state = USB_PORT_EMPTY;
        return USB_PORT_NOTHING;
    }
    switch (port->state) {
    case USB_PORT_EMPTY:
        settle(port, now);
        break;
    case USB_PORT_SETTLING:
        if (status.has_changed) {
            settle(port, now);
        }
        return begin(port, status, now, is_bus_free);
    case USB_PORT_RESETTING:
        return end_reset(port, status, now);
    case USB_PORT_RECOVERING:
        return end_recovery(port, now);
    case USB_PORT_USED:
    case USB_PORT_BROKEN:
        break;
    }
    return USB_PORT_NOTHING;
}

void usb_port_failed(struct usb_port *port, uint64_t now)
{
    port->device = NULL;
    if (port->state == USB_PORT_USED) {
        settle(port, now);
    }
}

bool usb_port_is_moving(const struct usb_port *port)
{
    return port->state == USB_PORT_SETTLING ||
           port->state == USB_PORT_RESETTING ||
           port->state == USB_PORT_RECOVERING;
}
