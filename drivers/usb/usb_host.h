/* What the USB core asks of a host controller, and what it is told by it. A
 * controller's driver defines the first and calls the second; the host tests
 * have a stand-in. */
#pragma once

#include "drivers/usb/usb.h"

/* A controller, and the bus behind it. */
struct usb_host {
    bool is_held; /* some port of it has a device that is new */
};

/* The first byte of a setup packet (USB 2.0, table 9-2). */
#define USB_TO_HOST      0x80u
#define USB_STANDARD     0x00u
#define USB_CLASS        0x20u
#define USB_VENDOR       0x40u
#define USB_TO_INTERFACE 0x01u
#define USB_TO_OTHER     0x03u /* a port of a hub */

struct usb_setup {
    uint8_t type;
    uint8_t request;
    uint16_t value;
    uint16_t index;
    uint16_t length; /* of the data in the device's `control` */
};
static_assert(sizeof(struct usb_setup) == 8, "USB 2.0, table 9-2");

/* Each of these begins something of which one at a time is done for DEVICE,
 * and which usb_done ends. */
void usb_host_address(struct usb_device *device);
void usb_host_set_packet_size(struct usb_device *device); /* of endpoint 0 */
void usb_host_configure(struct usb_device *device);       /* its function */
void usb_host_set_hub(struct usb_device *device);         /* it is a hub */
void usb_host_control(struct usb_device *device, const struct usb_setup *setup);

/* Moves SIZE bytes, USB_PACKET_MAX at most, between PIPE of DEVICE and its
 * buffer: one transfer at a time for each pipe, which usb_pipe_done ends. */
void usb_host_transfer(struct usb_device *device, enum usb_pipe pipe,
                       size_t size);

/* Ends all that DEVICE has. usb_released says when that is so. */
void usb_host_release(struct usb_device *device);

/* STATUS is 0, -EPIPE when the device has refused, or another error; SIZE is
 * how many bytes were moved. */
void usb_done(struct usb_device *device, int status, size_t size);
void usb_pipe_done(struct usb_device *device, enum usb_pipe pipe, int status,
                   size_t size);
void usb_released(struct usb_device *device);
