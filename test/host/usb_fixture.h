/* USB devices without a controller: what the core asks for waits until the test
 * or the fuzzer lets it end, with an answer of its choice. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/usb/usb_driver.h"
#include "drivers/usb/usb_keyboard.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "kernel/lib/panic.h"

#define MILLISECOND 1000000ull
#define TYPED_MAX   256u

#define DEVICE_BYTES(class, protocol, packet)                                  \
    18, 1, 0x10, 1, class, 0, protocol, packet, 0x27, 6, 1, 0, 0, 0, 0, 0, 0, 1
#define INTERFACE(number, class, subclass, protocol)                           \
    9, 4, number, 0, 1, class, subclass, protocol, 0
#define ENDPOINT(address, kind, size)                                          \
    7, 5, address, kind, size & 0xff, size >> 8, 10

static const uint8_t keyboard_device[] = {DEVICE_BYTES(0, 0, 8)};
static const uint8_t keyboard[] = {9,
                                   2,
                                   43,
                                   0,
                                   1,
                                   5,
                                   0,
                                   0xa0,
                                   50,
                                   INTERFACE(0, 3, 0, 2),
                                   INTERFACE(1, 3, 1, 1),
                                   9,
                                   0x21,
                                   0x11,
                                   1,
                                   0,
                                   1,
                                   0x22,
                                   63,
                                   0,
                                   ENDPOINT(0x82, 3, 8)};
static const uint8_t hub_device[] = {DEVICE_BYTES(9, 1, 64)};
static const uint8_t hub[] = {
    9, 2, 25, 0, 1, 1, 0, 0xe0, 0, INTERFACE(0, 9, 0, 0), ENDPOINT(0x81, 3, 1)};
static const uint8_t hub_descriptor[] = {9, 0x29, 4, 9, 0, 1, 0, 0};

static const uint8_t ftdi_device[] = {18,   1,    0,    2, 0, 0, 0, 8, 0x03,
                                      0x04, 0x01, 0x60, 0, 4, 1, 2, 3, 1};
static const uint8_t ftdi[] = {9,
                               2,
                               32,
                               0,
                               1,
                               1,
                               0,
                               0x80,
                               50,
                               INTERFACE(0, 0xff, 0xff, 0xff),
                               ENDPOINT(0x81, 2, 64),
                               ENDPOINT(0x02, 2, 64)};
static const uint8_t acm_device[] = {DEVICE_BYTES(2, 0, 64)};
static const uint8_t acm[] = {9,
                              2,
                              48,
                              0,
                              2,
                              1,
                              0,
                              0x80,
                              50,
                              INTERFACE(2, 2, 2, 1),
                              ENDPOINT(0x83, 3, 16),
                              INTERFACE(3, 10, 0, 0),
                              ENDPOINT(0x81, 2, 64),
                              ENDPOINT(0x02, 2, 64)};

/* What runs for one device. */
struct running {
    bool is_begun; /* something that usb_done ends */
    bool is_control;
    struct usb_setup setup;
    bool pipes[USB_PIPES];
    size_t pipe_sizes[USB_PIPES];
    bool is_leaving;
    uint8_t control[USB_CONTROL_MAX];
    uint8_t buffers[USB_PIPES][USB_PACKET_MAX];
};

static struct usb_host host;
static struct usb_port root_port;
static struct running running[USB_DEVICES_MAX];
static uint64_t now = 1000 * MILLISECOND;
static uint8_t typed[TYPED_MAX]; /* scan codes */
static size_t typed_count;
static unsigned leds;

void log_write(enum log_level level, const char *format, ...)
{
    (void)level, (void)format;
}

void panic(const char *format, ...)
{
    fprintf(stderr, "panic: %s\n", format);
    abort();
}

void console_type(const uint8_t *scancodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        typed[typed_count++ % TYPED_MAX] = scancodes[i];
    }
}

unsigned console_leds(void)
{
    return leds;
}

