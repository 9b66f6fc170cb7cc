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

/* Where an entry is in its directory, as lseek and d_off count: "." and "..",
 * then the names, then what the directory's operations list. */
#define INDEX_SELF   0
#define INDEX_PARENT 1
#define INDEX_NAMES  2

#define NAME_OFFSET  offsetof(struct linux_dirent64, name)

/* An entry on its way to the program. */
struct entry {
    struct place place;
    const char *name;
    size_t name_size;
    char text[PLACE_NAME_MAX];
    uint64_t next; /* the index behind it */
};

static void set_entry(struct entry *entry, struct place place, uint64_t index)
{
    entry->place = place;
    entry->name_size = place_name(place, entry->text, &entry->name);
    entry->next = index + 1;
}

static void set_dots(struct entry *entry, struct place place, uint64_t index)
{
    entry->place = place;
    entry->name = "..";
    entry->name_size = index == INDEX_SELF ? 1 : 2;
    entry->next = index + 1;
}

/* The first entry at or after INDEX, to which *NAME moves: a name of the
 * directory that is not behind it, or NULL. Returns 0 or -ENOENT. */
static int find_entry(struct place directory, uint64_t index,
                      const struct name **name, struct entry *entry)
{
    const struct inode_operations *operations = directory.inode->operations;
    struct place found;

    if (index < INDEX_NAMES) {
        bool is_self = index == INDEX_SELF;
        set_dots(entry, is_self ? directory : place_parent(directory), index);
        return 0;
    }
    while (*name != NULL && INDEX_NAMES + (*name)->order < index) {
        *name = name_next(directory.inode, *name);
    }
    if (*name != NULL) {
        set_entry(entry, place_child(directory, *name),
                  INDEX_NAMES + (*name)->order);
        return 0;
    }
    if (operations == NULL || operations->list == NULL) {
        return -ENOENT;
    }
    uint64_t first = INDEX_NAMES + directory.inode->next_order;
    uint64_t listed = index > first ? index - first : 0;
    int error = operations->list(directory, &listed, &found);
    if (error == 0) {
        set_entry(entry, found, first + listed);
    }
    return error;
}

/* DT_* are the type bits of st_mode. */
static uint8_t entry_type(uint32_t mode)
{
    return (uint8_t)((mode & S_IFMT) >> 12);
}

static size_t entry_size(const struct entry *entry)
{
    size_t size = NAME_OFFSET + entry->name_size + 1;
    return align_up(size, sizeof(uint64_t));
}

static int copy_entry(const struct entry *entry, uaddr_t to)
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
static int64_t copy_entries(struct file *file, uaddr_t to, uint64_t size)
{
    const struct name *name = name_next(file->inode, NULL);
    struct entry entry;
    uint64_t used = 0;

    while (find_entry(file_place(file), file->offset, &name, &entry) == 0) {
        if (entry_size(&entry) > size - used) {
            return used == 0 ? -EINVAL : (int64_t)used;
        }
        if (copy_entry(&entry, to + used) != 0) {
            return used == 0 ? -EFAULT : (int64_t)used;
        }
        used += entry_size(&entry);
        file->offset = entry.next;
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
    return copy_entries(file, to, MIN(size, FILE_TRANSFER_MAX));
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
    char text[PATH_MAX];
    int64_t length = path_of(process_current()->context->directory, text);
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

int64_t sys_chdir(uaddr_t path)
{
    struct place found;
    int error = path_argument_find(AT_FDCWD, path, 0, &found);
    if (error != 0) {
        return error;
    }
    if (!inode_is(found.inode, S_IFDIR)) {
        return -ENOTDIR;
    }
    error = place_permission(found, &process_current()->credentials, X_OK);
    if (error == 0) {
        process_current()->context->directory = found;
    }
    return error;
}
