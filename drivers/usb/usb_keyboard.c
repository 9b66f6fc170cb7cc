/* The driver of keyboards, by the protocol that they have for BIOSes. (HID
 * 1.11, 7.2 and appendix B.) */
#include "drivers/usb/usb_keyboard.h"
#include "drivers/usb/usb_driver.h"
#include "kernel/lib.h"

#define SET_REPORT    0x09
#define SET_IDLE      0x0a
#define SET_PROTOCOL  0x0b

#define PROTOCOL_BOOT 0
#define IDLE_FOR_EVER 0 /* no report while nothing changes */
#define REPORT_OUTPUT 0x0200
#define REPORT_BYTES  64u /* that are asked for: a boot report has 8 */

enum step {
    STEP_PROTOCOL,
    STEP_IDLE,
    STEP_READY,
};

static void request(struct usb_device *device, unsigned number, unsigned value,
                    unsigned length)
{
    const struct usb_setup setup = {
        .type = USB_CLASS | USB_TO_INTERFACE,
        .request = (uint8_t)number,
        .value = (uint16_t)value,
        .index = device->function.interface,
        .length = (uint16_t)length,
    };
    usb_control(device, &setup);
}

static void listen(struct usb_device *device)
{
    size_t size = device->function.pipes[USB_PIPE_IN].packet_size;

    usb_host_transfer(device, USB_PIPE_IN, MIN(size, (size_t)REPORT_BYTES));
}

static void start(struct usb_device *device)
{
    device->as_keyboard = (struct usb_keyboard){.step = STEP_PROTOCOL};
    request(device, SET_PROTOCOL, PROTOCOL_BOOT, 0);
}

/* A keyboard that refuses one of these may still work. */
static void done(struct usb_device *device, int status, size_t size)
{
    (void)status, (void)size;
    switch (device->as_keyboard.step) {
    case STEP_PROTOCOL:
        device->as_keyboard.step = STEP_IDLE;
        request(device, SET_IDLE, IDLE_FOR_EVER, 0);
        break;
    case STEP_IDLE:
        device->as_keyboard.step = STEP_READY;
        listen(device);
        break;
    default:
        break;
    }
}

static void pipe_done(struct usb_device *device, enum usb_pipe pipe,
                      size_t size)
{
    uint8_t scancodes[HID_SCANCODES_MAX];
    size_t count =
        hid_keyboard_report(&device->as_keyboard.hid, device->pipes[pipe], size,
                            usb_now(), scancodes);

    console_type(scancodes, count);
    listen(device);
}

static void show_leds(struct usb_device *device)
{
    unsigned leds = console_leds();

    if (leds == device->as_keyboard.leds || device->is_busy) {
        return;
    }
    device->as_keyboard.leds = leds;
    device->control[0] = (uint8_t)leds;
    request(device, SET_REPORT, REPORT_OUTPUT, 1);
}

static void poll(struct usb_device *device, uint64_t now)
{
    uint8_t scancodes[HID_SCANCODES_MAX];

    if (device->as_keyboard.step != STEP_READY) {
        return;
    }
    size_t count =
        hid_keyboard_repeat(&device->as_keyboard.hid, now, scancodes);
    console_type(scancodes, count);
    show_leds(device);
}

static void stop(struct usb_device *device)
{
    uint8_t scancodes[HID_SCANCODES_MAX];
    size_t count = hid_keyboard_release(&device->as_keyboard.hid, scancodes);

    console_type(scancodes, count);
}

const struct usb_driver usb_keyboard_driver = {
    .name = "keyboard",
    .start = start,
    .done = done,
    .pipe_done = pipe_done,
    .poll = poll,
    .stop = stop,
};
