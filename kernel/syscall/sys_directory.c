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

/* The longest entry of all: a name, and what is around it. */
#define ENTRY_MAX (sizeof(struct linux_dirent64) + NAME_MAX + 8)

/* DT_* are the type bits of st_mode. */
static uint8_t entry_type(uint32_t mode)
{
    return (uint8_t)((mode & S_IFMT) >> 12);
}

/* Of an entry in LAYOUT: where its name is, and how many bytes it has, with a
 * zero byte behind the name and, in an old one, its type at the end. */
static size_t name_offset(enum dirent_layout layout)
{
    static const size_t offsets[] = {
        [DIRENT_64] = offsetof(struct linux_dirent64, name),
        [DIRENT_OLD] = offsetof(struct linux_dirent, name),
        [DIRENT_OLD_32] = offsetof(struct linux_dirent_32, name),
    };

    return offsets[layout];
}

static size_t entry_size(enum dirent_layout layout,
                         const struct directory_entry *entry)
{
    size_t behind_name = layout == DIRENT_64 ? 1 : 2;
    size_t alignment =
        layout == DIRENT_OLD_32 ? sizeof(uint32_t) : sizeof(uint64_t);

    return align_up(name_offset(layout) + entry->name_size + behind_name,
                    alignment);
}

/* What is before the name. */
static void fill_head(enum dirent_layout layout, void *head,
                      const struct directory_entry *entry, size_t size)
{
    const uint64_t number = place_number(entry->place);
    struct linux_dirent64 *in_64 = head;
    struct linux_dirent *old = head;
    struct linux_dirent_32 *old_32 = head;

    switch (layout) {
    case DIRENT_64:
        in_64->inode = number;
        in_64->next = (int64_t)entry->next;
        in_64->length = (uint16_t)size;
        in_64->type = entry_type(entry->place.inode->mode);
        break;
    case DIRENT_OLD:
        old->inode = number;
        old->next = entry->next;
        old->length = (uint16_t)size;
        break;
    case DIRENT_OLD_32:
        old_32->inode = (uint32_t)number;
        old_32->next = (uint32_t)entry->next;
        old_32->length = (uint16_t)size;
        break;
    }
}

static int copy_entry(enum dirent_layout layout,
                      const struct directory_entry *entry, uaddr_t to)
{
    _Alignas(struct linux_dirent64) char bytes[ENTRY_MAX];
    size_t size = entry_size(layout, entry);

    ASSERT_CMP(size, <=, sizeof(bytes));
    memset(bytes, 0, sizeof(bytes));
    fill_head(layout, bytes, entry, size);
    memcpy(bytes + name_offset(layout), entry->name, entry->name_size);
    if (layout != DIRENT_64) {
        bytes[size - 1] = (char)entry_type(entry->place.inode->mode);
    }
    return copy_to_user(to, bytes, size);
}

/* Copies entries as long as there is room. Returns the bytes, or -EXXX when
 * not even the first could be copied. */
static int64_t copy_entries(struct directory_reader *reader,
                            enum dirent_layout layout, uaddr_t to,
                            uint64_t size)
{
    struct directory_entry entry;
    uint64_t used = 0;

    while (directory_entry(reader, &entry)) {
        if (entry_size(layout, &entry) > size - used) {
            return used == 0 ? -EINVAL : (int64_t)used;
        }
        if (copy_entry(layout, &entry, to + used) != 0) {
            return used == 0 ? -EFAULT : (int64_t)used;
        }
        used += entry_size(layout, &entry);
        directory_advance(reader, &entry);
    }
    return (int64_t)used;
}

int64_t sys_getdents(int fd, uaddr_t to, uint32_t size,
                     enum dirent_layout layout)
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
    int64_t copied =
        copy_entries(&reader, layout, to, MIN(size, FILE_TRANSFER_MAX));
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
