/* The ports of a controller itself. (xHCI 1.2, 4.19 and 5.4.8.) */
#include "drivers/usb/xhci_priv.h"

#define PORT_CONNECTED      BIT(0)
#define PORT_ENABLED        BIT(1)
#define PORT_RESET          BIT(4)
#define PORT_POWER          BIT(9)
#define PORT_SPEED_SHIFT    10
#define PORT_SPEED          0xfu
#define PORT_CONNECT_CHANGE BIT(17)
#define PORT_WARM_CHANGE    BIT(19)
#define PORT_RESET_CHANGE   BIT(21)

/* Bits that stay what they are when they are written as they were read: power,
 * lights, what wakes the machine. */
#define PORT_KEPT           0x0e00c200u
/* Bits that go when they are written as 1. */
#define PORT_CHANGES        0x00fe0000u

static size_t port_offset(unsigned index)
{
    return XHCI_PORTS + (size_t)index * XHCI_PORT_SIZE;
}

void xhci_ports_start(struct xhci *xhci)
{
    for (unsigned i = 0; i < xhci->port_count; i++) {
        uint32_t port = xhci_read(xhci->operational, port_offset(i));
        xhci_write(xhci->operational, port_offset(i),
                   (port & PORT_KEPT) | PORT_POWER);
        xhci->ports_changed |= BIT(i);
    }
}

void xhci_port_event(struct xhci *xhci, const struct xhci_trb *event)
{
    uint64_t number = event->parameter >> 24 & UINT8_MAX; /* 6.4.2.3 */

    if (number >= 1 && number <= xhci->port_count) {
        xhci->ports_changed |= BIT(number - 1);
    }
}

static void run(struct xhci *xhci, unsigned index, uint32_t port)
{
    unsigned speed = port >> PORT_SPEED_SHIFT & PORT_SPEED;
    const struct usb_socket socket = {
        .host = &xhci->host,
        .port = &xhci->ports[index],
        .number = index + 1,
        .speed = (enum usb_speed)MIN(speed, (unsigned)USB_SPEED_SUPER),
    };
    const struct usb_port_status status = {
        .is_connected = (port & PORT_CONNECTED) != 0,
        .has_changed = (port & PORT_CONNECT_CHANGE) != 0,
        .is_enabled = (port & PORT_ENABLED) != 0,
        .is_reset = (port & (PORT_RESET_CHANGE | PORT_WARM_CHANGE)) != 0,
    };
    if (usb_port_run(&socket, status)) {
        xhci_write(xhci->operational, port_offset(index),
                   (port & PORT_KEPT) | PORT_RESET);
    }
}

void xhci_ports_poll(struct xhci *xhci)
{
    uint64_t left = xhci->ports_changed;

    for (; left != 0 && xhci->state == XHCI_RUNNING; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctzll(left);
        uint32_t port = xhci_read(xhci->operational, port_offset(index));
        if (port == XHCI_ABSENT) {
            xhci_fail(xhci, "is gone");
            return;
        }
        xhci->ports_changed &= ~BIT(index);
        xhci_write(xhci->operational, port_offset(index),
                   port & (PORT_KEPT | PORT_CHANGES));
        run(xhci, index, port);
        if (usb_port_is_moving(&xhci->ports[index])) {
            xhci->ports_changed |= BIT(index);
        }
    }
}
