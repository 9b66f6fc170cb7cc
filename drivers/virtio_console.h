/* A console of virtio: one line of bytes each way, for which the host needs a
 * call for thousands of bytes, where a serial port needs one for each. (Virtual
 * I/O Device 1.1, 5.3, without the feature of several ports.) */
#pragma once

#include "drivers/byte_queue.h"
#include "drivers/virtio.h"

#define VIRTIO_CONSOLE_INPUT 4096u

/* The device reads and writes within it: it is zeroed at first, and lies in one
 * piece of physical memory. */
struct virtio_console {
    _Alignas(VIRTIO_QUEUE_ALIGNMENT) uint8_t input_memory[VIRTIO_QUEUE_BYTES];
    uint8_t output_memory[VIRTIO_QUEUE_BYTES];
    uint8_t input[VIRTIO_CONSOLE_INPUT];
    struct byte_queue output;

    bool is_present; /* it is there, and has kept the rules so far */
    bool is_stuck;   /* it took nothing in the last wait */
    struct virtio_device device;
    paddr_t address; /* of this structure */
    struct virtio_queue input_queue;
    struct virtio_queue output_queue;
    size_t input_start; /* what of `input` has not been read */
    size_t input_end;
};

/* Sets DEVICE up as CONSOLE, which lies at ADDRESS. Returns 0, or -ENODEV when
 * its queues can't be used. */
int virtio_console_init(struct virtio_console *console,
                        const struct virtio_device *device,
                        paddr_t address) MUST_CHECK;

/* How many bytes virtio_console_send takes now. An interrupt comes when it can
 * take more. */
size_t virtio_console_room(struct virtio_console *console);

/* Sends of SIZE bytes what there is room for. Returns how many. */
size_t virtio_console_send(struct virtio_console *console, const void *bytes,
                           size_t size);

/* Sends SIZE bytes and waits until they are gone. The wait is bounded: a host
 * that reads nothing is waited for once, and loses bytes until it reads. */
void virtio_console_write(struct virtio_console *console, const void *bytes,
                          size_t size);

/* Waits until all that was sent is gone, as long as the host takes for it. */
void virtio_console_flush(struct virtio_console *console);

/* Takes up to SIZE bytes that have arrived. Returns how many; never waits. */
size_t virtio_console_read(struct virtio_console *console, void *bytes,
                           size_t size);

/* Sends on, and ends an interrupt. To be called when one comes. */
void virtio_console_collect(struct virtio_console *console);
