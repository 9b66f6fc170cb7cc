/* ioctl on the console. */
#include "kernel/terminal/terminal_ioctl.h"

#include "drivers/console.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/terminal/job_control.h"
#include "mm/user_copy.h"

static int64_t get_settings(const struct tty *tty, uaddr_t to)
{
    return copy_to_user(to, &tty->termios, sizeof(tty->termios));
}

static int64_t set_settings(struct tty *tty, unsigned command, uaddr_t from)
{
    struct termios termios;
    int error = job_control_check(SIGTTOU);
    if (error == 0) {
        error = copy_from_user(&termios, from, sizeof(termios));
    }
    if (error != 0) {
        return error;
    }
    if (command == TCSETSF) {
        tty_flush_input(tty);
    }
    tty_set_termios(tty, &termios);
    return 0;
}

static int64_t flush(struct tty *tty, uint64_t queue)
{
    switch (queue) {
    case TCIFLUSH:
    case TCIOFLUSH:
        tty_flush_input(tty);
        return 0;
    case TCOFLUSH:
        return 0; /* output never waits */
    default:
        return -EINVAL;
    }
}

static int64_t get_size(uaddr_t to)
{
    struct winsize size = {
        .ws_row = (uint16_t)console_rows(),
        .ws_col = (uint16_t)console_columns(),
    };
    return copy_to_user(to, &size, sizeof(size));
}

static int64_t get_readable(const struct tty *tty, uaddr_t to)
{
    int count = (int)tty_readable_bytes(tty);
    return copy_to_user(to, &count, sizeof(count));
}

static int64_t ioctl_tty(struct tty *tty, unsigned command, uaddr_t argument)
{
    switch (command) {
    case TCGETS:
        return get_settings(tty, argument);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return set_settings(tty, command, argument);
    case TCFLSH:
        return flush(tty, argument);
    case TIOCGWINSZ:
        return get_size(argument);
    case TIOCSCTTY:
        return job_control_take(argument);
    case TIOCNOTTY:
        return job_control_leave();
    case TIOCGSID:
        return job_control_get_session(argument);
    case TIOCGPGRP:
        return job_control_get_group(argument);
    case TIOCSPGRP:
        return job_control_set_group(argument);
    default:
        return -ENOTTY;
    }
}

int64_t terminal_file_ioctl(struct tty *tty, unsigned command, uaddr_t argument)
{
    if (command == FIONREAD) {
        return get_readable(tty, argument);
    }
    return tty->is_transparent ? -ENOTTY : ioctl_tty(tty, command, argument);
}
