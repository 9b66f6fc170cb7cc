/* oom_score, oom_score_adj and oom_adj: how likely a process is to end when
 * memory does, with Linux's rules (fs/proc/base.c). */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_number.h"
#include "kernel/proc/proc_priv.h"
#include "mm/settings.h"
#include "mm/user_copy.h"

#define TEXT_MAX 13ul /* Linux's PROC_NUMBUF */

void proc_out_of_memory_score(struct seq_text *text,
                              const struct process *process)
{
    uint64_t score = badness_score(out_of_memory_badness(process),
                                   memory_settings.ram_pages);

    seq_print(text, "%llu\n", (unsigned long long)score);
}

static int64_t copy_number(int number, uint64_t offset, uaddr_t to, size_t size)
{
    char text[TEXT_MAX];
    size_t made = (size_t)snprintf(text, sizeof(text), "%d\n", number);

    return proc_copy_text(text, made, offset, to, size);
}

/* The number that a program writes: of a long text what is in front counts. */
static int get_number(uaddr_t from, size_t size, int *number)
{
    char text[TEXT_MAX - 1];
    size_t count = MIN(size, sizeof(text));

    if (copy_from_user(text, from, count) != 0) {
        return -EFAULT;
    }
    return proc_integer_parse(text, strnlen(text, count), number);
}

/* What a file takes: numbers in [least, most]. */
struct range {
    int least;
    int most;
    enum out_of_memory_file file;
};

static int64_t write_adjust(const struct file *file, uaddr_t from, size_t size,
                            const struct range *range)
{
    struct process *process = process_of_thread(file->pid);
    bool is_old = range->file == OUT_OF_MEMORY_ADJ;
    int number;
    int error = get_number(from, size, &number);

    if (error != 0) {
        return error;
    }
    if (number < range->least || number > range->most) {
        return -EINVAL;
    }
    if (process == NULL) {
        return -ESRCH;
    }
    error = out_of_memory_adjust(
        process, is_old ? badness_adjust_of_old(number) : number, range->file);
    return error != 0 ? error : (int64_t)MIN(size, TEXT_MAX - 1);
}

static int64_t score_adj_read(struct file *file, uint64_t offset, uaddr_t to,
                              size_t size)
{
    const struct process *process = process_of_thread(file->pid);

    return process == NULL
               ? -ESRCH
               : copy_number(process->out_of_memory_adjust, offset, to, size);
}

static int64_t score_adj_write(struct file *file, uint64_t offset, uaddr_t from,
                               size_t size)
{
    static const struct range range = {BADNESS_ADJUST_MIN, BADNESS_ADJUST_MAX,
                                       OUT_OF_MEMORY_SCORE_ADJ};

    (void)offset;
    return write_adjust(file, from, size, &range);
}

static int64_t adj_read(struct file *file, uint64_t offset, uaddr_t to,
                        size_t size)
{
    const struct process *process = process_of_thread(file->pid);

    return process == NULL
               ? -ESRCH
               : copy_number(badness_old_adjust(process->out_of_memory_adjust),
                             offset, to, size);
}

static int64_t adj_write(struct file *file, uint64_t offset, uaddr_t from,
                         size_t size)
{
    static const struct range range = {BADNESS_OLD_NEVER, BADNESS_OLD_MAX,
                                       OUT_OF_MEMORY_ADJ};

    (void)offset;
    return write_adjust(file, from, size, &range);
}

static const struct inode_operations score_adj_operations = {
    .seek = INODE_SEEK_DATA,
    .read = score_adj_read,
    .write = score_adj_write,
};

static const struct inode_operations adj_operations = {
    .seek = INODE_SEEK_DATA,
    .read = adj_read,
    .write = adj_write,
};

void proc_add_out_of_memory(struct inode *directory)
{
    proc_add_writable(directory, "oom_score_adj", &score_adj_operations);
    proc_add_writable(directory, "oom_adj", &adj_operations);
}
