/* Devices of virtio, by the legacy interface, on PCI or in memory. (OASIS,
 * Virtual I/O Device 1.1: 4.1.4.8 and 4.2.4.) */
#pragma once

#include "drivers/virtio_queue.h"

#define VIRTIO_CONSOLE   3 /* the kind of a device (5) */

/* Registers in memory: how many bytes each device has. */
#define VIRTIO_MMIO_SIZE 512u

#define VIRTIO_NO_IRQ    0u /* it has to be asked */

struct virtio_device {
    uint16_t port;            /* of its registers, or 0 */
    volatile void *registers; /* those in memory, or NULL */
    unsigned irq;             /* of the 8259s, or VIRTIO_NO_IRQ */
};

/* Finds the consoles on PCI, and puts up to COUNT of them into DEVICES, in
 * their order. Returns how many. The other devices there, which nobody drives,
 * may interrupt no more: they could share a line. */
unsigned virtio_find_consoles(struct virtio_device *devices, unsigned count);

/* The device of KIND whose registers are mapped at REGISTERS, into DEVICE.
 * Returns whether there is one. */
bool virtio_find_in_memory(volatile void *registers, unsigned kind,
                           struct virtio_device *device);

/* Resets the device, and begins to set it up without any features. */
void virtio_begin(const struct virtio_device *device);

/* Makes QUEUE, in zeroed MEMORY of VIRTIO_QUEUE_BYTES at ADDRESS, the device's
 * queue INDEX. Returns 0, or -ENODEV when it has none that can be used. */
int virtio_set_queue(const struct virtio_device *device, unsigned index,
                     struct virtio_queue *queue, void *memory,
                     paddr_t address) MUST_CHECK;

/* The device may begin. */
void virtio_finish(const struct virtio_device *device);

/* Tells the device of a buffer in its queue INDEX. */
void virtio_notify(const struct virtio_device *device, unsigned index);

/* Ends its interrupt. */
void virtio_acknowledge(const struct virtio_device *device);
