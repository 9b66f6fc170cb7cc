/* System calls that copy from a file to another: sendfile, copy_file_range. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

/* Where a call reads or writes: FILE's own place, or one that is kept in WIDTH
 * bytes of a program's memory at AT. */
struct end {
    struct file *file;
    uaddr_t at; /* or 0 */
    size_t width;
    uint64_t position;
};

static struct file *find(int fd)
{
    return file_table_find(process_current()->files, fd);
}

/* Sets END's position. Returns 0 or -EFAULT. */
static int read_position(struct end *end)
{
    int32_t narrow = 0;

    if (end->at == 0) {
        end->position = end->file != NULL ? end->file->offset : 0;
        return 0;
    }
    if (end->width == sizeof(end->position)) {
        return copy_from_user(&end->position, end->at, end->width);
    }
    int error = copy_from_user(&narrow, end->at, sizeof(narrow));
    end->position = (uint64_t)(int64_t)narrow;
    return error;
}

/* END is COUNT bytes on. Returns 0 or -EFAULT. */
static int write_position(const struct end *end, uint64_t count)
{
    uint64_t position = end->position + count;

    if (end->at != 0) {
        return copy_to_user(end->at, &position, end->width);
    }
    if (file_has_offset(end->file)) {
        end->file->offset = position;
    }
    return 0;
}

/* Copies SIZE bytes at most, by way of BUFFER. Returns how many: fewer when a
 * file ends or takes no more; or -EXXX when that is none. */
static int64_t copy_by(char buffer[PAGE_SIZE], const struct end *from,
                       const struct end *to, uint64_t size)
{
    const struct inode *inode = from->file->inode;
    uint64_t done = 0;

    while (done < size && from->position + done < inode->size &&
           !thread_is_killed()) {
        uint64_t at = from->position + done;
        uint64_t left = MIN(size - done, inode->size - at);
        size_t count = MIN(left, PAGE_SIZE);
        int64_t taken = regular_copy(inode, at, buffer, count);
        if (taken == 0) {
            taken = to->file->inode->operations->take(
                to->file, to->position + done, buffer, count);
        }
        if (taken < 0) {
            return done == 0 ? taken : (int64_t)done;
        }
        done += (uint64_t)taken;
        if (taken < (int64_t)count) {
            break;
        }
    }
    return (int64_t)done;
}

static int64_t copy(const struct end *from, const struct end *to, uint64_t size)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    if (frame == PADDR_NONE) {
        return -ENOMEM;
    }
    file_hold(from->file);
    file_hold(to->file);
    int64_t copied = copy_by(direct_map(frame), from, to, size);
    if (copied > 0) {
        inode_was_read(from->file->inode, from->file->flags);
    }
    int error = frame_free(frame);
    ASSERT_CMP(error, ==, 0);
    return copied;
}

/* Copies, and both places are where that ended. */
static int64_t copy_and_advance(const struct end *from, const struct end *to,
                                uint64_t size)
{
    int64_t copied = copy(from, to, size);
    int error = 0;

    if (copied > 0) {
        error = write_position(from, (uint64_t)copied);
    }
    if (copied > 0 && error == 0) {
        error = write_position(to, (uint64_t)copied);
    }
    file_release(from->file);
    file_release(to->file);
    return error != 0 ? error : copied;
}

/* What sendfile refuses, in Linux's order (do_sendfile in fs/read_write.c). */
static int check_sendfile(const struct end *from, const struct end *to,
                          uint64_t size)
{
    if (from->file == NULL || !file_is_for_reading(from->file->flags)) {
        return -EBADF;
    }
    if (from->at != 0 && !file_can_seek(from->file)) {
        return -ESPIPE;
    }
    if ((int64_t)from->position < 0 || (int64_t)size < 0) {
        return -EINVAL;
    }
    if (to->file == NULL || !file_is_for_writing(to->file->flags)) {
        return -EBADF;
    }
    if (!regular_is(from->file->inode) ||
        to->file->inode->operations->take == NULL ||
        (to->file->flags & O_APPEND) != 0) {
        return -EINVAL;
    }
    return 0;
}

