/* /proc/PID/fail-nth: which allocation of the process is going to fail, with
 * Linux's rules (proc_fail_nth_write in fs/proc/base.c). */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_number.h"
#include "kernel/proc/proc_priv.h"
#include "mm/fault_injection.h"
#include "mm/user_copy.h"

#define TEXT_MAX 35 /* Linux's buffer for a number of 32 bits */

static int64_t fail_nth_read(struct file *file, uint64_t offset, uaddr_t to,
                             size_t size)
{
    const struct process *process = process_find(file->pid);
    char text[TEXT_MAX];

    if (process == NULL) {
        return -ESRCH;
    }
    uint32_t left = process == process_current() ? fault_injection_left
                                                 : process->leader->fail_nth;
    size_t made = (size_t)snprintf(text, sizeof(text), "%u\n", left);
    return proc_copy_text(text, made, offset, to, size);
}

/* What kstrtouint takes: a number from its first byte to its last, or to the
 * end of the line behind it. */
static int parse(const char *text, size_t size, uint32_t *nth)
{
    struct proc_number number;
    bool begins = size > 0 && (text[0] == '+' || (uint8_t)(text[0] - '0') < 10);

    if (!begins || proc_number_parse(text, size, &number) != (int64_t)size) {
        return -EINVAL;
    }
    if (number.magnitude > UINT32_MAX) {
        return -ERANGE;
    }
    *nth = (uint32_t)number.magnitude;
    return 0;
}

static int64_t fail_nth_write(struct file *file, uint64_t offset, uaddr_t from,
                              size_t size)
{
    (void)offset;
    char text[TEXT_MAX];
    uint32_t nth;

    if (copy_from_user(text, from, MIN(size, sizeof(text) - 1)) != 0) {
        return -EFAULT;
    }
    int error = parse(text, MIN(size, sizeof(text) - 1), &nth);
    if (error != 0) {
        return error;
    }
    struct process *process = process_find(file->pid);
    if (process == NULL) {
        return -ESRCH;
    }
    if (process == process_current()) {
        fault_injection_set(nth);
    } else {
        process->leader->fail_nth = nth;
    }
    return (int64_t)size;
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_DATA,
    .read = fail_nth_read,
    .write = fail_nth_write,
};

void proc_add_fail_nth(struct inode *process_directory)
{
    proc_add_writable(process_directory, "fail-nth", &operations);
}
