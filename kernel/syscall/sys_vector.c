/* readv and writev, preadv, preadv2 and the like: read and write in several
 * pieces. */
#include "kernel/abi/errno.h"
#include "kernel/abi/uio.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/vectors.h"
#include "mm/user_copy.h"

/* What changes nothing here: all is written through. */
#define NEEDLESS_FLAGS (RWF_HIPRI | RWF_DSYNC | RWF_SYNC)

/* A position that means the file's own. */
#define POSITION_OWN   UINT64_MAX

/* What a call does with each piece, or a file of its own with all. */
struct vector_call {
    bool is_write;
    bool is_at; /* a position that the call says, not the file's own */
    uint64_t position;
    vector_fetch *fetch;
};

int vector_fetch_64(uaddr_t vectors, size_t index, struct linux_iovec *vector)
{
    uaddr_t from = vectors + index * sizeof(*vector);
    return copy_from_user(vector, from, sizeof(*vector));
}

/* A length is signed: what is too long for i386 is negative here too. */
int vector_fetch_32(uaddr_t vectors, size_t index, struct linux_iovec *vector)
{
    struct linux_iovec_32 narrow;
    uaddr_t from = vectors + index * sizeof(narrow);
    int error = copy_from_user(&narrow, from, sizeof(narrow));
    if (error != 0) {
        return error;
    }
    *vector = (struct linux_iovec){
        .iov_base = narrow.iov_base,
        .iov_len = (uint64_t)(int32_t)narrow.iov_len,
    };
    return 0;
}

static int check_vector(const struct linux_iovec *vector)
{
    if ((int64_t)vector->iov_len < 0) {
        return -EINVAL;
    }
    return is_user_range(vector->iov_base, vector->iov_len) ? 0 : -EFAULT;
}

int vectors_check(vector_fetch *fetch, uaddr_t vectors, size_t count,
                  uint64_t *total)
{
    struct linux_iovec vector;

    *total = 0;
    for (size_t i = 0; i < count; i++) {
        int error = fetch(vectors, i, &vector);
        if (error == 0) {
            error = check_vector(&vector);
        }
        if (error != 0) {
            return error;
        }
        *total = MIN(*total + vector.iov_len, FILE_TRANSFER_MAX);
    }
    return 0;
}

static bool is_open_for(const struct file *file, const struct vector_call *call)
{
    return call->is_write ? file_is_for_writing(file->flags)
                          : file_is_for_reading(file->flags);
}

/* Can FILE take all pieces at once? */
static bool takes_pieces(const struct file *file,
                         const struct vector_call *call)
{
    const struct inode_operations *operations = file->inode->operations;

    return operations != NULL && operations->read_pieces != NULL &&
           is_open_for(file, call);
}

static int64_t move_at_once(const struct vector_call *call, struct file *file,
                            struct pieces *pieces)
{
    const struct inode_operations *operations = file->inode->operations;

    file_hold(file);
    int64_t moved = call->is_write ? operations->write_pieces(file, pieces)
                                   : operations->read_pieces(file, pieces);
    file_release(file);
    return moved;
}

/* Moves a piece of SIZE bytes, where DONE have been moved before. */
static int64_t move(const struct vector_call *call, int fd, uaddr_t buffer,
                    uint64_t size, uint64_t done)
{
    if (!call->is_at) {
        return call->is_write ? sys_write(fd, buffer, size)
                              : sys_read(fd, buffer, size);
    }
    const uint64_t position = call->position + done;
    return call->is_write ? sys_pwrite64(fd, buffer, size, position)
                          : sys_pread64(fd, buffer, size, position);
}

/* Moves pieces until one is short. */
static int64_t move_vectors(const struct vector_call *call, int fd,
                            uaddr_t vectors, size_t count)
{
    struct linux_iovec vector;
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++) {
        int error = call->fetch(vectors, i, &vector);
        if (error != 0) {
            return total == 0 ? error : (int64_t)total;
        }
        uint64_t size = MIN(vector.iov_len, FILE_TRANSFER_MAX - total);
        int64_t moved = move(call, fd, vector.iov_base, size, total);
        if (moved < 0) {
            return total == 0 ? moved : (int64_t)total;
        }
        total += (uint64_t)moved;
        if ((uint64_t)moved < vector.iov_len) {
            break;
        }
    }
    return (int64_t)total;
}

/* Nothing is to be moved: 0, or the file's own refusal, but a directory has
 * none. */
static int64_t refuse_nothing(const struct vector_call *call, int fd)
{
    int64_t result = move(call, fd, 0, 0, 0);

    return result == -EISDIR ? 0 : result;
}

static int64_t transfer_vectors(const struct vector_call *call, int fd,
                                uaddr_t vectors, int count)
{
    struct file *file = file_table_find(process_current()->files, fd);
    struct pieces pieces = {
        .vectors = vectors,
        .fetch = call->fetch,
        .count = (size_t)count,
    };

    if (file == NULL) {
        return -EBADF;
    }
    if (count < 0 || count > UIO_MAXIOV) {
        return -EINVAL;
    }
    int error =
        vectors_check(call->fetch, vectors, pieces.count, &pieces.total);
    if (error != 0) {
        return error;
    }
    if (call->is_at && pieces.total > INT64_MAX - call->position &&
        is_open_for(file, call)) {
        return -EINVAL;
    }
    if (takes_pieces(file, call)) {
        return pieces.total > 0 ? move_at_once(call, file, &pieces) : 0;
    }
    if (pieces.total == 0) {
        return refuse_nothing(call, fd);
    }
    return move_vectors(call, fd, vectors, (size_t)count);
}

