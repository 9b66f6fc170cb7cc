/* What a USB device says of itself: its descriptors, as far as Brix uses them.
 * (USB 2.0, 9.6.) Pure: a device may say anything, and nothing is believed. */
#pragma once

#include "kernel/lib.h"

#define USB_DESCRIPTOR_DEVICE        1
#define USB_DESCRIPTOR_CONFIGURATION 2

#define USB_DEVICE_SIZE              18u /* of a device's descriptor */
#define USB_CONFIGURATION_SIZE       9u /* of what a configuration begins with */

/* The most bytes that one packet may have here, and the buffer for each. */
#define USB_PACKET_MAX               1024u

/* What is read of the descriptor of a device. */
struct usb_identity {
    uint16_t vendor;
    uint16_t product;
    uint8_t class;
    uint8_t protocol;
    uint8_t packet_size; /* of endpoint 0, as the device says it */
};

enum usb_kind {
    USB_KIND_NONE, /* nothing that Brix can use */
    USB_KIND_KEYBOARD,
    USB_KIND_HUB,
    USB_KIND_FTDI,
    USB_KIND_ACM,
    USB_KINDS,
};

struct usb_endpoint {
    uint8_t address; /* 0: there is none */
    bool is_interrupt;
    uint16_t packet_size;
    uint8_t interval;
};

enum usb_pipe {
    USB_PIPE_IN,
    USB_PIPE_OUT,
    USB_PIPES,
};

/* What of a device is used: one function, with one endpoint each way. */
struct usb_function {
    enum usb_kind kind;
    uint8_t configuration; /* for SET_CONFIGURATION */
    uint8_t interface;     /* that requests of its class go to */
    bool has_several;      /* of its kind, as the product tells */
    struct usb_endpoint pipes[USB_PIPES];
};

/* Reads the SIZE bytes of a device's descriptor, 8 or more, into *IDENTITY; of
 * one that is cut off, what is missing is 0. Returns false for anything else.
 */
bool usb_read_device(const uint8_t *bytes, size_t size,
                     struct usb_identity *identity) MUST_CHECK;

/* How many bytes a configuration has, by the first USB_CONFIGURATION_SIZE of
 * them. 0 when these are not the beginning of one. */
size_t usb_configuration_size(const uint8_t *bytes, size_t size);

/* Finds in the SIZE bytes of a configuration of the device IDENTITY the first
 * function that Brix can use. Its `kind` is USB_KIND_NONE when there is none.
 */
struct usb_function usb_find_function(const struct usb_identity *identity,
                                      const uint8_t *bytes, size_t size);