static struct running *running_of(const struct usb_device *device)
{
    return &running[device - usb_devices];
}

static struct running *begin_for(struct usb_device *device)
{
    struct running *it = running_of(device);
    if (it->is_begun || it->is_leaving) {
        panic("two at a time");
    }
    it->is_begun = true;
    it->is_control = false;
    return it;
}

void usb_host_address(struct usb_device *device)
{
    struct running *it = running_of(device);
    memset(it, 0, sizeof(*it));
    device->control = it->control;
    device->pipes[USB_PIPE_IN] = it->buffers[USB_PIPE_IN];
    device->pipes[USB_PIPE_OUT] = it->buffers[USB_PIPE_OUT];
    begin_for(device);
}

void usb_host_set_packet_size(struct usb_device *device)
{
    begin_for(device);
}

void usb_host_configure(struct usb_device *device)
{
    begin_for(device);
}

void usb_host_set_hub(struct usb_device *device)
{
    begin_for(device);
}

void usb_host_control(struct usb_device *device, const struct usb_setup *setup)
{
    struct running *it = begin_for(device);
    if (setup->length > USB_CONTROL_MAX) {
        panic("too long");
    }
    it->is_control = true;
    it->setup = *setup;
}

void usb_host_transfer(struct usb_device *device, enum usb_pipe pipe,
                       size_t size)
{
    struct running *it = running_of(device);
    if (it->pipes[pipe] || it->is_leaving || size > USB_PACKET_MAX ||
        size == 0 || device->function.pipes[pipe].address == 0) {
        panic("a transfer that must not be");
    }
    it->pipes[pipe] = true;
    it->pipe_sizes[pipe] = size;
}

void usb_host_release(struct usb_device *device)
{
    running_of(device)->is_leaving = true;
}

/* Lets what was begun for DEVICE end. SIZE bytes of DATA are what it brings. */
static inline void end_control(struct usb_device *device, int status,
                               const void *data, size_t size)
{
    struct running *it = running_of(device);
    size_t length = it->is_control ? MIN(size, (size_t)it->setup.length) : 0;

    if (length != 0 && (it->setup.type & USB_TO_HOST) != 0) {
        memcpy(it->control, data, length);
    }
    it->is_begun = false;
    usb_done(device, status, status == 0 ? length : 0);
}

static inline void end_pipe(struct usb_device *device, enum usb_pipe pipe,
                            int status, const void *data, size_t size)
{
    struct running *it = running_of(device);
    size_t length = MIN(size, it->pipe_sizes[pipe]);

    if (pipe == USB_PIPE_IN) {
        memcpy(it->buffers[pipe], data, length);
    }
    it->pipes[pipe] = false;
    usb_pipe_done(device, pipe, status, length);
}

static inline void end_release(struct usb_device *device)
{
    memset(running_of(device), 0, sizeof(struct running));
    usb_released(device);
}

/* Time passes, and the root port shows STATUS. Returns whether it was reset. */
static inline bool pass(uint64_t milliseconds, struct usb_port_status status,
                        enum usb_speed speed)
{
    const struct usb_socket socket = {
        .host = &host, .port = &root_port, .number = 3, .speed = speed};

    now += milliseconds * MILLISECOND;
    usb_devices_poll(now);
    return usb_port_run(&socket, status);
}

/* Plugs a device in, up to where the first thing is asked of it. */
static inline struct usb_device *plug_in(enum usb_speed speed)
{
    struct usb_port_status status = {.is_connected = true};

    (void)pass(1, status, speed);
    if (!pass(101, status, speed)) {
        return NULL;
    }
    status.is_enabled = status.is_reset = true;
    (void)pass(50, status, speed);
    (void)pass(11, status, speed);
    return root_port.device;
}

