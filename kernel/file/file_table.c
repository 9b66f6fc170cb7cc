/* Tables of descriptors. */
#include "kernel/file/file_table.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/base.h"
#include "kernel/lib.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct file_table);

static bool is_descriptor(int fd)
{
    return fd >= 0 && fd < FILE_TABLE_SIZE;
}

struct file *file_table_find_any(const struct file_table *table, int fd)
{
    return is_descriptor(fd) ? table->files[fd] : NULL;
}

struct file *file_table_find(const struct file_table *table, int fd)
{
    struct file *file = file_table_find_any(table, fd);
    bool is_path = file != NULL && (file->flags & O_PATH) != 0;
    return is_path ? NULL : file;
}

void file_table_set(struct file_table *table, int fd, struct file *file,
                    int flags)
{
    ASSERT(is_descriptor(fd));
    if (table->files[fd] != NULL) {
        file_put(table->files[fd]);
    }
    table->files[fd] = file;
    table->close_on_exec &= ~BIT(fd);
    if ((flags & O_CLOEXEC) != 0) {
        table->close_on_exec |= BIT(fd);
    }
}

int file_table_add(struct file_table *table, struct file *file, int lowest,
                   int flags)
{
    ASSERT_CMP(lowest, >=, 0);
    for (int fd = lowest; fd < FILE_TABLE_SIZE; fd++) {
        if (table->files[fd] == NULL) {
            file_table_set(table, fd, file, flags);
            return fd;
        }
    }
    return -EMFILE;
}

int file_table_close(struct file_table *table, int fd)
{
    if (file_table_find_any(table, fd) == NULL) {
        return -EBADF;
    }
    file_table_set(table, fd, NULL, 0);
    return 0;
}

struct file_table *file_table_create(void)
{
    struct file_table *table = object_alloc(&cache);

    if (table != NULL) {
        table->references = 1;
    }
    return table;
}

struct file_table *file_table_copy(const struct file_table *from)
{
    struct file_table *to = file_table_create();

    if (to == NULL) {
        return NULL;
    }
    for (int fd = 0; fd < FILE_TABLE_SIZE; fd++) {
        if (from->files[fd] != NULL) {
            to->files[fd] = file_get(from->files[fd]);
        }
    }
    to->close_on_exec = from->close_on_exec;
    return to;
}

struct file_table *file_table_get(struct file_table *table)
{
    ASSERT_CMP(table->references, >, 0u);
    table->references++;
    return table;
}

void file_table_put(struct file_table *table)
{
    ASSERT_CMP(table->references, >, 0u);
    if (--table->references != 0) {
        return;
    }
    for (int fd = 0; fd < FILE_TABLE_SIZE; fd++) {
        if (table->files[fd] != NULL) {
            file_put(table->files[fd]);
        }
    }
    object_free(&cache, table);
}

void file_table_close_on_exec(struct file_table *table)
{
    while (table->close_on_exec != 0) {
        file_table_set(table, __builtin_ctzll(table->close_on_exec), NULL, 0);
    }
}
