/* Pipes: reading and writing. */
#include "kernel/abi/errno.h"
#include "kernel/abi/termios.h"
#include "kernel/file/pipe_priv.h"
#include "kernel/file/poll.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

static char *page_alloc(struct pipe *pipe)
{
    char *page = pipe->spare;

    if (page != NULL) {
        pipe->spare = NULL;
        return page;
    }
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
    return frame != PADDR_NONE ? direct_map(frame) : NULL;
}

static void page_free(struct pipe *pipe, char *page)
{
    if (pipe->spare == NULL) {
        pipe->spare = page;
        return;
    }
    int error = frame_free(direct_map_address(page));
    ASSERT_CMP(error, ==, 0);
}

/* The first slot, which is read, becomes empty. */
static void drop_slot(struct pipe *pipe, struct pipe_slot *slot)
{
    ASSERT(pipe_used(pipe) > 0 && slot == pipe_slot(pipe, pipe->emptied));
    page_free(pipe, slot->page);
    slot->page = NULL;
    pipe->emptied++;
}

/* Reads of the first slot. Returns how many bytes, or -EFAULT: then they are
 * still there. Of a packet nothing is left, and TO has no more room. */
static int64_t read_slot(struct pipe *pipe, struct pieces *to)
{
    struct pipe_slot *slot = pipe_slot(pipe, pipe->emptied);
    size_t size = MIN(slot->size, to->total);
    bool is_whole = slot->is_packet || size == slot->size;

    ASSERT(slot->page != NULL && slot->start + slot->size <= PAGE_SIZE);
    if (pieces_copy_to(to, slot->page + slot->start, size) != size) {
        return -EFAULT;
    }
    to->total = slot->is_packet ? 0 : to->total;
    slot->start += (uint16_t)size;
    slot->size -= (uint16_t)size;
    if (is_whole) {
        drop_slot(pipe, slot);
    }
    return (int64_t)size;
}

/* Reads what there is. Returns how many bytes, or -EFAULT if that is none. */
static int64_t read_present(struct pipe *pipe, struct pieces *to)
{
    int64_t done = 0;

    while (pipe_used(pipe) > 0 && to->total > 0) {
        int64_t count = read_slot(pipe, to);
        if (count < 0) {
            return done == 0 ? count : done;
        }
        done += count;
    }
    return done;
}

/* Lets those go on for whom there is something to do now. */
static void wake_next(struct pipe *pipe)
{
    if (pipe_used(pipe) > 0 || pipe->writers == 0) {
        thread_wake_first(&pipe->to_read);
    }
    if (!pipe_is_full(pipe) || pipe->readers == 0) {
        thread_wake_first(&pipe->to_write);
    }
}

int64_t pipe_read_pieces(struct file *file, struct pieces *to)
{
    struct pipe *pipe = pipe_of(file);
    int64_t result = 0;
    bool was_full;

    if (to->total == 0) {
        return 0;
    }
    while (result == 0 && pipe_used(pipe) == 0 && pipe->writers > 0) {
        result = (file->flags & O_NONBLOCK) != 0 ? -EAGAIN
                                                 : thread_wait(&pipe->to_read);
    }
    was_full = pipe_is_full(pipe);
    if (result == 0) {
        result = read_present(pipe, to);
    }
    wake_next(pipe);
    if (was_full && !pipe_is_full(pipe)) {
        thread_wake_watchers(&pipe->to_write);
    }
    return result;
}

/* Writes what remains of the last page behind whole ones where a page that was
 * begun has room for it. Returns how many bytes, or -EFAULT. */
static int64_t append(struct pipe *pipe, struct pieces *from)
{
    size_t size = from->total % PAGE_SIZE;

    if (size == 0 || pipe_used(pipe) == 0) {
        return 0;
    }
    struct pipe_slot *slot = pipe_slot(pipe, pipe->filled - 1);
    size_t end = slot->start + slot->size;
    ASSERT(slot->page != NULL && end <= PAGE_SIZE);
    if (slot->is_packet || end + size > PAGE_SIZE) {
        return 0;
    }
    if (pieces_copy_from(slot->page + end, from, size) != size) {
        return -EFAULT;
    }
    slot->size += (uint16_t)size;
    return (int64_t)size;
}

/* Fills a slot, of which there is one. Returns how many bytes, or -EFAULT or
 * -ENOMEM. */
static int64_t fill_slot(struct pipe *pipe, int flags, struct pieces *from)
{
    size_t size = MIN(from->total, (size_t)PAGE_SIZE);
    char *page = page_alloc(pipe);

    ASSERT(!pipe_is_full(pipe) && size > 0);
    if (page == NULL) {
        return -ENOMEM;
    }
    if (pieces_copy_from(page, from, size) != size) {
        page_free(pipe, page);
        return -EFAULT;
    }
    *pipe_slot(pipe, pipe->filled) = (struct pipe_slot){
        .page = page,
        .size = (uint16_t)size,
        .is_packet = (flags & O_DIRECT) != 0,
    };
    pipe->filled++;
    return (int64_t)size;
}

