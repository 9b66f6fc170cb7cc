/* System calls on directories and links. */
#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "mm/user_copy.h"

#define NAME_OFFSET offsetof(struct linux_dirent64, name)

/* DT_* are the type bits of st_mode. */
static uint8_t entry_type(uint32_t mode)
{
    return (uint8_t)((mode & S_IFMT) >> 12);
}

static size_t entry_size(const struct directory_entry *entry)
{
    size_t size = NAME_OFFSET + entry->name_size + 1;
    return align_up(size, sizeof(uint64_t));
}

static int copy_entry(const struct directory_entry *entry, uaddr_t to)
{
    _Alignas(struct linux_dirent64) char bytes[NAME_OFFSET + NAME_MAX + 8];
    struct linux_dirent64 *out = (struct linux_dirent64 *)bytes;
    size_t size = entry_size(entry);

    memset(bytes, 0, sizeof(bytes));
    out->inode = place_number(entry->place);
    out->next = (int64_t)entry->next;
    out->length = (uint16_t)size;
    out->type = entry_type(entry->place.inode->mode);
    memcpy(out->name, entry->name, entry->name_size);
    return copy_to_user(to, bytes, size);
}

/* Copies entries as long as there is room. Returns the bytes, or -EXXX when
 * not even the first could be copied. */
static int64_t copy_entries(struct directory_reader *reader, uaddr_t to,
                            uint64_t size)
{
    struct directory_entry entry;
    uint64_t used = 0;

    while (directory_entry(reader, &entry)) {
        if (entry_size(&entry) > size - used) {
            return used == 0 ? -EINVAL : (int64_t)used;
        }
        if (copy_entry(&entry, to + used) != 0) {
            return used == 0 ? -EFAULT : (int64_t)used;
        }
        used += entry_size(&entry);
        directory_advance(reader, &entry);
    }
    return (int64_t)used;
}

int64_t sys_getdents64(int fd, uaddr_t to, uint64_t size)
{
    struct file *file = file_table_find(process_current()->files, fd);
    if (file == NULL) {
        return -EBADF;
    }
    if (!inode_is(file->inode, S_IFDIR)) {
        return -ENOTDIR;
    }
    if (name_is_removed(file->name)) {
        return -ENOENT;
    }
    struct directory_reader reader;
    int error = directory_begin(&reader, file);
    if (error != 0) {
        return error;
    }
    int64_t copied = copy_entries(&reader, to, MIN(size, FILE_TRANSFER_MAX));
    directory_finish(&reader);
    return copied;
}

/* The text of a link, PATH_MAX bytes of room. Returns its length or -EXXX. */
static int64_t link_text(struct place link, char *text)
{
    const struct inode *inode = link.inode;
    const struct inode_operations *operations = inode->operations;
    struct place target;

    if (operations == NULL || operations->follow == NULL) {
        size_t size = MIN(inode->size, (size_t)PATH_MAX);
        memcpy(text, inode->data, size);
        return (int64_t)size;
    }
    if (operations->read_link != NULL) {
        return operations->read_link(link, text, PATH_MAX);
    }
    int error = operations->follow(link, &target);
    return error != 0 ? error : path_of(target, text);
}

/* Not inline: when its path has been looked up, that is off the stack. */
static NOINLINE int64_t copy_link(struct place link, uaddr_t to, size_t size)
{
    char text[PATH_MAX];
    int64_t length = link_text(link, text);
    if (length < 0) {
        return length;
    }
    size_t count = MIN((size_t)length, size);
    int error = copy_to_user(to, text, count);
    return error != 0 ? error : (int64_t)count;
}

int64_t sys_readlinkat(int directory, uaddr_t path, uaddr_t to, uint64_t size)
{
    struct place found;

    if ((int32_t)size <= 0) {
        return -EINVAL;
    }
    int error = path_argument_find(directory, path,
                                   AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, &found);
    if (error != 0) {
        return error;
    }
    if (!inode_is(found.inode, S_IFLNK)) {
        return path_argument_is_empty(path) ? -ENOENT : -EINVAL;
    }
    return copy_link(found, to, (uint32_t)size);
}

int64_t sys_getcwd(uaddr_t to, uint64_t size)
{
    const struct place directory = process_current()->context->directory;
    char text[PATH_MAX];

    if (name_is_removed(directory.name)) {
        return -ENOENT;
    }
    int64_t length = path_of(directory, text);
    if (length < 0) {
        return length;
    }
    size_t count = (size_t)length + 1;
    if (count > size) {
        return -ERANGE;
    }
    int error = copy_to_user(to, text, count);
    return error != 0 ? error : (int64_t)count;
}

static int64_t enter(struct place directory)
{
    const struct process *process = process_current();

    if (!inode_is(directory.inode, S_IFDIR)) {
        return -ENOTDIR;
    }
    int error = place_permission(directory, &process->credentials, X_OK);
    if (error == 0) {
        file_context_enter(process->context, directory);
    }
    return error;
}

int64_t sys_chdir(uaddr_t path)
{
    struct place found;
    int error = path_argument_find(AT_FDCWD, path, 0, &found);

    return error != 0 ? error : enter(found);
}

int64_t sys_fchdir(int fd)
{
    const struct file *file = file_table_find_any(process_current()->files, fd);

    return file == NULL ? -EBADF : enter(file_place(file));
}
