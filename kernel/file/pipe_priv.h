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
    struct inode inode; /* its own, unless it is a fifo's */
    unsigned readers;
    unsigned writers;
    struct wait_queue to_read;
    struct wait_queue to_write;

    /* Of a fifo: how often either end was opened, and who waits for that. */
    unsigned reader_openings;
    unsigned writer_openings;
    struct wait_queue to_open;

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

/* A pipe without an inode, or NULL when there is no memory. */
struct pipe *pipe_alloc(const struct pipe_user *user);

/* Frees PIPE, of which no file is open. */
void pipe_free(struct pipe *pipe);

extern const struct inode_operations pipe_operations;

/* Its operations, for fifos. */
void pipe_opened(struct file *file);
void pipe_release(struct file *file);
int64_t pipe_read_pieces(struct file *file, struct pieces *to);
int64_t pipe_write_pieces(struct file *file, struct pieces *from);
int64_t pipe_ioctl(struct file *file, unsigned command, uaddr_t argument);
unsigned pipe_poll(struct file *file, struct poll *poll);

static inline struct pipe *pipe_of(const struct file *file)
{
    return file->inode->pipe;
}

static inline bool pipe_is(const struct file *file)
{
    return file->inode->pipe != NULL;
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
