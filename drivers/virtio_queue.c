/* Queues of virtio. */
#include "drivers/virtio_queue.h"

#include "kernel/lib.h"

/* 2.6.5 */
struct virtio_descriptor {
    uint64_t address;
    uint32_t size;
    uint16_t flags;
    uint16_t next;
};

/* 2.6.8 */
struct used_entry {
    uint32_t descriptor;
    uint32_t written;
};

static_assert(sizeof(struct virtio_descriptor) == 16, "virtio 1.1, 2.6");
static_assert(sizeof(struct used_entry) == 8, "virtio 1.1, 2.6");

#define DESCRIPTOR_WRITE       2 /* by the device */
#define AVAILABLE_NO_INTERRUPT 1

/* Words of both rings: before the entries, and behind those of `available`. */
#define RING_FLAGS             0
#define RING_INDEX             1
#define RING_ENTRIES           2
#define RING_EVENT_WORDS       1

#define ONLY                   0 /* the one descriptor that is used */

static size_t used_offset(unsigned entries)
{
    size_t words = RING_ENTRIES + entries + RING_EVENT_WORDS;
    size_t size =
        entries * sizeof(struct virtio_descriptor) + words * sizeof(uint16_t);
    return align_up(size, VIRTIO_QUEUE_ALIGNMENT);
}

bool virtio_queue_init(struct virtio_queue *queue, void *memory,
                       unsigned entries)
{
    if (!is_power_of_two(entries) || entries > VIRTIO_QUEUE_ENTRIES) {
        return false;
    }
    ASSERT(is_aligned((uintptr_t)memory, VIRTIO_QUEUE_ALIGNMENT));
    struct virtio_descriptor *descriptors = memory;
    *queue = (struct virtio_queue){
        .descriptors = descriptors,
        .available = (uint16_t *)(descriptors + entries),
        .used = (uint16_t *)((char *)memory + used_offset(entries)),
        .entries = (uint16_t)entries,
    };
    return true;
}

void virtio_queue_give(struct virtio_queue *queue, paddr_t address,
                       uint32_t size, enum virtio_direction direction)
{
    ASSERT(!queue->is_given);
    bool is_written = direction == VIRTIO_DEVICE_WRITES;
    queue->descriptors[ONLY] = (struct virtio_descriptor){
        .address = address,
        .size = size,
        .flags = is_written ? DESCRIPTOR_WRITE : 0,
    };
    queue->available[RING_ENTRIES + queue->given % queue->entries] = ONLY;
    queue->given++;
    queue->size = size;
    queue->is_given = true;
    __atomic_store_n(&queue->available[RING_INDEX], queue->given,
                     __ATOMIC_SEQ_CST);
}

static bool break_off(struct virtio_queue *queue)
{
    queue->is_broken = true;
    return false;
}

bool virtio_queue_take(struct virtio_queue *queue, uint32_t *written)
{
    uint16_t done = __atomic_load_n(&queue->used[RING_INDEX], __ATOMIC_ACQUIRE);
    uint16_t before = (uint16_t)(queue->given - (queue->is_given ? 1 : 0));

    if (queue->is_broken || done == before) {
        return false;
    }
    if (!queue->is_given || done != queue->given) {
        return break_off(queue);
    }
    const struct used_entry *entries =
        (const struct used_entry *)&queue->used[RING_ENTRIES];
    const struct used_entry *entry = &entries[before % queue->entries];
    uint32_t size = __atomic_load_n(&entry->written, __ATOMIC_RELAXED);
    if (__atomic_load_n(&entry->descriptor, __ATOMIC_RELAXED) != ONLY ||
        size > queue->size) {
        return break_off(queue);
    }
    queue->is_given = false;
    *written = size;
    return true;
}

static void set_flags(struct virtio_queue *queue, uint16_t flags)
{
    __atomic_store_n(&queue->available[RING_FLAGS], flags, __ATOMIC_SEQ_CST);
}

void virtio_queue_want_interrupt(struct virtio_queue *queue)
{
    set_flags(queue, 0);
}

void virtio_queue_refuse_interrupt(struct virtio_queue *queue)
{
    set_flags(queue, AVAILABLE_NO_INTERRUPT);
}
