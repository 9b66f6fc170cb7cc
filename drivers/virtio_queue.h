/* A queue of virtio (OASIS, Virtual I/O Device 1.1, 2.6: split, in the legacy
 * layout), of which one buffer at a time is the device's. Pure.
 *
 * The device can write the queue's memory at any moment, and what it writes is
 * not trusted: each word is read once and checked. */
#pragma once

#include "kernel/lib.h"

/* The most entries that a queue may have, a power of two, and the bytes that it
 * takes then. */
#define VIRTIO_QUEUE_ENTRIES   256u
#define VIRTIO_QUEUE_ALIGNMENT 4096u
#define VIRTIO_QUEUE_BYTES     (3 * VIRTIO_QUEUE_ALIGNMENT)

enum virtio_direction {
    VIRTIO_DEVICE_READS,
    VIRTIO_DEVICE_WRITES,
};

struct virtio_queue {
    struct virtio_descriptor *descriptors;
    uint16_t *available; /* flags, index, one entry for each descriptor */
    uint16_t *used;      /* flags, index, and the entries behind them */
    uint16_t entries;
    uint16_t given; /* buffers so far, modulo 2^16, as the indices count */
    uint32_t size;  /* of the buffer that the device has */
    bool is_given;  /* it has one */
    bool is_broken; /* the device broke the rules: nothing more is taken */
};

/* Lays an empty queue of ENTRIES out in MEMORY, zeroed and aligned. Returns
 * false when ENTRIES is no power of two or too many. */
bool virtio_queue_init(struct virtio_queue *queue, void *memory,
                       unsigned entries);

/* Gives the device, which has none, the buffer of SIZE bytes at ADDRESS. */
void virtio_queue_give(struct virtio_queue *queue, paddr_t address,
                       uint32_t size, enum virtio_direction direction);

/* Takes the buffer back if the device is done with it, and says how many bytes
 * it has written. Returns whether it was. */
bool virtio_queue_take(struct virtio_queue *queue, uint32_t *written);

/* Shall the device interrupt when it is done? At first it shall. */
void virtio_queue_want_interrupt(struct virtio_queue *queue);
void virtio_queue_refuse_interrupt(struct virtio_queue *queue);
