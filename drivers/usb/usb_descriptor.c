/* Reading descriptors. (USB 2.0, 9.6; HID 1.11, 4.2; CDC 1.2, 4.2 and 4.5.) */
#include "drivers/usb/usb_descriptor.h"

#include "kernel/lib.h"

/* All begin with their size and their type. */
#define SIZE                 0
#define TYPE                 1
#define HEADER_SIZE          2u

#define TYPE_INTERFACE       4
#define TYPE_ENDPOINT        5

/* Of a device (table 9-8). */
#define DEVICE_CLASS         4
#define DEVICE_PROTOCOL      6
#define DEVICE_PACKET_SIZE   7
#define DEVICE_VENDOR        8
#define DEVICE_PRODUCT       10
#define DEVICE_SIZE_MIN      8u

/* Of a configuration (table 9-10). */
#define CONFIGURATION_TOTAL  2
#define CONFIGURATION_VALUE  5

/* Of an interface (table 9-12). */
#define INTERFACE_NUMBER     2
#define INTERFACE_ALTERNATE  3
#define INTERFACE_CLASS      5
#define INTERFACE_SUBCLASS   6
#define INTERFACE_PROTOCOL   7
#define INTERFACE_SIZE       9u

/* Of an endpoint (table 9-13). */
#define ENDPOINT_ADDRESS     2
#define ENDPOINT_ATTRIBUTES  3
#define ENDPOINT_PACKET_SIZE 4
#define ENDPOINT_INTERVAL    6
#define ENDPOINT_SIZE        7u

#define ADDRESS_IN           BIT(7)
#define ADDRESS_NUMBER       0xfu
#define ATTRIBUTES_KIND      0x3u
#define KIND_BULK            2u
#define KIND_INTERRUPT       3u
#define PACKET_SIZE          0x7ffu

/* Classes (usb.org, "Defined Class Codes"). */
#define CLASS_COMMUNICATION  0x02
#define CLASS_HID            0x03
#define CLASS_HUB            0x09
#define CLASS_DATA           0x0a
#define CLASS_VENDOR         0xff
#define SUBCLASS_ACM         0x02
#define SUBCLASS_BOOT        0x01
#define PROTOCOL_KEYBOARD    0x01
#define PROTOCOL_SUPER       0x03 /* a hub for SuperSpeed alone */

/* FTDI's serial adapters (FTDI, AN_233, and the data sheets of each). */
#define VENDOR_FTDI          0x0403
#define PRODUCT_FT232R       0x6001
#define PRODUCT_FT2232       0x6010
#define PRODUCT_FT4232       0x6011
#define PRODUCT_FT232H       0x6014
#define PRODUCT_FT230X       0x6015

#define HUB_REPORT_SIZE_MIN  1u
#define KEYBOARD_REPORT_SIZE 8u

static uint16_t word_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

bool usb_read_device(const uint8_t *bytes, size_t size,
                     struct usb_identity *identity)
{
    if (size < DEVICE_SIZE_MIN || bytes[SIZE] < USB_DEVICE_SIZE ||
        bytes[TYPE] != USB_DESCRIPTOR_DEVICE) {
        return false;
    }
    bool is_whole = size >= USB_DEVICE_SIZE;
    *identity = (struct usb_identity){
        .vendor = is_whole ? word_at(bytes + DEVICE_VENDOR) : 0,
        .product = is_whole ? word_at(bytes + DEVICE_PRODUCT) : 0,
        .class = bytes[DEVICE_CLASS],
        .protocol = bytes[DEVICE_PROTOCOL],
        .packet_size = bytes[DEVICE_PACKET_SIZE],
    };
    return true;
}

size_t usb_configuration_size(const uint8_t *bytes, size_t size)
{
    if (size < USB_CONFIGURATION_SIZE || bytes[SIZE] < USB_CONFIGURATION_SIZE ||
        bytes[TYPE] != USB_DESCRIPTOR_CONFIGURATION ||
        word_at(bytes + CONFIGURATION_TOTAL) < USB_CONFIGURATION_SIZE) {
        return 0;
    }
    return word_at(bytes + CONFIGURATION_TOTAL);
}

static bool is_ftdi(const struct usb_identity *identity)
{
    static const uint16_t products[] = {PRODUCT_FT232R, PRODUCT_FT2232,
                                        PRODUCT_FT4232, PRODUCT_FT232H,
                                        PRODUCT_FT230X};

    for (size_t i = 0; i < ARRAY_COUNT(products); i++) {
        if (identity->vendor == VENDOR_FTDI &&
            identity->product == products[i]) {
            return true;
        }
    }
    return false;
}

