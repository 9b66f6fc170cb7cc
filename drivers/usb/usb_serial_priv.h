/* The queues of the serial line, between its driver and who uses it. */
#pragma once

#include "drivers/byte_queue.h"
#include "drivers/usb/usb_driver.h"

struct usb_serial_line {
    struct usb_device *device; /* NULL: there is no adapter */
    struct byte_queue input;
    struct byte_queue output;
    uint64_t moved_at; /* when it took something last, nanoseconds */
    bool is_stuck;     /* it took nothing in the last wait */
};
extern struct usb_serial_line usb_serial_line;
