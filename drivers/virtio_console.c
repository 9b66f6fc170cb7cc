/* A console of virtio. */
#include "drivers/virtio_console.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* Its queues (5.3.2): input comes by port 0, output goes by port 1. QEMU's
 * console, which port 0 has to be, throws away what its host does not take at
 * once; port 1 waits. By the book that one needs the feature of more ports and
 * its control queue; QEMU takes its output without. */
#define INPUT      0
#define OUTPUT     5

/* Each asks the device, which takes about a microsecond. */
#define SEND_POLLS 1000000u

static paddr_t address_of(const struct virtio_console *console,
                          const void *member)
{
    return console->address +
           (paddr_t)((const char *)member - (const char *)console);
}

/* The host may write all of `input`. */
static void offer_input(struct virtio_console *console)
{
    console->input_start = console->input_end = 0;
    virtio_queue_give(&console->input_queue,
                      address_of(console, console->input),
                      sizeof(console->input), VIRTIO_DEVICE_WRITES);
    virtio_notify(&console->device, INPUT);
}

int virtio_console_init(struct virtio_console *console,
                        const struct virtio_device *device, paddr_t address)
{
    console->device = *device;
    console->address = address;
    virtio_begin(device);

    int error = virtio_set_queue(device, INPUT, &console->input_queue,
                                 console->input_memory,
                                 address_of(console, console->input_memory));
    if (error == 0) {
        error = virtio_set_queue(device, OUTPUT, &console->output_queue,
                                 console->output_memory,
                                 address_of(console, console->output_memory));
    }
    if (error != 0) {
        return error;
    }
    virtio_queue_refuse_interrupt(&console->output_queue);
    virtio_finish(device);
    console->is_present = true;
    offer_input(console);
    return 0;
}

/* What breaks the rules once is not asked again. */
static void check(struct virtio_console *console)
{
    if (console->is_present &&
        (console->input_queue.is_broken || console->output_queue.is_broken)) {
        console->is_present = false;
        log_error("the virtio console breaks the rules of its queues, and is "
                  "not used any more");
    }
}

/* One piece at a time is the host's; it stays in the queue until it is gone. */
static void pump_output(struct virtio_console *console)
{
    struct virtio_queue *queue = &console->output_queue;
    uint32_t written;

    if (virtio_queue_take(queue, &written)) {
        byte_queue_drop(&console->output, queue->size);
        console->is_stuck = false;
    }
    size_t size = byte_queue_run(&console->output);
    if (queue->is_given || queue->is_broken || size == 0) {
        return;
    }
    virtio_queue_give(
        queue,
        address_of(console, &console->output.bytes[console->output.start]),
        (uint32_t)size, VIRTIO_DEVICE_READS);
    virtio_notify(&console->device, OUTPUT);
}

static void pump_input(struct virtio_console *console)
{
    uint32_t written;

    if (virtio_queue_take(&console->input_queue, &written)) {
        console->input_end = written;
    }
    if (!console->input_queue.is_given && !console->input_queue.is_broken &&
        console->input_start == console->input_end) {
        offer_input(console);
    }
}

void virtio_console_collect(struct virtio_console *console)
{
    if (!console->is_present) {
        return;
    }
    virtio_acknowledge(&console->device);
    pump_output(console);
    pump_input(console);
    check(console);
}

size_t virtio_console_room(struct virtio_console *console)
{
    pump_output(console);
    if (console->output.count == 0) {
        virtio_queue_refuse_interrupt(&console->output_queue);
    } else {
        virtio_queue_want_interrupt(&console->output_queue);
        pump_output(console); /* it may have come just before */
    }
    check(console);
    return byte_queue_room(&console->output);
}

size_t virtio_console_send(struct virtio_console *console, const void *bytes,
                           size_t size)
{
    size_t taken = byte_queue_put(&console->output, bytes, size);

    pump_output(console);
    check(console);
    return taken;
}

/* Waits until there is nothing left to send. */
static bool is_flushed(struct virtio_console *console)
{
    unsigned polls = console->is_stuck ? 1 : SEND_POLLS;

    for (unsigned poll = 0; console->is_present && poll < polls; poll++) {
        pump_output(console);
        if (console->output.count == 0) {
            return true;
        }
        check(console);
        virtio_acknowledge(&console->device);
    }
    console->is_stuck = true;
    return false;
}

void virtio_console_write(struct virtio_console *console, const void *bytes,
                          size_t size)
{
    const uint8_t *next = bytes;

    while (is_flushed(console) && size != 0) {
        size_t taken = virtio_console_send(console, next, size);
        next += taken;
        size -= taken;
    }
}

void virtio_console_flush(struct virtio_console *console)
{
    while (console->is_present && console->output.count != 0) {
        pump_output(console);
        check(console);
        virtio_acknowledge(&console->device);
    }
}

size_t virtio_console_read(struct virtio_console *console, void *bytes,
                           size_t size)
{
    uint8_t *to = bytes;
    size_t total = 0;

    while (total < size && console->is_present) {
        pump_input(console);
        size_t count =
            MIN(size - total, console->input_end - console->input_start);
        if (count == 0) {
            break;
        }
        memcpy(to + total, console->input + console->input_start, count);
        console->input_start += count;
        total += count;
    }
    check(console);
    return total;
}
