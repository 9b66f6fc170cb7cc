/* See kernel/file/regular.h. */
#include "kernel/file/regular.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/attributes.h"
#include "kernel/file/file.h"
#include "kernel/file/file_mapping.h"
#include "kernel/file/pieces.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/layout.h"
#include "mm/object.h"
#include "mm/user_copy.h"

#define IN_PAGE    (PAGE_SIZE - 1)
#define NO_WRITING (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

/* What a read of a file that lies in one piece copies before it looks for
 * signals. */
#define READ_PIECE MIB

int regular_prepare_to_write(struct inode *inode)
{
    struct memory_object *object;
    int error = inode_object(inode, &object);

    if (error == 0) {
        inode->data = NULL;
    }
    return error;
}

static void set_size(struct inode *inode, uint64_t size)
{
    object_truncate(inode->object, size);
    inode->size = size;
}

/* Who changes what a program is takes from it what it could do for its owner.
 */
void regular_changed(struct inode *inode)
{
    bool is_set_id = (inode->mode & (S_ISUID | S_ISGID)) != 0;

    if (is_set_id && !file_writer_keeps_set_id()) {
        inode_drop_set_id(inode);
    }
    inode_has_changed(inode, INODE_BYTES);
}

static size_t size_in_page(uint64_t offset, uint64_t end)
{
    return MIN(end - offset, PAGE_SIZE - (offset & IN_PAGE));
}

int regular_copy(const struct inode *inode, uint64_t offset, void *to,
                 size_t size)
{
    const uint64_t end = offset + size;

    ASSERT_CMP(end, <=, (uint64_t)inode->size);
    if (inode->data != NULL) {
        memcpy(to, (const char *)inode->data + offset, size);
        return 0;
    }
    for (uint64_t at = offset; at < end;) {
        struct object_pin pin;
        size_t count = size_in_page(at, end);
        int error =
            object_get_page(inode->object, at >> PAGE_SHIFT, OBJECT_READ, &pin);
        if (error != 0) {
            return error;
        }
        const char *from = direct_map(pin.frame);
        memcpy((char *)to + (at - offset), from + (at & IN_PAGE), count);
        object_put_page(&pin);
        at += count;
    }
    return 0;
}

/* Copies bytes of one page to a program. Returns how many. */
static size_t read_in_page(struct memory_object *object, uint64_t offset,
                           uaddr_t to, size_t size)
{
    struct object_pin pin;

    if (object_get_page(object, offset >> PAGE_SHIFT, OBJECT_READ, &pin) != 0) {
        return 0;
    }
    const char *from = direct_map(pin.frame);
    size_t copied = copy_to_user_partly(to, from + (offset & IN_PAGE), size);
    object_put_page(&pin);
    return copied;
}

/* What can be read of INODE at OFFSET in one go, SIZE bytes at most; sets *SIZE
 * to what was wanted of it. Returns how many bytes have been. */
static size_t read_some(const struct inode *inode, uint64_t offset, uaddr_t to,
                        size_t *size)
{
    if (inode->data != NULL) {
        *size = MIN(*size, (size_t)READ_PIECE);
        return copy_to_user_partly(to, (const char *)inode->data + offset,
                                   *size);
    }
    *size = size_in_page(offset, offset + *size);
    return read_in_page(inode->object, offset, to, *size);
}

int64_t regular_read(struct file *file, uint64_t offset, uaddr_t to,
                     size_t size)
{
    struct inode *inode = file->inode;
    uint64_t at = offset;
    uint64_t end = MIN(offset + size, (uint64_t)inode->size);

    while (at < end) {
        size_t wanted = end - at;
        size_t copied = read_some(inode, at, to + (at - offset), &wanted);
        at += copied;
        if (copied < wanted) {
            return at == offset ? -EFAULT : (int64_t)(at - offset);
        }
        if (thread_is_killed()) {
            break;
        }
        end = MIN(end, (uint64_t)inode->size);
    }
    inode_was_read(inode, file->flags);
    return at > offset ? (int64_t)(at - offset) : 0;
}

/* Copies to the page at OFFSET, which is not behind the end. Returns how many
 * bytes, or -EXXX. */
static int64_t copy_to_page(struct inode *inode, uint64_t offset,
                            struct pieces *from, size_t size)
{
    struct object_pin pin;
    int error = object_get_page(inode->object, offset >> PAGE_SHIFT,
                                OBJECT_WRITE, &pin);

    if (error != 0) {
        return error;
    }
    char *to = direct_map(pin.frame);
    size_t copied = pieces_copy_from(to + (offset & IN_PAGE), from, size);
    object_put_page(&pin);
    return copied > 0 ? (int64_t)copied : -EFAULT;
}

/* The same, and the file grows by what was copied. */
static int64_t write_in_page(struct inode *inode, uint64_t offset,
                             struct pieces *from, size_t size)
{
    uint64_t old_size = inode->size;
    uint64_t end = offset + size;

    if ((inode->seals & NO_WRITING) != 0 ||
        ((inode->seals & F_SEAL_GROW) != 0 && end > old_size)) {
        return -EPERM;
    }
    if (end > old_size) {
        set_size(inode, end);
    }
    int64_t copied = copy_to_page(inode, offset, from, size);
    uint64_t written = copied > 0 ? offset + (uint64_t)copied : 0;
    bool is_longer = end > old_size && inode->size == end; /* still by us */
    if (is_longer && MAX(old_size, written) < end) {
        set_size(inode, MAX(old_size, written));
    }
    return copied;
}

static int64_t write_pieces(struct file *file, uint64_t offset,
                            struct pieces *from)
{
    struct inode *inode = file->inode;
    uint64_t start = (file->flags & O_APPEND) != 0 ? inode->size : offset;
    uint64_t end = start + from->total;
    uint64_t at = start;

    int error = start < end ? file_limit_end(start, &end) : 0;
    if (error != 0) {
        return error;
    }
    while (at < end) {
        size_t wanted = size_in_page(at, end);
        int64_t copied = write_in_page(inode, at, from, wanted);
        if (copied < 0 && at == start) {
            return copied;
        }
        at += copied > 0 ? (uint64_t)copied : 0;
        if (copied < (int64_t)wanted || thread_is_killed()) {
            break;
        }
    }
    if (at > start) {
        regular_changed(inode);
    }
    return (int64_t)(at - start);
}

int64_t regular_write(struct file *file, uint64_t offset, uaddr_t from,
                      size_t size)
{
    struct pieces pieces = pieces_of_one(from, size);

    return write_pieces(file, offset, &pieces);
}

int64_t regular_take(struct file *file, uint64_t offset, const void *from,
                     size_t size)
{
    struct pieces pieces = pieces_of_kernel(from, size);

    return write_pieces(file, offset, &pieces);
}

int regular_truncate(struct inode *inode, uint64_t size)
{
    uint64_t end = size;
    int error = size > inode->size ? file_limit_end(size - 1, &end) : 0;

    if (error == 0) {
        error = regular_prepare_to_write(inode);
    }
    if (error != 0) {
        return error;
    }
    if ((size < inode->size && (inode->seals & F_SEAL_SHRINK) != 0) ||
        (size > inode->size && (inode->seals & F_SEAL_GROW) != 0)) {
        return -EPERM;
    }
    set_size(inode, size);
    regular_changed(inode);
    return 0;
}

const struct inode_operations inode_regular_operations = {
    .seek = INODE_SEEK_DATA,
    .read = regular_read,
    .write = regular_write,
    .take = regular_take,
    .truncate = regular_truncate,
};
