/* Do open files and descriptors hold together? */
#include "kernel/file/file_validate.h"

#include "kernel/lib.h"

const char *file_table_validate(const struct file_table *table)
{
    const struct file_block *first = &table->first;

    if ((first->close_on_exec & ~first->used) != 0) {
        return "only open descriptors are closed by execve";
    }
    for (int fd = -1; (fd = file_table_next(table, fd + 1)) >= 0;) {
        const struct file *file = file_table_find_any(table, fd);
        if (file == NULL || file->references == 0 || file->inode == NULL) {
            return "a descriptor is an open file's";
        }
    }
    return NULL;
}

const char *file_validate(const struct file *file)
{
    unsigned count = 0;

    for (const struct file *f = NULL; (f = file_next(f)) != NULL;) {
        count += f->inode == file->inode;
    }
    return count == file->inode->files ? NULL
                                       : "an inode counts its open files";
}

unsigned file_table_count(const struct file_table *table,
                          const struct file *file)
{
    unsigned count = 0;

    for (int fd = -1; (fd = file_table_next(table, fd + 1)) >= 0;) {
        count += file_table_find_any(table, fd) == file;
    }
    return count;
}
