/* A pipe, for the files that are about pipes. */
#pragma once

#include "kernel/file/pipe.h"
#include "kernel/file/pipe_account.h"
#include "kernel/thread.h"

#define PIPE_SLOTS          16u /* that a new pipe has */
#define PIPE_SLOTS_AT_LEAST 2u  /* what a user gets who has too many */
#define PIPE_SLOTS_MAX      (PIPE_SIZE_MAX / PAGE_SIZE)

/* The bytes in a page, at [start, start + size). */
struct pipe_slot {
    char *page;
    uint16_t start;
    uint16_t size;
    bool is_packet; /* a read gives no more, and the rest is lost */
};

/* All that waits looks again at the pipe itself. One CPU runs, and nothing here
 * gives it away but thread_wait. */
struct pipe {
    struct inode inode;
    unsigned readers;
    unsigned writers;
    struct wait_queue to_read;
    struct wait_queue to_write;

    /* Slots that were filled and emptied since the beginning: both numbers
     * without end, of which the low bits say where in the ring. */
    unsigned filled;
    unsigned emptied;
    unsigned slot_count; /* a power of two */
    struct pipe_slot *slots;
    struct pipe_slot own_slots[PIPE_SLOTS]; /* or a frame of them */

    char *spare; /* a page for the next slot, or NULL */
    struct pipe_account *account;
};

/* Frees PIPE, of which no file is open. */
void pipe_free(struct pipe *pipe);

extern const struct inode_operations pipe_operations;

static inline struct pipe *pipe_of(const struct file *file)
{
    return list_entry(file->inode, struct pipe, inode);
}

static inline bool pipe_is(const struct file *file)
{
    return file->inode->operations == &pipe_operations;
}

static inline unsigned pipe_used(const struct pipe *pipe)
{
    return pipe->filled - pipe->emptied;
}

static inline bool pipe_is_full(const struct pipe *pipe)
{
    return pipe_used(pipe) >= pipe->slot_count;
}

static inline struct pipe_slot *pipe_slot(const struct pipe *pipe,
                                          unsigned number)
{
    return &pipe->slots[number & (pipe->slot_count - 1)];
}
