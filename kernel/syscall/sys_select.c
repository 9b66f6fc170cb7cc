/* select and pselect6. */
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

#define SETS     3 /* to read, to write, exceptions */
#define OWN_BITS 1024
#define ROW_MAX  FRAME_SIZE /* bytes: FILE_TABLE_MAX bits */

static_assert(FILE_TABLE_MAX <= ROW_MAX * 8, "a set fits into a frame");

/* What makes a descriptor belong to a set, and what is always asked for. */
static const unsigned wanted[SETS] = {
    POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
    POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR,
    POLLPRI,
};

/* The sets of one call. Rows are words of bits: those that were asked for, and
 * behind them those that are ready. */
struct sets {
    int count;   /* of descriptors */
    size_t size; /* bytes of a row that the program has */
    uaddr_t addresses[SETS];
    uint64_t *rows[2 * SETS];
    uint64_t own[2 * SETS][OWN_BITS / 64];
};

static void free_rows(struct sets *sets)
{
    for (size_t i = 0; i < 2 * SETS; i++) {
        if (sets->rows[i] != NULL && sets->rows[i] != sets->own[i]) {
            int error = frame_free(direct_map_address(sets->rows[i]));
            ASSERT_CMP(error, ==, 0);
        }
    }
}

/* Makes the rows, all zero. Returns 0 or -ENOMEM. */
static int make_rows(struct sets *sets)
{
    bool is_small = sets->count <= OWN_BITS;

    for (size_t i = 0; i < 2 * SETS; i++) {
        if (is_small) {
            sets->rows[i] = memset(sets->own[i], 0, sizeof(sets->own[i]));
            continue;
        }
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return -ENOMEM;
        }
        sets->rows[i] = memset(direct_map(frame), 0, FRAME_SIZE);
    }
    return 0;
}

static int copy_in(struct sets *sets)
{
    for (size_t i = 0; i < SETS; i++) {
        if (sets->addresses[i] != 0 &&
            copy_from_user(sets->rows[i], sets->addresses[i], sets->size) !=
                0) {
            return -EFAULT;
        }
    }
    return 0;
}

static int copy_out(const struct sets *sets)
{
    for (size_t i = 0; i < SETS; i++) {
        if (sets->addresses[i] != 0 &&
            copy_to_user(sets->addresses[i], sets->rows[SETS + i],
                         sets->size) != 0) {
            return -EFAULT;
        }
    }
    return 0;
}

/* Looks at FD, which is in the sets SETS_OF. Returns in how many it is ready,
 * or -EBADF. */
static int64_t look_at(struct sets *sets, int fd, uint64_t bit,
                       struct poll *poll)
{
    struct file *file = file_table_find(process_current()->files, fd);
    int64_t count = 0;

    if (file == NULL) {
        return -EBADF;
    }
    unsigned ready = poll_file(file, poll);
    for (size_t i = 0; i < SETS; i++) {
        bool is_asked = (sets->rows[i][fd / 64] & bit) != 0;
        if (is_asked && (ready & wanted[i]) != 0) {
            sets->rows[SETS + i][fd / 64] |= bit;
            count++;
        }
    }
    return count;
}

/* All that were asked for at WORD of the rows. */
static uint64_t asked(const struct sets *sets, int word)
{
    int left = sets->count - word * 64;
    uint64_t bits = 0;

    for (size_t i = 0; i < SETS; i++) {
        bits |= sets->rows[i][word];
    }
    return left < 64 ? bits & (BIT(left) - 1) : bits;
}

/* Looks at all. Returns how many are ready, or -EBADF. */
static int64_t look_at_all(void *what, struct poll *poll)
{
    struct sets *sets = what;
    int64_t total = 0;

    for (int word = 0; word * 64 < sets->count; word++) {
        uint64_t bits = asked(sets, word);
        for (; bits != 0; bits &= bits - 1) {
            int bit = __builtin_ctzll(bits);
            int64_t count = look_at(sets, word * 64 + bit, BIT(bit),
                                    total == 0 ? poll : NULL);
            if (count < 0) {
                return count;
            }
            total += count;
        }
    }
    return total;
}

/* Words of sets are as wide as the door's. */
static size_t row_size(int count, enum time_layout layout)
{
    bool is_64 = layout == TIMESPEC_64 || layout == TIMEVAL_64;
    size_t word = is_64 ? 64 : 32;

    return ((size_t)count + word - 1) / word * (word / 8);
}

static int64_t select_files(int count, const uaddr_t addresses[SETS],
                            const struct timeout *timeout)
{
    struct sets sets = {
        .addresses = {addresses[0], addresses[1], addresses[2]}};

    if (count < 0) {
        return -EINVAL;
    }
    sets.count = MIN(count, file_table_size(process_current()->files));
    sets.size = row_size(sets.count, timeout->layout);
    int64_t result = make_rows(&sets);
    if (result == 0) {
        result = copy_in(&sets);
    }
    if (result == 0) {
        result = poll_wait(look_at_all, &sets, timeout->deadline);
    }
    if (result >= 0 && copy_out(&sets) != 0) {
        result = -EFAULT;
    }
    free_rows(&sets);
    return result == -ERESTARTSYS ? -ERESTARTNOHAND : result;
}

int64_t sys_select(int count, uaddr_t to_read, uaddr_t to_write,
                   uaddr_t exceptions, uaddr_t time, enum time_layout layout)
{
    const uaddr_t addresses[SETS] = {to_read, to_write, exceptions};
    struct timeout timeout;
    int error = timeout_get(&timeout, time, layout);

    if (error != 0) {
        return error;
    }
    return timeout_finish(&timeout, select_files(count, addresses, &timeout));
}

int64_t sys_old_select_32(uaddr_t words)
{
    uint32_t w[5]; /* the arguments of the other select */

    if (copy_from_user(w, words, sizeof(w)) != 0) {
        return -EFAULT;
    }
    return sys_select((int)w[0], w[1], w[2], w[3], w[4], TIMEVAL_32);
}

/* The mask of pselect6: an address and a size. */
static int get_mask(uaddr_t from, enum time_layout layout, uint64_t mask[2])
{
    uint32_t narrow[2];

    mask[0] = 0;
    if (from == 0) {
        return 0;
    }
    if (layout == TIMESPEC_64) {
        return copy_from_user(mask, from, 2 * sizeof(mask[0]));
    }
    int error = copy_from_user(narrow, from, sizeof(narrow));
    mask[0] = narrow[0];
    mask[1] = narrow[1];
    return error;
}

int64_t sys_pselect6(int count, uaddr_t to_read, uaddr_t to_write,
                     uaddr_t exceptions, uaddr_t time, uaddr_t mask,
                     enum time_layout layout)
{
    const uaddr_t addresses[SETS] = {to_read, to_write, exceptions};
    struct timeout timeout;
    uint64_t parts[2];

    if (get_mask(mask, layout, parts) != 0) {
        return -EFAULT;
    }
    int64_t result = timeout_get(&timeout, time, layout);
    if (result == 0) {
        result = mask_begin(parts[0], parts[1]);
    }
    if (result != 0) {
        return result;
    }
    result = select_files(count, addresses, &timeout);
    return timeout_finish(&timeout, mask_finish(result));
}
