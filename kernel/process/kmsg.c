/* /dev/kmsg, for writing: what a program writes at once is a line of the log,
 * behind its process number and name. `<N>` before it is Linux's level. */
#include "kernel/process/kmsg.h"

#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process/process.h"
#include "mm/user_copy.h"

/* Linux's PRINTKRB_RECORD_MAX. */
#define LINE_SIZE     1024

#define LEVEL_ERROR   '3'
#define LEVEL_WARNING '4'
#define LEVEL_DEBUG   '7'
/* A level that is shown always. */
#define LEVEL_ALERT   '1'

static enum log_level to_level(char level)
{
    if (level <= LEVEL_ALERT) {
        return LOG_RESULT;
    }
    if (level <= LEVEL_ERROR) {
        return LOG_ERROR;
    }
    if (level == LEVEL_WARNING) {
        return LOG_WARN;
    }
    return level == LEVEL_DEBUG ? LOG_DEBUG : LOG_INFO;
}

static bool has_level(const char *line)
{
    return line[0] == '<' && line[1] >= '0' && line[1] <= LEVEL_DEBUG &&
           line[2] == '>';
}

static int64_t kmsg_write(struct file *file, uint64_t offset, uaddr_t from,
                          size_t size)
{
    (void)file, (void)offset;
    const struct process *process = process_current();
    char line[LINE_SIZE + 1];

    if (size > LINE_SIZE) {
        return -EINVAL;
    }
    if (copy_from_user(line, from, size) != 0) {
        return -EFAULT;
    }
    bool has_newline = size > 0 && line[size - 1] == '\n';
    line[has_newline ? size - 1 : size] = '\0';
    enum log_level level = has_level(line) ? to_level(line[1]) : LOG_WARN;
    const char *text = has_level(line) ? line + strlen("<N>") : line;
    log_write(level, "process %d (%s): %s", process->pid, process_name(process),
              text);
    return (int64_t)size;
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_ZERO,
    .write = kmsg_write,
};

static struct device device = {
    .name = "kmsg",
    .rdev = MAKEDEV(1, 11),
    .permissions = 0644,
    .operations = &operations,
};

void kmsg_init(void)
{
    device_add(&device);
}
