/* Bytes on their way to a line that is slower than who writes: a ring, first in
 * first out. Pure. */
#pragma once

#include "kernel/lib.h"

#define BYTE_QUEUE_SIZE 8192u

struct byte_queue {
    uint8_t bytes[BYTE_QUEUE_SIZE];
    size_t start;
    size_t count;
};

/* How many bytes byte_queue_put takes. */
size_t byte_queue_room(const struct byte_queue *queue);

/* Adds of SIZE bytes what there is room for. Returns how many. */
size_t byte_queue_put(struct byte_queue *queue, const void *bytes, size_t size);

/* The first bytes that lie side by side: at bytes[start]. Returns how many, 0
 * of an empty queue alone. */
size_t byte_queue_run(const struct byte_queue *queue);

/* Takes COUNT bytes away, which are there. */
void byte_queue_drop(struct byte_queue *queue, size_t count);