int64_t sys_readv(int fd, uaddr_t vectors, int count)
{
    const struct vector_call call = {.fetch = vector_fetch_64};
    return transfer_vectors(&call, fd, vectors, count);
}

int64_t sys_writev(int fd, uaddr_t vectors, int count)
{
    const struct vector_call call = {.is_write = true,
                                     .fetch = vector_fetch_64};
    return transfer_vectors(&call, fd, vectors, count);
}

int64_t sys_readv_32(int fd, uaddr_t vectors, int count)
{
    const struct vector_call call = {.fetch = vector_fetch_32};
    return transfer_vectors(&call, fd, vectors, count);
}

int64_t sys_writev_32(int fd, uaddr_t vectors, int count)
{
    const struct vector_call call = {.is_write = true,
                                     .fetch = vector_fetch_32};
    return transfer_vectors(&call, fd, vectors, count);
}

/* The same at a position, in files that have one. */
static int64_t transfer_at(const struct vector_call *call, int fd,
                           uaddr_t vectors, int count)
{
    const struct file *file = file_table_find(process_current()->files, fd);

    if ((int64_t)call->position < 0) {
        return -EINVAL;
    }
    if (file != NULL && !file_can_seek(file)) {
        return -ESPIPE;
    }
    return transfer_vectors(call, fd, vectors, count);
}

int64_t sys_preadv(int fd, uaddr_t vectors, int count, uint64_t position)
{
    const struct vector_call call = {
        .is_at = true, .position = position, .fetch = vector_fetch_64};
    return transfer_at(&call, fd, vectors, count);
}

int64_t sys_pwritev(int fd, uaddr_t vectors, int count, uint64_t position)
{
    const struct vector_call call = {.is_write = true,
                                     .is_at = true,
                                     .position = position,
                                     .fetch = vector_fetch_64};
    return transfer_at(&call, fd, vectors, count);
}

int64_t sys_preadv_32(int fd, uaddr_t vectors, int count, uint64_t position)
{
    const struct vector_call call = {
        .is_at = true, .position = position, .fetch = vector_fetch_32};
    return transfer_at(&call, fd, vectors, count);
}

int64_t sys_pwritev_32(int fd, uaddr_t vectors, int count, uint64_t position)
{
    const struct vector_call call = {.is_write = true,
                                     .is_at = true,
                                     .position = position,
                                     .fetch = vector_fetch_32};
    return transfer_at(&call, fd, vectors, count);
}

/* Writes at the end of FILE, whatever its flags are. Where it IS_OWN, the
 * file's own place is behind that. */
static int64_t append(struct vector_call call, struct file *file, int fd,
                      uaddr_t vectors, int count)
{
    const bool is_own = !call.is_at;

    call.is_at = true;
    call.position = file->inode->size;
    int64_t moved = transfer_vectors(&call, fd, vectors, count);
    if (is_own && moved > 0) {
        file->offset = file->inode->size;
    }
    return moved;
}

/* The same with FLAGS. No file can be read or written only where that needs no
 * waiting, as Linux' tmpfs. */
static int64_t transfer_with(struct vector_call call, int fd, uaddr_t vectors,
                             int count, unsigned flags)
{
    struct file *file = file_table_find(process_current()->files, fd);

    call.is_at = call.position != POSITION_OWN;
    if (call.is_at && (int64_t)call.position < 0) {
        return -EINVAL;
    }
    if (file == NULL) {
        return -EBADF;
    }
    if (call.is_at && !file_can_seek(file)) {
        return -ESPIPE;
    }
    if ((flags & ~(NEEDLESS_FLAGS | RWF_APPEND)) != 0) {
        return -EOPNOTSUPP;
    }
    if (call.is_write && (flags & RWF_APPEND) != 0 && regular_is(file->inode)) {
        return append(call, file, fd, vectors, count);
    }
    return transfer_vectors(&call, fd, vectors, count);
}

int64_t sys_preadv2(int fd, uaddr_t vectors, int count, uint64_t position,
                    unsigned flags)
{
    const struct vector_call call = {.position = position,
                                     .fetch = vector_fetch_64};
    return transfer_with(call, fd, vectors, count, flags);
}

int64_t sys_pwritev2(int fd, uaddr_t vectors, int count, uint64_t position,
                     unsigned flags)
{
    const struct vector_call call = {
        .is_write = true, .position = position, .fetch = vector_fetch_64};
    return transfer_with(call, fd, vectors, count, flags);
}

int64_t sys_preadv2_32(int fd, uaddr_t vectors, int count, uint64_t position,
                       unsigned flags)
{
    const struct vector_call call = {.position = position,
                                     .fetch = vector_fetch_32};
    return transfer_with(call, fd, vectors, count, flags);
}

int64_t sys_pwritev2_32(int fd, uaddr_t vectors, int count, uint64_t position,
                        unsigned flags)
{
    const struct vector_call call = {
        .is_write = true, .position = position, .fetch = vector_fetch_32};
    return transfer_with(call, fd, vectors, count, flags);
}
