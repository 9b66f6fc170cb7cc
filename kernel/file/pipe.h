/* Pipes: bytes, or packets, from one file to another.
 *
 * As in Linux (pipe(7)) a pipe is a ring of slots, each with a page: a write
 * fills pages, a small one goes on in the last page where it has room, and what
 * a page takes is written whole or not at all. A page is got when bytes come
 * for it and given back when they are read, but for one that is kept.
 *
 * A reader sleeps until a writer has written or the last writer is gone, a
 * writer until a reader has emptied a slot or the last reader is gone; a signal
 * ends both. Both hold their file, and nothing else. One sleeper is woken at a
 * time, and wakes the next when it leaves something to do.
 */
#pragma once

#include "kernel/file/file.h"
#include "kernel/file/pieces.h"

/* Who makes a pipe or changes its size. */
struct pipe_user {
    uint32_t uid;
    uint32_t gid;
    bool is_privileged;
};

struct pipe_user pipe_user_of(const struct credentials *who);

/* What a pipe's user may have in all of its pipes without privilege: in pages,
 * Linux's pipe-user-pages-soft; and the largest pipe, its pipe-max-size. */
#define PIPE_USER_PAGES_MAX 16384u
#define PIPE_SIZE_MAX       (1u << 20)

/* A pipe, with O_NONBLOCK and O_DIRECT of FLAGS. FILES become the end to read
 * and the end to write, with one reference each. Returns 0, -ENFILE when there
 * is no memory for the pipe, or -ENOMEM. */
int pipe_create(const struct pipe_user *user, int flags,
                struct file *files[2]) MUST_CHECK;

/* How many bytes FILE's pipe can hold, or -EBADF: it is no pipe. */
int64_t pipe_size(const struct file *file);

/* Makes it hold SIZE bytes at least. Returns how many it can hold, or -EXXX:
 * -EBUSY (they hold more), -EPERM (USER may not), -EINVAL, -ENOMEM, -EBADF. */
int64_t pipe_resize(struct file *file, const struct pipe_user *user,
                    uint64_t size);

/* Of those above, who know signals: the running thread has written where nobody
 * reads any more. */
void file_broken_pipe(void);