/* Copies to a file that need not be a regular one, from one that is. No place
 * can be behind MAX. */
static int64_t sendfile(struct end *from, int out, uint64_t size, uint64_t max)
{
    struct end to = {.file = find(out)};

    if (read_position(from) != 0 || read_position(&to) != 0) {
        return -EFAULT;
    }
    int error = check_sendfile(from, &to, size);
    if (error != 0) {
        return error;
    }
    if (from->position >= max) {
        return -EOVERFLOW;
    }
    size = MIN(size, max - from->position);
    return copy_and_advance(from, &to, MIN(size, FILE_TRANSFER_MAX));
}

int64_t sys_sendfile(int out, int in, uaddr_t position, uint64_t size)
{
    struct end from = {
        .file = find(in), .at = position, .width = sizeof(uint64_t)};

    return sendfile(&from, out, size, INT64_MAX);
}

/* The old one of i386. */
int64_t sys_sendfile_32(int out, int in, uaddr_t position, int64_t size)
{
    struct end from = {
        .file = find(in), .at = position, .width = sizeof(uint32_t)};

    return sendfile(&from, out, (uint64_t)size,
                    position != 0 ? INT32_MAX : INT64_MAX);
}

/* What copy_file_range refuses, in Linux's order (generic_file_rw_checks and
 * generic_copy_file_checks in fs/read_write.c). */
static int check_files(const struct file *from, const struct file *to)
{
    if (inode_is(from->inode, S_IFDIR) || inode_is(to->inode, S_IFDIR)) {
        return -EISDIR;
    }
    if (!inode_is(from->inode, S_IFREG) || !inode_is(to->inode, S_IFREG)) {
        return -EINVAL;
    }
    if (!file_is_for_reading(from->flags) || !file_is_for_writing(to->flags) ||
        (to->flags & O_APPEND) != 0) {
        return -EBADF;
    }
    return regular_is(from->inode) && regular_is(to->inode) ? 0 : -EXDEV;
}

/* Sets *SIZE to what can be copied of it. Of the sums alone it is asked whether
 * they overflow, so that a place behind any file's end is just that. */
static int check_range(const struct end *from, const struct end *to,
                       uint64_t *size)
{
    const int64_t in = (int64_t)from->position;
    const int64_t out = (int64_t)to->position;
    const int64_t source = (int64_t)from->file->inode->size;
    uint64_t end;

    if (from->position + *size < *size || to->position + *size < *size) {
        return -EOVERFLOW;
    }
    *size = in < source ? MIN(*size, (uint64_t)(source - in)) : 0;
    if (*size > 0 && (in < 0 || out < 0)) {
        return -EINVAL;
    }
    end = to->position + *size;
    int error = *size > 0 ? file_limit_end(to->position, &end) : 0;
    if (error != 0) {
        return error;
    }
    *size = end - to->position;
    bool overlaps = from->file->inode == to->file->inode &&
                    from->position < end &&
                    to->position < from->position + *size;
    return overlaps ? -EINVAL : 0;
}

int64_t sys_copy_file_range(int in, uaddr_t in_position, int out,
                            uaddr_t out_position, uint64_t size, unsigned flags)
{
    struct end from = {
        .file = find(in), .at = in_position, .width = sizeof(uint64_t)};
    struct end to = {
        .file = find(out), .at = out_position, .width = sizeof(uint64_t)};

    if (from.file == NULL || to.file == NULL) {
        return -EBADF;
    }
    if (read_position(&from) != 0 || read_position(&to) != 0) {
        return -EFAULT;
    }
    if (flags != 0) {
        return -EINVAL;
    }
    int error = check_files(from.file, to.file);
    if (error == 0) {
        error = check_range(&from, &to, &size);
    }
    if (error != 0 || size == 0) {
        return error;
    }
    return copy_and_advance(&from, &to, MIN(size, FILE_TRANSFER_MAX));
}
