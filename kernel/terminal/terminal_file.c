/* The console as a file. */
#include "kernel/terminal.h"

#include "drivers/console.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/signal.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/terminal/error_file.h"
#include "kernel/terminal/job_control.h"
#include "kernel/terminal/output.h"
#include "kernel/terminal/terminal_ioctl.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

#define TERMINAL_PIECE 2048 /* of output, as Linux's terminal takes it */

#define POLL_SIZE      64

#define TTY_DEVICE     MAKEDEV(5, 0)
#define CONSOLE_DEVICE MAKEDEV(5, 1)

static struct device devices[] = {
    {"tty", TTY_DEVICE, 0666, &terminal_file_operations, NULL},
    {"console", CONSOLE_DEVICE, 0600, &terminal_file_operations, NULL},
};

static struct tty tty;
static bool is_listening; /* the port's interrupt is on */
static struct wait_queue readers = WAIT_QUEUE_EMPTY(readers); /* for input */

/* Echo; what there is no room for is not shown. */
static void put_echo(const char *bytes, size_t size)
{
    console_send(CONSOLE_OUTPUT, bytes, size);
}

void terminal_file_init(enum option_console kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(devices); i++) {
        device_add(&devices[i]);
    }
    error_file_init();
    tty_init(&tty, put_echo);
    if (kind == OPTION_CONSOLE_RAW) {
        tty_set_transparent(&tty);
    }
    console_enable_input();
    is_listening = true;
}

uint32_t terminal_file_type(void)
{
    return tty.is_transparent ? S_IFIFO : S_IFCHR;
}

static void take_byte(uint8_t byte)
{
    switch (tty_input(&tty, byte)) {
    case TTY_EVENT_INTERRUPT:
        job_control_interrupt(SIGINT);
        break;
    case TTY_EVENT_QUIT:
        job_control_interrupt(SIGQUIT);
        break;
    case TTY_EVENT_STOP:
        job_control_interrupt(SIGTSTP);
        break;
    case TTY_EVENT_NONE:
        break;
    }
}

/* Moves what there is room for from the console to the tty. Returns how many
 * bytes. */
static size_t take_input(void)
{
    uint8_t bytes[POLL_SIZE];
    size_t total = 0;

    while (tty_room(&tty) > 0) {
        size_t wanted = MIN(sizeof(bytes), tty_room(&tty));
        size_t count = console_read(bytes, wanted);
        for (size_t i = 0; i < count; i++) {
            take_byte(bytes[i]);
        }
        total += count;
        if (count < wanted) {
            break;
        }
    }
    return total;
}

/* Who sends faster than programs read has to wait. */
static void update_listening(void)
{
    bool has_room = tty_room(&tty) > 0;

    if (has_room == is_listening) {
        return;
    }
    is_listening = has_room;
    if (has_room) {
        console_enable_input();
    } else {
        console_disable_input();
    }
}

/* Takes what has been typed, echoes it, sends SIGINT and SIGQUIT, and wakes who
 * waits for input or for room. */
void thread_idle_poll(void)
{
    console_collect();
    output_poll();
    size_t taken = take_input();
    update_listening();
    if (taken > 0) {
        thread_wake_all(&readers);
    }
}

/* As on Linux, /dev/console itself is free for all. */
static int check_background(const struct file *file, int signal)
{
    return file->inode->rdev == CONSOLE_DEVICE ? 0 : job_control_check(signal);
}

/* Waits for input and moves it to BYTES, SIZE at most. Returns how many, or
 * -EXXX. A reader that waits may be put into the background meanwhile: stopped,
 * and told to go on there. */
static int64_t wait_for_input(const struct file *file, char *bytes, size_t size)
{
    while (true) {
        int error = check_background(file, SIGTTIN);
        if (error != 0) {
            return error;
        }
        thread_idle_poll();
        int64_t count = tty_read(&tty, bytes, size);
        if (count != -EAGAIN || (file->flags & O_NONBLOCK) != 0) {
            return count;
        }
        error = thread_wait(&readers);
        if (error != 0) {
            return error;
        }
    }
}

static int64_t terminal_read(struct file *file, uint64_t offset, uaddr_t to,
                             size_t size)
{
    (void)offset;
    if (size == 0) {
        return 0;
    }
    char bytes[TTY_INPUT_MAX];
    int64_t count = wait_for_input(file, bytes, MIN(size, sizeof(bytes)));
    if (count <= 0) {
        return count;
    }
    size_t copied = copy_to_user_partly(to, bytes, (size_t)count);
    return copied == 0 ? -EFAULT : (int64_t)copied;
}

static void put_output(const char *bytes, size_t size)
{
    tty_write(&tty, bytes, size);
}

static int64_t write_pieces(struct file *file, struct pieces *from)
{
    static const struct output as_tty = {
        .line = CONSOLE_OUTPUT,
        .piece = TERMINAL_PIECE,
        .growth = TTY_OUTPUT_GROWTH,
        .put = put_output,
    };
    static const struct output as_pipe = {
        .line = CONSOLE_OUTPUT,
        .piece = OUTPUT_PIECE_MAX,
        .growth = 1,
        .put = put_output,
    };
    bool may_stop = (tty.termios.c_lflag & TOSTOP) != 0;
    int error = may_stop ? check_background(file, SIGTTOU) : 0;

    return error != 0 ? error
                      : output_write(tty.is_transparent ? &as_pipe : &as_tty,
                                     file, from);
}

static int64_t terminal_write(struct file *file, uint64_t offset, uaddr_t from,
                              size_t size)
{
    struct pieces pieces = pieces_of_one(from, size);

    (void)offset;
    return write_pieces(file, &pieces);
}

static int64_t terminal_take(struct file *file, uint64_t offset,
                             const void *from, size_t size)
{
    struct pieces pieces = pieces_of_kernel(from, size);

    (void)offset;
    return write_pieces(file, &pieces);
}

static unsigned terminal_poll(struct file *file, struct poll *poll)
{
    unsigned ready = output_ready(file, CONSOLE_OUTPUT, poll);

    thread_idle_poll();
    poll_watch(poll, file, &readers);
    bool is_over = tty.is_transparent && tty.is_ended;
    if (tty_readable_bytes(&tty) > 0 || (tty_is_readable(&tty) && !is_over)) {
        ready |= POLLIN | POLLRDNORM;
    }
    return is_over ? ready | POLLHUP : ready;
}

static int64_t terminal_ioctl(struct file *file, unsigned command,
                              uaddr_t argument)
{
    (void)file;
    return terminal_file_ioctl(&tty, command, argument);
}

/* /dev/tty is the caller's own terminal. */
static int terminal_may_open(const struct inode *inode, int flags)
{
    (void)flags;
    bool is_console = inode->rdev == CONSOLE_DEVICE;
    return is_console || process_current()->has_terminal ? 0 : -ENXIO;
}

const struct inode_operations terminal_file_operations = {
    .seek = INODE_SEEK_NONE,
    .may_open = terminal_may_open,
    .read = terminal_read,
    .write = terminal_write,
    .take = terminal_take,
    .ioctl = terminal_ioctl,
    .poll = terminal_poll,
};
