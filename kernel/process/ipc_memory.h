/* Memory of as many bytes as a program asks for: semaphores, what undoes their
 * operations, the text of messages. It costs little where it is little:
 *
 *     up to 64 bytes, up to 512, up to a frame    -> the bytes
 *     more                                        -> a table -> frames
 */
#pragma once

#include "kernel/lib.h"
#include "mm/layout.h"

#define IPC_MEMORY_FRAMES 64
#define IPC_MEMORY_MAX    (IPC_MEMORY_FRAMES * PAGE_SIZE)

struct ipc_memory {
    size_t size;
    void *first; /* the bytes or the table; NULL for no bytes */
};

/* SIZE bytes, all zero, at most IPC_MEMORY_MAX. Returns 0 or -ENOMEM. */
int ipc_memory_alloc(struct ipc_memory *memory, size_t size) MUST_CHECK;

void ipc_memory_free(struct ipc_memory *memory);

/* The byte at OFFSET, which is below its size. What lies in one page of the
 * offsets with it lies behind it. */
void *ipc_memory_at(const struct ipc_memory *memory, size_t offset);

/* Fill MEMORY from the running program, or give it SIZE bytes of it, at most
 * all. Return 0 or -EFAULT. */
int ipc_memory_fill(const struct ipc_memory *memory, uaddr_t from) MUST_CHECK;
int ipc_memory_give(const struct ipc_memory *memory, uaddr_t to,
                    size_t size) MUST_CHECK;
