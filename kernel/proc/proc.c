/* The tree of /proc: files of the system, and a directory for each process. */
#include "kernel/proc.h"

#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

#define DIRECTORY_MODE (S_IFDIR | 0555)
#define FILE_MODE      (S_IFREG | 0444)
#define PRIVATE_MODE   (S_IFREG | 0400)
#define WRITABLE_MODE  (S_IFREG | 0644)
#define LINK_MODE      (S_IFLNK | 0777)
#define BYTES_PART     512 /* copied at a time, by way of the kernel stack */

const char *proc_command_line;

/* The directory that stands for those of all processes. */
static struct inode *process_directory;

/* What FILE tells of. Returns 0, or -ESRCH when it was a process that is gone.
 */
static int find_subject(const struct file *file, const struct process **process)
{
    *process = NULL;
    if (file->inode->is_per_process) {
        *process = process_of_thread(file->pid);
    }
    return file->inode->is_per_process && *process == NULL ? -ESRCH : 0;
}

/* A seq_maker of the file CONTEXT. */
static int make_record(struct seq_text *text, const void *context,
                       uint64_t *key)
{
    const struct file *file = context;
    const struct proc_file *proc = file->inode->context;
    const struct process *process;
    int error = find_subject(file, &process);

    if (error != 0) {
        return error;
    }
    if (proc->record != NULL) {
        return proc->record(text, process, key) ? 1 : 0;
    }
    if (*key > 0) {
        return 0;
    }
    if (proc->thread_text != NULL) {
        proc->thread_text(text, thread_find(file->pid));
    } else {
        proc->text(text, process);
    }
    *key = 1;
    return 1;
}

static int64_t text_read(struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    int error = seq_prepare(&file->text);

    return error != 0
               ? error
               : seq_read(&file->text, make_record, file, offset, to, size);
}

static void text_release(struct file *file)
{
    seq_release(&file->text);
}

static int64_t bytes_read(struct file *file, uint64_t offset, uaddr_t to,
                          size_t size)
{
    char part[BYTES_PART];
    const struct proc_file *proc = file->inode->context;
    const struct process *process;
    int error = find_subject(file, &process);
    size_t done = 0;

    if (error != 0) {
        return error;
    }
    if (proc->unit != 0 &&
        (offset % proc->unit != 0 || size % proc->unit != 0)) {
        return -EINVAL;
    }
    while (done < size) {
        size_t wanted = MIN(size - done, sizeof(part));
        size_t made = proc->bytes(process, offset + done, part, wanted);
        size_t copied = copy_to_user_partly(to + done, part, made);
        done += copied;
        if (copied < made) {
            return done == 0 ? -EFAULT : (int64_t)done;
        }
        if (made < wanted || thread_is_interrupted()) {
            break;
        }
    }
    return (int64_t)done;
}

static const struct inode_operations text_operations = {
    .seek = INODE_SEEK_TEXT,
    .read = text_read,
    .release = text_release,
};

static const struct inode_operations bytes_operations = {
    .seek = INODE_SEEK_TEXT,
    .read = bytes_read,
};

static struct place directory_of(const struct process *process)
{
    struct place place = name_place(process_directory->name);

    place.pid = process->pid;
    return place;
}

int proc_number(const char *name, size_t size)
{
    const int number_max = 1 << 22; /* Linux's pid_max */
    int number = 0;

    if (size > 1 && name[0] == '0') {
        return -1;
    }
    for (size_t i = 0; i < size; i++) {
        if (name[i] < '0' || name[i] > '9' || number > number_max) {
            return -1;
        }
        number = number * 10 + (name[i] - '0');
    }
    return number;
}

int64_t proc_copy_text(const char *text, size_t made, uint64_t offset,
                       uaddr_t to, size_t size)
{
    size_t wanted = offset < made ? MIN(size, made - offset) : 0;

    if (wanted == 0) {
        return 0;
    }
    size_t copied = copy_to_user_partly(to, text + offset, wanted);
    return copied == 0 ? -EFAULT : (int64_t)copied;
}

void proc_print_kib(struct seq_text *text, const char *name, uint64_t bytes)
{
    seq_print(text, "%-16s%8llu kB\n", name, (unsigned long long)(bytes / KIB));
}

void proc_print_pages(struct seq_text *text, const char *name, uint64_t pages)
{
    proc_print_kib(text, name, pages * PAGE_SIZE);
}

