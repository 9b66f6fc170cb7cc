/* System calls on a socket's options. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/message.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

/* What programs ask for is doubled, for what a buffer costs beside its bytes,
 * and is no less than these. */
#define SEND_SIZE_LEAST    4608
#define RECEIVE_SIZE_LEAST 2304

#define MICROSECONDS       1000000 /* in a second */
#define MICROSECOND        (NANOSECONDS_PER_SECOND / MICROSECONDS)

/* As many seconds are no different from waiting without end. */
#define SECONDS_MAX        (TIMER_NEVER / NANOSECONDS_PER_SECOND - 1)

/* That are yes or no. */
#define SWITCHES                                                               \
    (BIT(SO_DEBUG) | BIT(SO_REUSEADDR) | BIT(SO_DONTROUTE) |                   \
     BIT(SO_BROADCAST) | BIT(SO_KEEPALIVE) | BIT(SO_OOBINLINE) |               \
     BIT(SO_REUSEPORT) | BIT(SO_PASSCRED))

static bool is_switch(int option)
{
    return option >= 0 && option < 32 && (SWITCHES & BIT(option)) != 0;
}

static int set_switch(struct socket_options *options, int option, int value)
{
    if (value != 0) {
        options->is_set |= (uint32_t)BIT(option);
    } else {
        options->is_set &= ~(uint32_t)BIT(option);
    }
    return 0;
}

/* As Linux, the size is taken for a number without a sign. */
static int size_for(int value, int least)
{
    uint32_t size = MIN((uint32_t)value, (uint32_t)SOCKET_SIZE_MAX);

    return MAX((int)size * 2, least);
}

static int set_time(uint64_t *time, uaddr_t from, int size,
                    enum time_layout layout)
{
    size_t word = layout == TIMEVAL_32 ? sizeof(int32_t) : sizeof(int64_t);
    int64_t words[2];

    if ((size_t)size < 2 * word) {
        return -EINVAL;
    }
    if (time_get_words(from, layout, words) != 0) {
        return -EFAULT;
    }
    if (words[1] < 0 || words[1] >= MICROSECONDS) {
        return -EDOM;
    }
    /* A time before now is no time at all, but not 0, which is for ever. */
    *time = words[0] < 0 ? 1
                         : MIN((uint64_t)words[0], SECONDS_MAX) *
                                   NANOSECONDS_PER_SECOND +
                               (uint64_t)words[1] * MICROSECOND;
    return 0;
}

static int set_option(struct socket_options *options, int option, int value)
{
    if (is_switch(option)) {
        return set_switch(options, option, value);
    }
    switch (option) {
    case SO_SNDBUF:
        options->send_size = size_for(value, SEND_SIZE_LEAST);
        return 0;
    case SO_RCVBUF:
        options->receive_size = size_for(value, RECEIVE_SIZE_LEAST);
        return 0;
    case SO_RCVLOWAT:
        value = value < 0 ? INT32_MAX : value;
        options->receive_least = MAX(value, 1);
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

static int set(struct file *file, int option, uaddr_t from, int size,
               enum time_layout layout)
{
    struct socket_options *options = socket_options(file);
    int value;

    if (size < (int)sizeof(value)) {
        return -EINVAL;
    }
    if (copy_from_user(&value, from, sizeof(value)) != 0) {
        return -EFAULT;
    }
    switch (option) {
    case SO_RCVTIMEO:
        return set_time(&options->receive_time, from, size, layout);
    case SO_SNDTIMEO:
        return set_time(&options->send_time, from, size, layout);
    default:
        return set_option(options, option, value);
    }
}

int64_t sys_setsockopt(int fd, int level, int option, uaddr_t from, int size,
                       enum time_layout layout)
{
    struct file *file;

    if (size < 0) {
        return -EINVAL;
    }
    int error = socket_hold(fd, &file);
    if (error == 0) {
        error = level == SOL_SOCKET ? set(file, option, from, size, layout)
                                    : -EOPNOTSUPP;
        file_release(file);
    }
    return error;
}

/* An option's value, as a program gets it. */
struct option_value {
    union {
        int number;
        int32_t narrow[2];
        int64_t wide[2];
        struct linux_ucred user;
    };
    int size;
};

static void put_time(struct option_value *value, uint64_t time,
                     enum time_layout layout)
{
    int64_t seconds = (int64_t)(time / NANOSECONDS_PER_SECOND);
    int64_t micros = (int64_t)(time % NANOSECONDS_PER_SECOND / MICROSECOND);

    if (layout == TIMEVAL_32) {
        value->narrow[0] = (int32_t)seconds;
        value->narrow[1] = (int32_t)micros;
        value->size = sizeof(value->narrow);
    } else {
        value->wide[0] = seconds;
        value->wide[1] = micros;
        value->size = sizeof(value->wide);
    }
}

static int get_number(const struct file *file, int option, int *number)
{
    const struct socket_options *options = socket_options(file);

    switch (option) {
    case SO_TYPE:
        *number = socket_type(file);
        return 0;
    case SO_ERROR:
        *number = socket_take_error(file);
        return 0;
    case SO_SNDBUF:
        *number = options->send_size;
        return 0;
    case SO_RCVBUF:
        *number = options->receive_size;
        return 0;
    case SO_RCVLOWAT:
        *number = options->receive_least;
        return 0;
    case SO_SNDLOWAT:
        *number = 1;
        return 0;
    case SO_DOMAIN:
        *number = AF_UNIX;
        return 0;
    case SO_ACCEPTCONN:
    case SO_PROTOCOL:
        *number = 0;
        return 0;
    default:
        *number = is_switch(option) && (options->is_set & BIT(option)) != 0;
        return is_switch(option) ? 0 : -ENOPROTOOPT;
    }
}

static int get(const struct file *file, int option, struct option_value *value,
               enum time_layout layout)
{
    const struct socket_options *options = socket_options(file);
    struct socket_user maker = socket_maker(file);

    switch (option) {
    case SO_RCVTIMEO:
        put_time(value, options->receive_time, layout);
        return 0;
    case SO_SNDTIMEO:
        put_time(value, options->send_time, layout);
        return 0;
    case SO_PEERCRED:
        value->user = (struct linux_ucred){maker.pid, maker.uid, maker.gid};
        value->size = sizeof(value->user);
        return 0;
    default:
        value->size = sizeof(value->number);
        return get_number(file, option, &value->number);
    }
}

static int get_to(const struct file *file, int option, uaddr_t to,
                  uaddr_t size_at, enum time_layout layout)
{
    struct option_value value = {.size = 0};
    int room;

    if (copy_from_user(&room, size_at, sizeof(room)) != 0) {
        return -EFAULT;
    }
    if (room < 0) {
        return -EINVAL;
    }
    int error = get(file, option, &value, layout);
    if (error != 0) {
        return error;
    }
    room = MIN(room, value.size);
    error = copy_to_user(to, &value, (size_t)room);
    return error != 0 ? error : copy_to_user(size_at, &room, sizeof(room));
}

int64_t sys_getsockopt(int fd, int level, int option, uaddr_t to,
                       uaddr_t size_at, enum time_layout layout)
{
    struct file *file;
    int error = socket_hold(fd, &file);

    if (error == 0) {
        error = level == SOL_SOCKET ? get_to(file, option, to, size_at, layout)
                                    : -EOPNOTSUPP;
        file_release(file);
    }
    return error;
}
