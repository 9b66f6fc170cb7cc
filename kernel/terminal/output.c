/* A program's output. */
#include "kernel/terminal/output.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

/* Room for which it is worth to wake somebody. */
#define ROOM_MIN 1024u

/* For room in each line. */
static struct wait_queue writers[] = {
    [CONSOLE_OUTPUT] = WAIT_QUEUE_EMPTY(writers[CONSOLE_OUTPUT]),
    [CONSOLE_ERRORS] = WAIT_QUEUE_EMPTY(writers[CONSOLE_ERRORS]),
};

/* Somebody has looked for room in the line since there was enough, and found
 * too little: it is news when there is. */
static bool is_full[ARRAY_COUNT(writers)];

static size_t find_room(enum console_output line)
{
    size_t room = console_room(line);

    is_full[line] |= room < ROOM_MIN;
    return room;
}

/* Waits for room in LINE. Returns how much, or -EXXX. */
static int64_t wait_for_room(const struct file *file, enum console_output line)
{
    while (true) {
        size_t room = find_room(line);
        if (room >= ROOM_MIN) {
            return (int64_t)MIN(room, (size_t)OUTPUT_PIECE_MAX);
        }
        if ((file->flags & O_NONBLOCK) != 0) {
            return -EAGAIN;
        }
        int error = thread_wait(&writers[line]);
        if (error != 0) {
            return error;
        }
    }
}

/* Writes a piece of SIZE bytes at most. Returns how many, or -EXXX. */
static int64_t write_piece(const struct output *output, const struct file *file,
                           struct pieces *from, size_t size)
{
    int64_t room = wait_for_room(file, output->line);
    if (room < 0) {
        return room;
    }
    char buffer[OUTPUT_PIECE_MAX];
    size_t count = MIN(size, (size_t)room / output->growth);
    ASSERT_CMP(count, <=, sizeof(buffer));
    if (pieces_copy_from(buffer, from, count) != count) {
        return -EFAULT;
    }
    output->put(buffer, count);
    return (int64_t)count;
}

/* Between pieces input is taken, so that ^C ends a long write. */
int64_t output_write(const struct output *output, const struct file *file,
                     struct pieces *from)
{
    const size_t size = from->total;
    size_t written = 0;

    ASSERT(output->piece != 0 && output->piece <= OUTPUT_PIECE_MAX);
    while (written < size) {
        size_t left = MIN(output->piece, size - written);
        int64_t count = write_piece(output, file, from, left);
        if (count < 0) {
            return written == 0 ? count : (int64_t)written;
        }
        written += (size_t)count;
        if (thread_is_interrupted()) {
            break;
        }
    }
    return (int64_t)written;
}

unsigned output_ready(struct file *file, enum console_output line,
                      struct poll *poll)
{
    poll_watch(poll, file, &writers[line]);
    return find_room(line) >= ROOM_MIN ? POLLOUT | POLLWRNORM : 0;
}

void output_poll(void)
{
    for (enum console_output line = 0; line <= CONSOLE_ERRORS; line++) {
        if (is_full[line] && console_room(line) >= ROOM_MIN) {
            is_full[line] = false;
            thread_wake_all(&writers[line]);
        }
    }
}
