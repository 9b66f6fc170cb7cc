/* The line for errors as a file. On Linux the second console of virtio has this
 * name; here it is no terminal, and nothing can be read from it. */
#include "kernel/terminal/error_file.h"

#include "drivers/console.h"
#include "kernel/file.h"
#include "kernel/terminal/output.h"

#define ERROR_DEVICE MAKEDEV(229, 1)

static void put_error(const char *bytes, size_t size)
{
    console_send(CONSOLE_ERRORS, bytes, size);
}

static int64_t write_pieces(struct file *file, struct pieces *from)
{
    static const struct output output = {
        .line = CONSOLE_ERRORS,
        .piece = OUTPUT_PIECE_MAX,
        .growth = 1,
        .put = put_error,
    };
    return output_write(&output, file, from);
}

static int64_t error_write(struct file *file, uint64_t offset, uaddr_t from,
                           size_t size)
{
    struct pieces pieces = pieces_of_one(from, size);

    (void)offset;
    return write_pieces(file, &pieces);
}

static int64_t error_take(struct file *file, uint64_t offset, const void *from,
                          size_t size)
{
    struct pieces pieces = pieces_of_kernel(from, size);

    (void)offset;
    return write_pieces(file, &pieces);
}

static unsigned error_poll(struct file *file, struct poll *poll)
{
    return output_ready(file, CONSOLE_ERRORS, poll);
}

static const struct inode_operations error_operations = {
    .seek = INODE_SEEK_NONE,
    .poll = error_poll,
    .write = error_write,
    .take = error_take,
};

static struct device device = {"hvc1", ERROR_DEVICE, 0600, &error_operations,
                               NULL};

void error_file_init(void)
{
    if (console_has_errors()) {
        device_add(&device);
    }
}