static int root_find(struct place directory, const char *name, size_t size,
                     struct place *found)
{
    (void)directory;
    const struct process *process = process_find(proc_number(name, size));
    if (process == NULL) {
        return -ENOENT;
    }
    *found = directory_of(process);
    return 0;
}

/* The index of a process is its number. */
static int root_list(struct place directory, uint64_t *index,
                     struct place *found)
{
    (void)directory;
    const struct process *first = NULL;
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if ((uint64_t)p->pid >= *index &&
            (first == NULL || p->pid < first->pid)) {
            first = p;
        }
    }
    if (first == NULL) {
        return -ENOENT;
    }
    *index = (uint64_t)first->pid;
    *found = directory_of(first);
    return 0;
}

static int self_follow(struct place link, struct place *target)
{
    (void)link;
    *target = directory_of(process_current());
    return 0;
}

static int64_t self_read_link(struct place link, char *to, size_t size)
{
    (void)link;
    return snprintf(to, size, "%d", process_current()->pid);
}

static int exe_follow(struct place link, struct place *target)
{
    const struct process *process = process_of_thread(link.pid);
    if (process == NULL || process->program == NULL) {
        return -ENOENT;
    }
    *target = file_place(process->program);
    return 0;
}

static int cwd_follow(struct place link, struct place *target)
{
    const struct process *process = process_of_thread(link.pid);
    if (process == NULL || process->context == NULL) {
        return -ENOENT;
    }
    *target = process->context->directory;
    return 0;
}

static int root_follow(struct place link, struct place *target)
{
    (void)link;
    *target = file_root();
    return 0;
}

static const struct inode_operations root_operations = {
    .find = root_find,
    .list = root_list,
};

static const struct inode_operations self_operations = {
    .follow = self_follow,
    .read_link = self_read_link,
};

static const struct inode_operations exe_operations = {.follow = exe_follow};
static const struct inode_operations cwd_operations = {.follow = cwd_follow};
static const struct inode_operations root_link_operations = {.follow =
                                                                 root_follow};

static struct inode *add(struct inode *directory, const char *name,
                         uint32_t mode)
{
    struct inode *inode = inode_ensure(directory, name, strlen(name), mode);
    if (inode == NULL) {
        log_error("/proc: out of memory: no %s", name);
    }
    return inode;
}

void proc_add_files(struct inode *directory, const struct proc_file *file)
{
    for (; file->name != NULL; file++) {
        struct inode *inode = add(directory, file->name,
                                  file->is_private ? PRIVATE_MODE : FILE_MODE);
        if (inode == NULL) {
            return;
        }
        inode->context = file;
        inode->operations =
            file->bytes != NULL ? &bytes_operations : &text_operations;
    }
}

void proc_add_writable(struct inode *directory, const char *name,
                       const struct inode_operations *operations)
{
    struct inode *inode = add(directory, name, WRITABLE_MODE);

    if (inode != NULL) {
        inode->operations = operations;
    }
}

void proc_add_link(struct inode *directory, const char *name,
                   const struct inode_operations *operations)
{
    struct inode *inode = add(directory, name, LINK_MODE);

    if (inode != NULL) {
        inode->operations = operations;
    }
}

void proc_add_common(struct inode *directory)
{
    proc_add_files(directory, proc_common_files);
    proc_add_link(directory, "exe", &exe_operations);
    proc_add_link(directory, "cwd", &cwd_operations);
    proc_add_link(directory, "root", &root_link_operations);
    proc_add_fd(directory);
    proc_add_comm(directory);
    proc_add_out_of_memory(directory);
}

void proc_init(const char *command_line)
{
    proc_command_line = command_line;
    struct inode *root = add(inode_root(), "proc", DIRECTORY_MODE);
    if (root == NULL) {
        return;
    }
    root->is_fixed = true;
    process_directory = inode_create_hidden(root, DIRECTORY_MODE);
    if (process_directory == NULL) {
        log_error("/proc: out of memory: no processes");
        return;
    }
    process_directory->is_per_process = true;
    root->mode = DIRECTORY_MODE;
    root->operations = &root_operations;
    proc_add_files(root, proc_system_files);
    struct inode *sysvipc = add(root, "sysvipc", DIRECTORY_MODE);
    if (sysvipc != NULL) {
        proc_add_files(sysvipc, proc_sysvipc_files);
    }
    proc_add_link(root, "self", &self_operations);
    proc_add_files(process_directory, proc_process_files);
    proc_add_common(process_directory);
    proc_add_tasks(process_directory);
    proc_add_fail_nth(process_directory);
    proc_add_settings();
}