/* Waits until a slot is free. Returns 0 or -EXXX. */
static int wait_for_slot(struct pipe *pipe, int flags)
{
    while (pipe->readers > 0 && pipe_is_full(pipe)) {
        if ((flags & O_NONBLOCK) != 0) {
            return -EAGAIN;
        }
        wake_next(pipe);
        thread_wake_watchers(&pipe->to_read);
        int error = thread_wait(&pipe->to_write);
        if (error != 0) {
            return error;
        }
    }
    if (pipe->readers == 0) {
        file_broken_pipe();
        return -EPIPE;
    }
    return 0;
}

/* Writes all. Returns how many bytes, or -EXXX if that is none. */
static int64_t write_all(struct pipe *pipe, const struct file *file,
                         struct pieces *from)
{
    int64_t done = 0;

    while (from->total > 0) {
        int64_t count = wait_for_slot(pipe, file->flags);
        if (count == 0) {
            count = fill_slot(pipe, file->flags, from);
        }
        if (count < 0) {
            return done == 0 ? count : done;
        }
        done += count;
    }
    return done;
}

int64_t pipe_write_pieces(struct file *file, struct pieces *from)
{
    struct pipe *pipe = pipe_of(file);
    int64_t appended = 0;

    if (from->total == 0) {
        return 0;
    }
    if (pipe->readers > 0) {
        appended = append(pipe, from);
    }
    int64_t written = appended < 0 ? 0 : write_all(pipe, file, from);
    wake_next(pipe);
    if (appended > 0 || written > 0) {
        thread_wake_watchers(&pipe->to_read);
    }
    if (appended == 0) {
        return written;
    }
    return written > 0 ? appended + written : appended;
}

static int64_t pipe_read(struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    struct pieces pieces = pieces_of_one(to, size);

    (void)offset;
    return pipe_read_pieces(file, &pieces);
}

static int64_t pipe_write(struct file *file, uint64_t offset, uaddr_t from,
                          size_t size)
{
    struct pieces pieces = pieces_of_one(from, size);

    (void)offset;
    return pipe_write_pieces(file, &pieces);
}

static int64_t pipe_take(struct file *file, uint64_t offset, const void *from,
                         size_t size)
{
    struct pieces pieces = pieces_of_kernel(from, size);

    (void)offset;
    return pipe_write_pieces(file, &pieces);
}

int64_t pipe_ioctl(struct file *file, unsigned command, uaddr_t argument)
{
    const struct pipe *pipe = pipe_of(file);
    int count = 0;

    if (command != FIONREAD) {
        return -ENOTTY;
    }
    for (unsigned i = pipe->emptied; i != pipe->filled; i++) {
        count += pipe_slot(pipe, i)->size;
    }
    return copy_to_user(argument, &count, sizeof(count));
}

/* FILE is one more that is open. */
void pipe_opened(struct file *file)
{
    struct pipe *pipe = pipe_of(file);

    if ((file->flags & O_PATH) != 0) {
        return;
    }
    pipe->readers += file_is_for_reading(file->flags);
    pipe->writers += file_is_for_writing(file->flags);
    pipe->reader_openings += file_is_for_reading(file->flags);
    pipe->writer_openings += file_is_for_writing(file->flags);
    thread_wake_all(&pipe->to_open);
}

void pipe_release(struct file *file)
{
    struct pipe *pipe = pipe_of(file);
    bool is_path = (file->flags & O_PATH) != 0;

    pipe->readers -= !is_path && file_is_for_reading(file->flags);
    pipe->writers -= !is_path && file_is_for_writing(file->flags);
    wake_next(pipe);
    thread_wake_watchers(&pipe->to_read);
    thread_wake_watchers(&pipe->to_write);
}

static void pipe_end(struct inode *inode)
{
    pipe_free(inode->pipe);
}

/* A fifo that was opened while nobody wrote has no end before somebody does. */
static bool has_ended(const struct pipe *pipe, const struct file *file)
{
    return pipe->writers == 0 && pipe->writer_openings != file->writer_openings;
}

unsigned pipe_poll(struct file *file, struct poll *poll)
{
    struct pipe *pipe = pipe_of(file);
    unsigned ready = 0;

    if (file_is_for_reading(file->flags)) {
        poll_watch(poll, file, &pipe->to_read);
        ready |= pipe_used(pipe) > 0 ? POLLIN | POLLRDNORM : 0;
        ready |= has_ended(pipe, file) ? POLLHUP : 0;
    }
    if (file_is_for_writing(file->flags)) {
        poll_watch(poll, file, &pipe->to_write);
        ready |= pipe_is_full(pipe) ? 0 : POLLOUT | POLLWRNORM;
        ready |= pipe->readers == 0 ? POLLERR : 0;
    }
    return ready;
}

const struct inode_operations pipe_operations = {
    .seek = INODE_SEEK_NONE,
    .opened = pipe_opened,
    .read = pipe_read,
    .write = pipe_write,
    .read_pieces = pipe_read_pieces,
    .write_pieces = pipe_write_pieces,
    .take = pipe_take,
    .ioctl = pipe_ioctl,
    .poll = pipe_poll,
    .release = pipe_release,
    .end = pipe_end,
};
