/* poll and ppoll. */
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/base.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

#define OWN_COUNT   32
#define CHUNK_COUNT (FRAME_SIZE / sizeof(struct linux_pollfd) - 2)

/* A copy of a program's array, in pieces of a frame each behind the first. */
struct chunk {
    struct chunk *next;
    size_t count;
    struct linux_pollfd fds[];
};

static_assert(sizeof(struct chunk) == 2 * sizeof(struct linux_pollfd),
              "a chunk fills a frame");

/* On the stack: the first ones, for which no frame is needed. */
struct first_chunk {
    struct chunk chunk;
    struct linux_pollfd room[OWN_COUNT];
};

static struct chunk *alloc_chunk(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    return frame != PADDR_NONE ? direct_map(frame) : NULL;
}

static void free_chunks(struct chunk *first)
{
    while (first->next != NULL) {
        struct chunk *chunk = first->next;
        first->next = chunk->next;
        int error = frame_free(direct_map_address(chunk));
        ASSERT_CMP(error, ==, 0);
    }
}

/* Copies COUNT elements. Returns 0, -EFAULT or -ENOMEM; what was got is in the
 * list of FIRST in any case. */
static int copy_in(struct chunk *first, uaddr_t from, size_t count)
{
    struct chunk *chunk = first;
    size_t room = OWN_COUNT;

    *first = (struct chunk){.next = NULL};
    while (true) {
        chunk->count = MIN(count, room);
        size_t size = chunk->count * sizeof(chunk->fds[0]);
        if (copy_from_user(chunk->fds, from, size) != 0) {
            return -EFAULT;
        }
        count -= chunk->count;
        from += size;
        if (count == 0) {
            return 0;
        }
        chunk->next = alloc_chunk();
        if (chunk->next == NULL) {
            return -ENOMEM;
        }
        chunk = chunk->next;
        *chunk = (struct chunk){.next = NULL};
        room = CHUNK_COUNT;
    }
}

/* Writes what was found, and nothing else, back. The place is looked at also
 * where there is nothing to write. */
static int copy_out(const struct chunk *first, uaddr_t to)
{
    if (!is_user_range(to, 0)) {
        return -EFAULT;
    }
    for (const struct chunk *c = first; c != NULL; c = c->next) {
        for (size_t i = 0; i < c->count; i++) {
            uaddr_t at = to + i * sizeof(c->fds[0]) +
                         offsetof(struct linux_pollfd, revents);
            if (copy_to_user(at, &c->fds[i].revents,
                             sizeof(c->fds[i].revents)) != 0) {
                return -EFAULT;
            }
        }
        to += c->count * sizeof(c->fds[0]);
    }
    return 0;
}

static unsigned look_at(const struct linux_pollfd *wanted, struct poll *poll)
{
    struct file *file;

    if (wanted->fd < 0) {
        return 0;
    }
    file = file_table_find(process_current()->files, wanted->fd);
    if (file == NULL) {
        return POLLNVAL;
    }
    return poll_file(file, poll) & (wanted->events | POLLERR | POLLHUP);
}

/* Looks at all. Returns how many are ready; with one, none behind it is
 * watched any more. */
static int64_t look_at_all(void *first, struct poll *poll)
{
    int64_t count = 0;

    for (struct chunk *c = first; c != NULL; c = c->next) {
        for (size_t i = 0; i < c->count; i++) {
            unsigned ready = look_at(&c->fds[i], poll);
            c->fds[i].revents = (uint16_t)ready;
            count += ready != 0;
            poll = ready != 0 ? NULL : poll;
        }
    }
    return count;
}

/* poll with all of its times. */
static int64_t do_poll(uaddr_t fds, unsigned count, uint64_t deadline)
{
    struct first_chunk first;
    const struct process *process = process_current();

    if (count > process->limits[RLIMIT_NOFILE].current) {
        return -EINVAL;
    }
    int64_t result = copy_in(&first.chunk, fds, count);
    if (result == 0) {
        result = poll_wait(look_at_all, &first.chunk, deadline);
    }
    if (result >= 0 && copy_out(&first.chunk, fds) != 0) {
        result = -EFAULT;
    }
    free_chunks(&first.chunk);
    return result;
}

static int64_t poll_again(struct restart *restart);

/* The same, which goes on behind a stop as long as was left. */
static int64_t poll_until(uaddr_t fds, unsigned count, uint64_t deadline)
{
    int64_t result = do_poll(fds, count, deadline);

    if (result != -ERESTARTSYS) {
        return result;
    }
    thread_current()->restart = (struct restart){
        .resume = poll_again,
        .deadline = deadline,
        .address = fds,
        .number = (int)count,
    };
    return -ERESTARTBLOCK;
}

static int64_t poll_again(struct restart *restart)
{
    return poll_until(restart->address, (unsigned)restart->number,
                      restart->deadline);
}

int64_t sys_poll(uaddr_t fds, unsigned count, int milliseconds)
{
    return poll_until(fds, count,
                      timeout_of_milliseconds(milliseconds).deadline);
}

/* ppoll with a time of LAYOUT. */
int64_t sys_ppoll(uaddr_t fds, unsigned count, uaddr_t time, uaddr_t mask,
                  uint64_t mask_size, enum time_layout layout)
{
    struct timeout timeout;
    int64_t result = timeout_get(&timeout, time, layout);

    if (result == 0) {
        result = mask_begin(mask, mask_size);
    }
    if (result != 0) {
        return result;
    }
    result = do_poll(fds, count, timeout.deadline);
    result = result == -ERESTARTSYS ? -ERESTARTNOHAND : result;
    return timeout_finish(&timeout, mask_finish(result));
}
