/* USB: the devices behind all controllers, found and driven a step at a time,
 * whenever usb_poll is called. Nothing waits.
 *
 *     port -> address -> descriptors -> configuration -> driver
 *
 * A device may say and do anything: it is refused, or is of no use, and costs
 * others nothing but the bus for a few seconds. */
#pragma once

#include "drivers/usb/hid_keyboard.h"
#include "drivers/usb/usb_descriptor.h"
#include "drivers/usb/usb_port.h"

#define USB_DEVICES_MAX 32u
#define USB_CONTROL_MAX 1024u /* bytes of data in a control transfer */
#define USB_HUB_PORTS   15u   /* a route has four bits for each hub */
#define USB_HUBS_DEEP   5u    /* hubs in a row (USB 2.0, 4.1.1) */

/* What is done now for a device that is being set up, in this order. */
enum usb_step {
    USB_STEP_ADDRESS,
    USB_STEP_DEVICE_START, /* the first bytes of its descriptor */
    USB_STEP_PACKET_SIZE,
    USB_STEP_DEVICE,
    USB_STEP_CONFIGURATION_START,
    USB_STEP_CONFIGURATION,
    USB_STEP_CONFIGURE, /* its endpoints, on our side */
    USB_STEP_SET_CONFIGURATION,
    USB_STEP_DRIVER, /* the driver has it */
};

enum usb_device_state {
    USB_DEVICE_FREE, /* this one is no device */
    USB_DEVICE_LIVING,
    USB_DEVICE_LEAVING, /* until its controller has let it go */
};

struct usb_hub {
    unsigned count; /* of its ports */
    unsigned step;
    unsigned port; /* that is asked now, from 1; 0: none */
    uint64_t ready_at;
    uint32_t changed; /* a bit for each port that has to be asked */
    uint32_t status;  /* of `port`, the bits that are left to be cleared */
    struct usb_port ports[USB_HUB_PORTS];
    struct usb_port_status seen[USB_HUB_PORTS];
    uint8_t speeds[USB_HUB_PORTS];
};

struct usb_keyboard {
    unsigned step;
    unsigned leds; /* that it shows */
    struct hid_keyboard hid;
};

struct usb_serial {
    unsigned step;
    bool is_ready;
    bool is_receiving; /* it may send */
    size_t sent;       /* bytes that are on their way to it */
};

struct usb_device {
    enum usb_device_state state;
    struct usb_host *host;
    struct usb_device *hub; /* that it is plugged into; NULL: the controller */
    unsigned port_number;   /* there, from 1 */
    struct usb_port *port;
    enum usb_speed speed;

    enum usb_step step;
    bool is_busy;         /* something has begun that usb_done ends */
    bool is_holding;      /* the bus, as a new device does */
    uint64_t deadline;    /* of what is done now, nanoseconds */
    unsigned errors;      /* of its pipes, since something went well */
    uint16_t packet_size; /* of endpoint 0 */
    struct usb_identity identity;
    struct usb_function function;
    union {
        struct usb_hub as_hub;
        struct usb_keyboard as_keyboard;
        struct usb_serial as_serial;
    };

    /* Memory that the controller reads and writes; the host's. */
    uint8_t *control;          /* USB_CONTROL_MAX bytes */
    uint8_t *pipes[USB_PIPES]; /* USB_PACKET_MAX bytes each */
    void *host_data;           /* whatever it likes to remember */
};

extern struct usb_device usb_devices[USB_DEVICES_MAX];

/* What a controller has to know of where DEVICE is (xHCI 1.2, 8.9 and 6.2.2).
 */
struct usb_place {
    uint32_t route; /* the ports of the hubs on the way, four bits each */
    unsigned root_port;
    const struct usb_device *translator; /* the hub that speaks its speed */
    unsigned translator_port;
};
struct usb_place usb_place_of(const struct usb_device *device);

/* Where something can be plugged in. */
struct usb_socket {
    struct usb_host *host;
    struct usb_device *hub; /* NULL: the controller itself */
    struct usb_port *port;
    unsigned number;      /* from 1 */
    enum usb_speed speed; /* of what is plugged in, once it has been reset */
};

/* Does what is to be done at SOCKET, of which the hardware says STATUS. Returns
 * whether the caller shall reset the port. */
bool usb_port_run(const struct usb_socket *socket,
                  struct usb_port_status status) MUST_CHECK;

/* Ends DEVICE and all that is plugged into it. */
void usb_detach(struct usb_device *device);

/* DEVICE does not work: ends it, and tries again a few times. */
void usb_give_up(struct usb_device *device, const char *why);

/* One step of all devices. To be called often: at each tick. */
void usb_devices_poll(uint64_t now);
