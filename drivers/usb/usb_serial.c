/* The drivers of serial adapters. (FTDI, AN_232R-01 and the source of Linux'
 * ftdi_sio for the requests; CDC PSTN 1.2, 6.3 for those of ACM.) */
#include "drivers/usb/usb_serial_priv.h"
#include "kernel/lib.h"

/* FTDI's requests. */
#define FTDI_RESET        0
#define FTDI_MODEM        1
#define FTDI_FLOW         2
#define FTDI_BAUD         3
#define FTDI_DATA         4
#define FTDI_LATENCY      9
#define FTDI_READY        0x0303 /* DTR and RTS, and that both are meant */
#define FTDI_115200       26     /* of 3 MHz */
#define FTDI_8N1          8
#define FTDI_MILLISECONDS 1
#define FTDI_STATUS_SIZE  2u /* that each packet begins with */

#define ACM_LINE_CODING   0x20
#define ACM_LINE_STATE    0x22
#define ACM_READY         3 /* DTR and RTS */

/* Its requests, one after the other. */
struct request {
    uint8_t type;
    uint8_t number;
    uint16_t value;
    uint16_t size; /* of `data` */
    const uint8_t *data;
};

static const struct request ftdi_requests[] = {
    {USB_VENDOR, FTDI_RESET, 0, 0, NULL},
    {USB_VENDOR, FTDI_BAUD, FTDI_115200, 0, NULL},
    {USB_VENDOR, FTDI_DATA, FTDI_8N1, 0, NULL},
    {USB_VENDOR, FTDI_FLOW, 0, 0, NULL},
    {USB_VENDOR, FTDI_MODEM, FTDI_READY, 0, NULL},
    {USB_VENDOR, FTDI_LATENCY, FTDI_MILLISECONDS, 0, NULL},
};

/* 115200 baud, in little-endian order; one stop bit, no parity, 8 bits. */
static const uint8_t acm_coding[] = {0x00, 0xc2, 0x01, 0x00, 0, 0, 8};
static const struct request acm_requests[] = {
    {USB_CLASS | USB_TO_INTERFACE, ACM_LINE_CODING, 0, sizeof(acm_coding),
     acm_coding},
    {USB_CLASS | USB_TO_INTERFACE, ACM_LINE_STATE, ACM_READY, 0, NULL},
};

struct usb_serial_line usb_serial_line;

static bool is_line(const struct usb_device *device)
{
    return usb_serial_line.device == device;
}

static const struct request *request_of(const struct usb_device *device)
{
    unsigned step = device->as_serial.step;

    if (device->function.kind == USB_KIND_FTDI) {
        return step < ARRAY_COUNT(ftdi_requests) ? &ftdi_requests[step] : NULL;
    }
    return step < ARRAY_COUNT(acm_requests) ? &acm_requests[step] : NULL;
}

/* FTDI means by 0 the only line, and counts from 1 where there are several. */
static uint16_t index_of(const struct usb_device *device)
{
    bool counts =
        device->function.kind == USB_KIND_FTDI && device->function.has_several;

    return (uint16_t)(device->function.interface + (counts ? 1 : 0));
}

/* What moves can move. */
static void pump(struct usb_device *device)
{
    struct usb_serial *serial = &device->as_serial;
    struct byte_queue *input = &usb_serial_line.input;
    struct byte_queue *output = &usb_serial_line.output;
    size_t packet = device->function.pipes[USB_PIPE_IN].packet_size;

    if (!serial->is_receiving && byte_queue_room(input) >= packet) {
        serial->is_receiving = true;
        usb_host_transfer(device, USB_PIPE_IN, packet);
    }
    size_t size = MIN(byte_queue_run(output), (size_t)USB_PACKET_MAX);
    if (serial->sent == 0 && size != 0) {
        memcpy(device->pipes[USB_PIPE_OUT], &output->bytes[output->start],
               size);
        serial->sent = size;
        usb_host_transfer(device, USB_PIPE_OUT, size);
    }
}

static void next_request(struct usb_device *device)
{
    const struct request *request = request_of(device);

    if (request == NULL) {
        device->as_serial.is_ready = true;
        pump(device);
        return;
    }
    const struct usb_setup setup = {
        .type = request->type,
        .request = request->number,
        .value = request->value,
        .index = index_of(device),
        .length = request->size,
    };
    if (request->size != 0) {
        memcpy(device->control, request->data, request->size);
    }
    usb_control(device, &setup);
}

static void start(struct usb_device *device)
{
    device->as_serial = (struct usb_serial){.step = 0};
    if (usb_serial_line.device == NULL) {
        usb_serial_line.device = device;
        usb_serial_line.is_stuck = false;
        usb_serial_line.moved_at = usb_now();
        next_request(device);
    }
}

/* An adapter may refuse what it has no wire for. */
static void done(struct usb_device *device, int status, size_t size)
{
    (void)status, (void)size;
    device->as_serial.step++;
    next_request(device);
}

static void receive(struct usb_device *device, size_t size)
{
    bool is_ftdi = device->function.kind == USB_KIND_FTDI;
    size_t skipped = is_ftdi ? MIN(size, (size_t)FTDI_STATUS_SIZE) : 0;

    device->as_serial.is_receiving = false;
    (void)byte_queue_put(&usb_serial_line.input,
                         device->pipes[USB_PIPE_IN] + skipped, size - skipped);
}

/* What was not taken is sent again. */
static void pipe_done(struct usb_device *device, enum usb_pipe pipe,
                      size_t size)
{
    struct usb_serial *serial = &device->as_serial;

    if (pipe == USB_PIPE_IN) {
        receive(device, size);
    } else {
        byte_queue_drop(&usb_serial_line.output, MIN(size, serial->sent));
        serial->sent = 0;
        usb_serial_line.moved_at = usb_now();
        usb_serial_line.is_stuck = false;
    }
    pump(device);
}

static void poll(struct usb_device *device, uint64_t now)
{
    (void)now;
    if (is_line(device) && device->as_serial.is_ready) {
        pump(device);
    }
}

/* Another adapter that is there takes its place. */
static void stop(struct usb_device *device)
{
    if (!is_line(device)) {
        return;
    }
    usb_serial_line.device = NULL;
    for (unsigned i = 0; i < USB_DEVICES_MAX; i++) {
        struct usb_device *other = &usb_devices[i];
        const struct usb_driver *driver = usb_driver_of(other);
        if (other != device && other->state == USB_DEVICE_LIVING &&
            (driver == &usb_ftdi_driver || driver == &usb_acm_driver)) {
            start(other);
            return;
        }
    }
}

const struct usb_driver usb_ftdi_driver = {
    .name = "serial adapter, FTDI",
    .start = start,
    .done = done,
    .pipe_done = pipe_done,
    .poll = poll,
    .stop = stop,
};

const struct usb_driver usb_acm_driver = {
    .name = "serial adapter, CDC-ACM",
    .start = start,
    .done = done,
    .pipe_done = pipe_done,
    .poll = poll,
    .stop = stop,
};