/* What the interface at BYTES, which is whole, is good for. */
static enum usb_kind kind_of(const struct usb_identity *identity,
                             const uint8_t *bytes)
{
    uint8_t class = bytes[INTERFACE_CLASS];
    uint8_t subclass = bytes[INTERFACE_SUBCLASS];

    if (bytes[INTERFACE_ALTERNATE] != 0) {
        return USB_KIND_NONE;
    }
    if (class == CLASS_VENDOR && is_ftdi(identity)) {
        return USB_KIND_FTDI;
    }
    if (class == CLASS_HID && subclass == SUBCLASS_BOOT &&
        bytes[INTERFACE_PROTOCOL] == PROTOCOL_KEYBOARD) {
        return USB_KIND_KEYBOARD;
    }
    if (class == CLASS_COMMUNICATION && subclass == SUBCLASS_ACM) {
        return USB_KIND_ACM;
    }
    return class == CLASS_HUB && identity->protocol != PROTOCOL_SUPER
               ? USB_KIND_HUB
               : USB_KIND_NONE;
}

static bool is_serial(enum usb_kind kind)
{
    return kind == USB_KIND_FTDI || kind == USB_KIND_ACM;
}

/* Takes the endpoint at BYTES, which is whole, if FUNCTION still lacks such a
 * one. */
static void take_endpoint(struct usb_function *function, const uint8_t *bytes)
{
    uint8_t address = bytes[ENDPOINT_ADDRESS];
    unsigned kind = bytes[ENDPOINT_ATTRIBUTES] & ATTRIBUTES_KIND;
    unsigned size = word_at(bytes + ENDPOINT_PACKET_SIZE) & PACKET_SIZE;
    bool is_in = (address & ADDRESS_IN) != 0;
    unsigned wanted = is_serial(function->kind) ? KIND_BULK : KIND_INTERRUPT;
    struct usb_endpoint *pipe =
        &function->pipes[is_in ? USB_PIPE_IN : USB_PIPE_OUT];

    if (kind != wanted || (address & ADDRESS_NUMBER) == 0 || size == 0 ||
        size > USB_PACKET_MAX || pipe->address != 0 ||
        (kind == KIND_INTERRUPT && !is_in)) {
        return;
    }
    *pipe = (struct usb_endpoint){
        .address = address,
        .is_interrupt = kind == KIND_INTERRUPT,
        .packet_size = (uint16_t)size,
        .interval = bytes[ENDPOINT_INTERVAL],
    };
}

static bool is_complete(const struct usb_function *function)
{
    const struct usb_endpoint *in = &function->pipes[USB_PIPE_IN];
    unsigned least = function->kind == USB_KIND_KEYBOARD ? KEYBOARD_REPORT_SIZE
                                                         : HUB_REPORT_SIZE_MIN;

    if (function->kind == USB_KIND_NONE || in->packet_size < least) {
        return false;
    }
    return !is_serial(function->kind) ||
           function->pipes[USB_PIPE_OUT].address != 0;
}

/* The endpoints that follow the interface at BYTES are FUNCTION's; the data of
 * an ACM are an interface of their own. Returns whether they are. */
static bool begin_interface(const struct usb_identity *identity,
                            const uint8_t *bytes, struct usb_function *function)
{
    if (function->kind == USB_KIND_ACM &&
        bytes[INTERFACE_CLASS] == CLASS_DATA) {
        return bytes[INTERFACE_ALTERNATE] == 0;
    }
    enum usb_kind kind = kind_of(identity, bytes);
    if (kind == USB_KIND_NONE) {
        return false;
    }
    *function = (struct usb_function){
        .kind = kind,
        .configuration = function->configuration,
        .interface = bytes[INTERFACE_NUMBER],
        .has_several = identity->product == PRODUCT_FT2232 ||
                       identity->product == PRODUCT_FT4232,
    };
    return true;
}

struct usb_function usb_find_function(const struct usb_identity *identity,
                                      const uint8_t *bytes, size_t size)
{
    const struct usb_function none = {.kind = USB_KIND_NONE};
    struct usb_function function = none;
    bool is_ours = false;

    if (usb_configuration_size(bytes, size) == 0) {
        return none;
    }
    function.configuration = bytes[CONFIGURATION_VALUE];
    for (size_t at = 0; size - at >= HEADER_SIZE; at += bytes[at + SIZE]) {
        size_t length = bytes[at + SIZE];
        if (length < HEADER_SIZE || length > size - at) {
            break;
        }
        if (bytes[at + TYPE] == TYPE_INTERFACE && length >= INTERFACE_SIZE) {
            is_ours = begin_interface(identity, bytes + at, &function);
        } else if (bytes[at + TYPE] == TYPE_ENDPOINT && is_ours &&
                   length >= ENDPOINT_SIZE) {
            take_endpoint(&function, bytes + at);
        }
        if (is_complete(&function)) {
            return function;
        }
    }
    return none;
}
