/* Pipes with a name: how their ends are opened, and when they go. */
#include "kernel/file/fifo.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/attributes.h"
#include "kernel/file/pipe_priv.h"
#include "kernel/lib.h"

bool fifo_is(const struct inode *inode)
{
    return inode->operations == &fifo_operations;
}

int fifo_prepare(struct inode *inode, const struct credentials *who)
{
    ASSERT(fifo_is(inode));
    if (inode->pipe == NULL) {
        const struct pipe_user user = pipe_user_of(who);
        inode->pipe = pipe_alloc(&user);
    }
    return inode->pipe != NULL ? 0 : -ENOMEM;
}

void fifo_cancel(struct inode *inode)
{
    const struct pipe *pipe = inode->pipe;

    if (pipe != NULL && pipe->readers == 0 && pipe->writers == 0) {
        pipe_free(inode->pipe);
        inode->pipe = NULL;
    }
}

/* Only who writes without waiting needs a reader that is there. */
static int fifo_may_open(const struct inode *inode, int flags)
{
    bool is_read = inode->pipe != NULL && inode->pipe->readers > 0;

    if ((flags & O_ACCMODE) == O_ACCMODE) {
        return -EINVAL;
    }
    return (flags & O_ACCMODE) == O_WRONLY && (flags & O_NONBLOCK) != 0 &&
                   !is_read
               ? -ENXIO
               : 0;
}

/* Waits until *OPENINGS, of the end that FILE is not, are more than they are
 * now. So long its reference is the call's. */
static int wait_for_opening(struct file *file, const unsigned *openings)
{
    struct pipe *pipe = pipe_of(file);
    const unsigned before = *openings;
    int error = 0;

    file->held++;
    while (error == 0 && *openings == before) {
        error = thread_wait(&pipe->to_open);
    }
    file->held--;
    return error;
}

int fifo_wait(struct file *file)
{
    struct pipe *pipe = pipe_of(file);
    int mode = file->flags & O_ACCMODE;

    ASSERT(pipe->readers + pipe->writers > 0);
    if (mode == O_RDONLY && pipe->writers == 0) {
        if ((file->flags & O_NONBLOCK) == 0) {
            return wait_for_opening(file, &pipe->writer_openings);
        }
        file->writer_openings = pipe->writer_openings;
    }
    if (mode == O_WRONLY && pipe->readers == 0) {
        return wait_for_opening(file, &pipe->reader_openings);
    }
    return 0;
}

static void fifo_release(struct file *file)
{
    if ((file->flags & O_PATH) == 0) {
        pipe_release(file);
        fifo_cancel(file->inode);
    }
}

static int64_t fifo_read_pieces(struct file *file, struct pieces *to)
{
    int64_t result = pipe_read_pieces(file, to);

    if (result > 0) {
        inode_was_read(file->inode, file->flags);
    }
    return result;
}

static int64_t fifo_write_pieces(struct file *file, struct pieces *from)
{
    int64_t result = pipe_write_pieces(file, from);

    if (result > 0) {
        inode_has_changed(file->inode, INODE_BYTES);
    }
    return result;
}

static int64_t fifo_read(struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    struct pieces pieces = pieces_of_one(to, size);

    (void)offset;
    return fifo_read_pieces(file, &pieces);
}

static int64_t fifo_write(struct file *file, uint64_t offset, uaddr_t from,
                          size_t size)
{
    struct pieces pieces = pieces_of_one(from, size);

    (void)offset;
    return fifo_write_pieces(file, &pieces);
}

static int64_t fifo_take(struct file *file, uint64_t offset, const void *from,
                         size_t size)
{
    struct pieces pieces = pieces_of_kernel(from, size);

    (void)offset;
    return fifo_write_pieces(file, &pieces);
}

const struct inode_operations fifo_operations = {
    .seek = INODE_SEEK_NONE,
    .may_open = fifo_may_open,
    .opened = pipe_opened,
    .read = fifo_read,
    .write = fifo_write,
    .read_pieces = fifo_read_pieces,
    .write_pieces = fifo_write_pieces,
    .take = fifo_take,
    .ioctl = pipe_ioctl,
    .poll = pipe_poll,
    .release = fifo_release,
};
