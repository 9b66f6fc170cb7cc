/* How long a call may wait. */
#include "kernel/syscall/timeout.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/time.h"
#include "kernel/process.h"
#include "mm/user_copy.h"

#define NANOS_PER_MILLI 1000000

static bool is_narrow(enum time_layout layout)
{
    return layout == TIMESPEC_32 || layout == TIMEVAL_32;
}

size_t time_layout_size(enum time_layout layout)
{
    return 2 * (is_narrow(layout) ? sizeof(int32_t) : sizeof(int64_t));
}

bool time_layout_has_micros(enum time_layout layout)
{
    return layout == TIMEVAL_64 || layout == TIMEVAL_32;
}

int time_get_words(uaddr_t address, enum time_layout layout, int64_t words[2])
{
    int32_t narrow[2];

    if (!is_narrow(layout)) {
        return copy_from_user(words, address, 2 * sizeof(words[0]));
    }
    int error = copy_from_user(narrow, address, sizeof(narrow));
    words[0] = narrow[0];
    words[1] = narrow[1];
    return error;
}

/* A deadline so many nanoseconds from now, of which there are some. */
static uint64_t deadline_after(uint64_t seconds, uint64_t nanoseconds)
{
    uint64_t deadline;

    if (__builtin_mul_overflow(seconds, NANOSECONDS_PER_SECOND, &deadline) ||
        __builtin_add_overflow(deadline, nanoseconds, &deadline) ||
        __builtin_add_overflow(deadline, clock_nanoseconds(), &deadline)) {
        return TIMER_NEVER;
    }
    return deadline;
}

int time_get(uaddr_t address, enum time_layout layout, uint64_t *nanoseconds)
{
    int64_t words[2];
    int64_t parts = time_layout_has_micros(layout)
                        ? MICROS_PER_SECOND
                        : (int64_t)NANOSECONDS_PER_SECOND;

    if (time_get_words(address, layout, words) != 0) {
        return -EFAULT;
    }
    if (layout == TIMESPEC_64_OF_32) {
        words[1] = (uint32_t)words[1];
    }
    if (words[0] < 0 || words[1] < 0 || words[1] >= parts) {
        return -EINVAL;
    }
    uint64_t rest =
        (uint64_t)words[1] * (NANOSECONDS_PER_SECOND / (uint64_t)parts);
    if (__builtin_mul_overflow((uint64_t)words[0], NANOSECONDS_PER_SECOND,
                               nanoseconds) ||
        __builtin_add_overflow(*nanoseconds, rest, nanoseconds)) {
        *nanoseconds = UINT64_MAX;
    }
    return 0;
}

int timeout_get(struct timeout *timeout, uaddr_t address,
                enum time_layout layout)
{
    int64_t words[2];

    *timeout = (struct timeout){address, layout, TIMER_NEVER};
    if (address == 0) {
        return 0;
    }
    if (time_get_words(address, layout, words) != 0) {
        return -EFAULT;
    }
    if (layout == TIMESPEC_64_OF_32) {
        words[1] = (uint32_t)words[1];
    }
    if (time_layout_has_micros(layout)) {
        words[0] += words[1] / MICROS_PER_SECOND;
        words[1] = words[1] % MICROS_PER_SECOND * NANOS_PER_MICRO;
    }
    if (words[0] < 0 || words[1] < 0 ||
        words[1] >= (int64_t)NANOSECONDS_PER_SECOND) {
        return -EINVAL;
    }
    bool is_zero = words[0] == 0 && words[1] == 0;
    timeout->deadline =
        is_zero ? 0 : deadline_after((uint64_t)words[0], (uint64_t)words[1]);
    return 0;
}

struct timeout timeout_of_milliseconds(int milliseconds)
{
    uint64_t count = (uint64_t)milliseconds;
    struct timeout timeout = {.deadline = TIMER_NEVER};

    if (milliseconds >= 0) {
        timeout.deadline =
            count == 0 ? 0 : deadline_after(0, count * NANOS_PER_MILLI);
    }
    return timeout;
}

int time_put(uaddr_t address, enum time_layout layout, uint64_t nanoseconds)
{
    bool is_micros = time_layout_has_micros(layout);
    const uint64_t part = nanoseconds % NANOSECONDS_PER_SECOND;
    const int64_t words[2] = {
        (int64_t)(nanoseconds / NANOSECONDS_PER_SECOND),
        (int64_t)(is_micros ? part / NANOS_PER_MICRO : part),
    };
    const int32_t narrow[2] = {(int32_t)words[0], (int32_t)words[1]};

    return is_narrow(layout) ? copy_to_user(address, narrow, sizeof(narrow))
                             : copy_to_user(address, words, sizeof(words));
}

static int put_left(const struct timeout *timeout)
{
    uint64_t now = clock_nanoseconds();
    uint64_t left = timeout->deadline > now ? timeout->deadline - now : 0;

    return time_put(timeout->address, timeout->layout, left);
}

int64_t timeout_finish(const struct timeout *timeout, int64_t result)
{
    if (timeout->address == 0 || timeout->deadline == 0 ||
        put_left(timeout) == 0) {
        return result;
    }
    return result == -ERESTARTNOHAND ? -EINTR : result;
}

int mask_begin(uaddr_t address, uint64_t size)
{
    struct thread *thread = thread_current();
    uint64_t mask;

    if (address == 0) {
        return 0;
    }
    if (size != sizeof(mask)) {
        return -EINVAL;
    }
    if (copy_from_user(&mask, address, sizeof(mask)) != 0) {
        return -EFAULT;
    }
    thread->signals.saved_mask = thread->signals.blocked;
    thread->signals.has_saved_mask = true;
    signal_set_blocked(thread, mask);
    return 0;
}

int64_t mask_finish(int64_t result)
{
    struct thread *thread = thread_current();

    if (result != -ERESTARTNOHAND && thread->signals.has_saved_mask) {
        thread->signals.has_saved_mask = false;
        signal_set_blocked(thread, thread->signals.saved_mask);
    }
    return result;
}
