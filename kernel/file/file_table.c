/* Tables of descriptors. */
#include "kernel/file/file_table.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/file_lock.h"
#include "kernel/file/socket.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct file_table);
static struct object_cache blocks = OBJECT_CACHE(blocks, struct file_block);

static_assert(FILE_BLOCKS_MAX * sizeof(struct file_block *) == FRAME_SIZE,
              "the blocks' addresses fill a frame");

/* The block of FD, or NULL when there is none. */
static struct file_block *block_of(const struct file_table *table, int fd)
{
    unsigned index = (unsigned)fd / FILE_BLOCK_SIZE;

    if (index == 0) {
        return (struct file_block *)&table->first;
    }
    return table->more != NULL && index < FILE_BLOCKS_MAX ? table->more[index]
                                                          : NULL;
}

static uint64_t bit_of(int fd)
{
    return BIT(fd % FILE_BLOCK_SIZE);
}

struct file *file_table_find_any(const struct file_table *table, int fd)
{
    const struct file_block *block = block_of(table, fd);

    return block != NULL ? block->files[(unsigned)fd % FILE_BLOCK_SIZE] : NULL;
}

struct file *file_table_find(const struct file_table *table, int fd)
{
    struct file *file = file_table_find_any(table, fd);
    bool is_path = file != NULL && (file->flags & O_PATH) != 0;
    return is_path ? NULL : file;
}

/* Makes the block of FD. Returns 0 or -ENOMEM. */
static int make_block(struct file_table *table, int fd)
{
    if (table->more == NULL) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return -ENOMEM;
        }
        table->more = memset(direct_map(frame), 0, FRAME_SIZE);
    }
    struct file_block *block = object_alloc(&blocks);
    table->more[fd / FILE_BLOCK_SIZE] = block;
    return block != NULL ? 0 : -ENOMEM;
}

int file_table_reserve(struct file_table *table, int lowest, int limit)
{
    int fd = lowest;

    ASSERT_CMP(limit, <=, FILE_TABLE_MAX);
    while (fd < limit) {
        const struct file_block *block = block_of(table, fd);
        if (block == NULL) {
            int error = make_block(table, fd);
            return error != 0 ? error : fd;
        }
        uint64_t free = ~block->used & -bit_of(fd);
        if (free != 0) {
            fd = fd / FILE_BLOCK_SIZE * FILE_BLOCK_SIZE + __builtin_ctzll(free);
            return fd < limit ? fd : -EMFILE;
        }
        fd = (fd / FILE_BLOCK_SIZE + 1) * FILE_BLOCK_SIZE;
    }
    return -EMFILE;
}

void file_table_set(struct file_table *table, int fd, struct file *file,
                    int flags)
{
    struct file_block *block = block_of(table, fd);
    uint64_t bit = bit_of(fd);

    ASSERT(block != NULL);
    struct file *before = block->files[fd % FILE_BLOCK_SIZE];
    block->files[fd % FILE_BLOCK_SIZE] = file;
    block->used = file != NULL ? block->used | bit : block->used & ~bit;
    block->close_on_exec &= ~bit;
    if ((flags & O_CLOEXEC) != 0) {
        block->close_on_exec |= bit;
    }
    if (before != NULL) {
        file_lock_leave(before->inode, FILE_LOCK_RANGE, table);
        file_put(before);
    }
}

int file_table_close(struct file_table *table, int fd)
{
    if (file_table_find_any(table, fd) == NULL) {
        return -EBADF;
    }
    file_table_set(table, fd, NULL, 0);
    return 0;
}

int file_table_flags(const struct file_table *table, int fd)
{
    bool is_closed = (block_of(table, fd)->close_on_exec & bit_of(fd)) != 0;

    return is_closed ? FD_CLOEXEC : 0;
}

void file_table_set_flags(struct file_table *table, int fd, int flags)
{
    struct file_block *block = block_of(table, fd);

    block->close_on_exec &= ~bit_of(fd);
    if ((flags & FD_CLOEXEC) != 0) {
        block->close_on_exec |= bit_of(fd);
    }
}

int file_table_size(const struct file_table *table)
{
    int index = table->more != NULL ? FILE_BLOCKS_MAX - 1 : 0;

    while (index > 0 && table->more[index] == NULL) {
        index--;
    }
    return (index + 1) * FILE_BLOCK_SIZE;
}

int file_table_next(const struct file_table *table, int fd)
{
    int size = file_table_size(table);

    while (fd < size) {
        const struct file_block *block = block_of(table, fd);
        uint64_t used = block != NULL ? block->used & -bit_of(fd) : 0;
        fd = fd / FILE_BLOCK_SIZE * FILE_BLOCK_SIZE;
        if (used != 0) {
            return fd + __builtin_ctzll(used);
        }
        fd += FILE_BLOCK_SIZE;
    }
    return -1;
}

struct file_table *file_table_create(void)
{
    struct file_table *table = object_alloc(&cache);

    if (table != NULL) {
        table->references = 1;
    }
    return table;
}

/* Copies what FROM has in the block of FD. Returns 0 or -ENOMEM. */
static int copy_block(struct file_table *to, const struct file_table *from,
                      int fd)
{
    const struct file_block *source = block_of(from, fd);

    if (source == NULL || source->used == 0) {
        return 0;
    }
    if (fd >= FILE_BLOCK_SIZE && make_block(to, fd) != 0) {
        return -ENOMEM;
    }
    struct file_block *block = block_of(to, fd);
    *block = *source;
    for (uint64_t left = source->used; left != 0; left &= left - 1) {
        file_get(source->files[__builtin_ctzll(left)]);
    }
    return 0;
}

struct file_table *file_table_copy(const struct file_table *from)
{
    struct file_table *to = file_table_create();
    int size = file_table_size(from);

    for (int fd = 0; to != NULL && fd < size; fd += FILE_BLOCK_SIZE) {
        if (copy_block(to, from, fd) != 0) {
            file_table_put(to);
            to = NULL;
        }
    }
    return to;
}

struct file_table *file_table_get(struct file_table *table)
{
    ASSERT_CMP(table->references, >, 0u);
    table->references++;
    return table;
}

static void free_blocks(struct file_table *table)
{
    for (int i = 1; i < FILE_BLOCKS_MAX; i++) {
        if (table->more[i] != NULL) {
            object_free(&blocks, table->more[i]);
        }
    }
    int error = frame_free(direct_map_address(table->more));
    ASSERT_CMP(error, ==, 0);
}

void file_table_put(struct file_table *table)
{
    int fd = -1;

    ASSERT_CMP(table->references, >, 0u);
    if (--table->references != 0) {
        return;
    }
    while ((fd = file_table_next(table, fd + 1)) >= 0) {
        file_table_set(table, fd, NULL, 0);
    }
    if (table->more != NULL) {
        free_blocks(table);
    }
    object_free(&cache, table);
    socket_collect();
}

void file_table_close_on_exec(struct file_table *table)
{
    int fd = -1;

    while ((fd = file_table_next(table, fd + 1)) >= 0) {
        if (file_table_flags(table, fd) != 0) {
            file_table_set(table, fd, NULL, 0);
        }
    }
}
