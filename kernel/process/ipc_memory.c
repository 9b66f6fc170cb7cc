/* Memory of as many bytes as a program asks for. */
#include "kernel/process/ipc_memory.h"

#include "kernel/abi/errno.h"
#include "mm/frame.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

struct few {
    uint8_t bytes[64];
};

/* Bytes, or a table. */
struct some {
    uint8_t *frames[IPC_MEMORY_FRAMES];
};

static struct object_cache few_cache = OBJECT_CACHE(few_cache, struct few);
static struct object_cache some_cache = OBJECT_CACHE(some_cache, struct some);

static void *frame_make(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    return frame != PADDR_NONE ? memset(direct_map(frame), 0, PAGE_SIZE) : NULL;
}

static void frame_drop(void *frame)
{
    int error = frame_free(direct_map_address(frame));

    ASSERT_CMP(error, ==, 0);
}

static void table_free(struct some *table)
{
    for (size_t i = 0; i < IPC_MEMORY_FRAMES && table->frames[i] != NULL; i++) {
        frame_drop(table->frames[i]);
    }
    object_free(&some_cache, table);
}

/* The table for SIZE bytes and its frames, or NULL. */
static struct some *table_make(size_t size)
{
    struct some *table = object_alloc(&some_cache);

    for (size_t i = 0; table != NULL && i * PAGE_SIZE < size; i++) {
        table->frames[i] = frame_make();
        if (table->frames[i] == NULL) {
            table_free(table);
            return NULL;
        }
    }
    return table;
}

int ipc_memory_alloc(struct ipc_memory *memory, size_t size)
{
    ASSERT_CMP(size, <=, IPC_MEMORY_MAX);
    *memory = (struct ipc_memory){.size = size};
    if (size == 0) {
        return 0;
    }
    if (size <= sizeof(struct few)) {
        memory->first = object_alloc(&few_cache);
    } else if (size <= sizeof(struct some)) {
        memory->first = object_alloc(&some_cache);
    } else {
        memory->first = size <= PAGE_SIZE ? frame_make() : table_make(size);
    }
    return memory->first != NULL ? 0 : -ENOMEM;
}

void ipc_memory_free(struct ipc_memory *memory)
{
    if (memory->first == NULL) {
        return;
    }
    if (memory->size <= sizeof(struct few)) {
        object_free(&few_cache, memory->first);
    } else if (memory->size <= sizeof(struct some)) {
        object_free(&some_cache, memory->first);
    } else if (memory->size <= PAGE_SIZE) {
        frame_drop(memory->first);
    } else {
        table_free(memory->first);
    }
    memory->first = NULL;
}

void *ipc_memory_at(const struct ipc_memory *memory, size_t offset)
{
    const struct some *table = memory->first;

    ASSERT_CMP(offset, <, memory->size);
    return memory->size <= PAGE_SIZE
               ? (uint8_t *)memory->first + offset
               : table->frames[offset / PAGE_SIZE] + offset % PAGE_SIZE;
}

int ipc_memory_fill(const struct ipc_memory *memory, uaddr_t from)
{
    for (size_t at = 0; at < memory->size; at += PAGE_SIZE) {
        size_t part = MIN(memory->size - at, PAGE_SIZE);
        if (copy_from_user(ipc_memory_at(memory, at), from + at, part) != 0) {
            return -EFAULT;
        }
    }
    return 0;
}

int ipc_memory_give(const struct ipc_memory *memory, uaddr_t to, size_t size)
{
    ASSERT_CMP(size, <=, memory->size);
    for (size_t at = 0; at < size; at += PAGE_SIZE) {
        size_t part = MIN(size - at, PAGE_SIZE);
        if (copy_to_user(to + at, ipc_memory_at(memory, at), part) != 0) {
            return -EFAULT;
        }
    }
    return 0;
}