/* Unplugs it, and lets all that leaves be gone. */
static inline void unplug(void)
{
    struct usb_port_status status = {.has_changed = true};

    (void)pass(1, status, USB_SPEED_FULL);
    for (unsigned i = 0; i < USB_DEVICES_MAX; i++) {
        if (usb_devices[i].state == USB_DEVICE_LIVING) {
            panic("a device is left");
        }
        if (usb_devices[i].state == USB_DEVICE_LEAVING) {
            end_release(&usb_devices[i]);
        }
    }
    if (host.is_held || root_port.state != USB_PORT_EMPTY) {
        panic("the bus or the port is still held");
    }
}

/* What IT is likely to be asked for: a good text, or another one. */
static inline size_t choose_text(const struct usb_device *it,
                                 size_t (*draw)(size_t limit), uint8_t *bytes)
{
    static const struct {
        const uint8_t *bytes;
        size_t size;
    } texts[] = {{hub_device, sizeof(hub_device)},
                 {hub, sizeof(hub)},
                 {keyboard_device, sizeof(keyboard_device)},
                 {keyboard, sizeof(keyboard)},
                 {hub_descriptor, sizeof(hub_descriptor)},
                 {ftdi_device, sizeof(ftdi_device)},
                 {ftdi, sizeof(ftdi)},
                 {acm_device, sizeof(acm_device)},
                 {acm, sizeof(acm)},
                 {(const uint8_t *)"\3\5\x11", 4}};
    enum {
        TEXT_HUB = 4,
        TEXT_STATUS = 9,
    };
    static const size_t device_texts[] = {0, 2, 5, 7};
    const struct usb_setup *setup = &running_of(it)->setup;
    size_t text = draw(ARRAY_COUNT(texts));

    if (draw(8) != 0) {
        size_t pair = it->hub == NULL ? 0 : it->port_number;
        switch (setup->value >> 8) {
        case USB_DESCRIPTOR_DEVICE:
            text = device_texts[pair % ARRAY_COUNT(device_texts)];
            break;
        case USB_DESCRIPTOR_CONFIGURATION:
            text = device_texts[pair % ARRAY_COUNT(device_texts)] + 1;
            break;
        default:
            text = setup->request == 0 ? TEXT_STATUS : TEXT_HUB;
        }
    }
    memcpy(bytes, texts[text].bytes, texts[text].size);
    return texts[text].size;
}

/* Some answer to what runs for IT: of good bytes and damaged ones. */
static inline void answer(struct usb_device *it, size_t (*draw)(size_t limit))
{
    struct running *at = running_of(it);
    uint8_t data[USB_PACKET_MAX];

    memset(data, (int)draw(256), sizeof(data));
    size_t length = choose_text(it, draw, data);
    if (draw(8) == 0) {
        data[draw(length)] = (uint8_t)draw(256);
    }
    size_t size = draw(16) == 0 ? draw(sizeof(data)) : sizeof(data);
    int status = draw(32) == 0 ? -EPIPE : 0;
    if (at->is_leaving) {
        end_release(it);
    } else if (at->is_begun) {
        end_control(it, status, data, size);
    } else if (at->pipes[USB_PIPE_IN]) {
        end_pipe(it, USB_PIPE_IN, status, data, size);
    } else if (at->pipes[USB_PIPE_OUT]) {
        end_pipe(it, USB_PIPE_OUT, status, data, size);
    }
}

/* A device that does as DRAW says, for STEPS, and is pulled out then. Returns
 * how often there was one behind it. */
static inline unsigned play(size_t (*draw)(size_t limit), unsigned steps)
{
    bool is_there = plug_in((enum usb_speed)(1 + draw(4))) != NULL;
    unsigned children = 0;

    for (unsigned step = 0; is_there && step < steps; step++) {
        for (unsigned i = 0; i < USB_DEVICES_MAX; i++) {
            struct usb_device *it = &usb_devices[i];
            if (it->state != USB_DEVICE_FREE && draw(4) != 0) {
                answer(it, draw);
            }
            children += it->state == USB_DEVICE_LIVING && it->hub != NULL;
        }
        now += draw(64) * MILLISECOND;
        usb_devices_poll(now);
    }
    unplug();
    return children;
}
