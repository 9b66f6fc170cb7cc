/* A ring of bytes. */
#include "drivers/byte_queue.h"

#include "kernel/lib.h"

size_t byte_queue_room(const struct byte_queue *queue)
{
    ASSERT(queue->start < BYTE_QUEUE_SIZE && queue->count <= BYTE_QUEUE_SIZE);
    return BYTE_QUEUE_SIZE - queue->count;
}

size_t byte_queue_put(struct byte_queue *queue, const void *bytes, size_t size)
{
    size_t taken = MIN(size, byte_queue_room(queue));
    size_t end = (queue->start + queue->count) % BYTE_QUEUE_SIZE;
    size_t first = MIN(taken, BYTE_QUEUE_SIZE - end);

    memcpy(&queue->bytes[end], bytes, first);
    memcpy(queue->bytes, (const uint8_t *)bytes + first, taken - first);
    queue->count += taken;
    return taken;
}

size_t byte_queue_run(const struct byte_queue *queue)
{
    return MIN(queue->count, BYTE_QUEUE_SIZE - queue->start);
}

void byte_queue_drop(struct byte_queue *queue, size_t count)
{
    ASSERT_CMP(count, <=, queue->count);
    queue->start = (queue->start + count) % BYTE_QUEUE_SIZE;
    queue->count -= count;
}
