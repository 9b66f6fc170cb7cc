/* The serial line, for who reads and writes. */
#include "drivers/usb/usb_serial.h"

#include "drivers/clock.h"
#include "drivers/usb/usb_poll.h"
#include "drivers/usb/usb_serial_priv.h"

#define WAIT_TIME NANOSECONDS_PER_SECOND

bool usb_serial_is_there(void)
{
    return usb_serial_line.device != NULL;
}

size_t usb_serial_room(void)
{
    struct usb_serial_line *line = &usb_serial_line;
    size_t room = byte_queue_room(&line->output);

    if (room == 0 && clock_nanoseconds() - line->moved_at > WAIT_TIME) {
        line->is_stuck = true;
    }
    return !usb_serial_is_there() || line->is_stuck ? SIZE_MAX : room;
}

size_t usb_serial_send(const void *bytes, size_t size)
{
    if (usb_serial_line.output.count == 0) {
        usb_serial_line.moved_at = clock_nanoseconds();
    }
    size_t taken = byte_queue_put(&usb_serial_line.output, bytes, size);
    return usb_serial_is_there() ? taken : size;
}

/* Waits until there is nothing left to send. */
static bool is_flushed(void)
{
    uint64_t limit = usb_serial_line.is_stuck ? 0 : WAIT_TIME;
    uint64_t start = clock_nanoseconds();

    do {
        usb_poll();
        if (!usb_serial_is_there() || usb_serial_line.output.count == 0) {
            return usb_serial_is_there();
        }
        __builtin_ia32_pause();
    } while (clock_nanoseconds() - start < limit);
    usb_serial_line.is_stuck = true;
    return false;
}

void usb_serial_write(const void *bytes, size_t size)
{
    const uint8_t *next = bytes;

    if (usb_is_polling() || !usb_serial_is_there()) {
        (void)usb_serial_send(bytes, size);
        return;
    }
    while (size != 0 && is_flushed()) {
        size_t taken = usb_serial_send(next, size);
        next += taken;
        size -= taken;
    }
    usb_serial_flush();
}

void usb_serial_flush(void)
{
    (void)is_flushed();
}

size_t usb_serial_read(void *bytes, size_t size)
{
    struct byte_queue *input = &usb_serial_line.input;
    uint8_t *to = bytes;
    size_t total = 0;

    usb_poll();
    while (total < size && input->count != 0) {
        size_t count = MIN(size - total, byte_queue_run(input));
        memcpy(to + total, &input->bytes[input->start], count);
        byte_queue_drop(input, count);
        total += count;
    }
    return total;
}
