/* Birth, change and end of processes. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sched.h"
#include "kernel/abi/signal.h"
#include "kernel/abi/wait.h"
#include "kernel/exec.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

#define PATH_SIZE      4096
#define COPY_PIECE     256

/* What struct rusage takes: all zero, for nothing is counted. */
#define RUSAGE_SIZE    144
#define RUSAGE_SIZE_32 72

int64_t sys_exit(int status)
{
    process_exit((status & 0xff) << WAIT_EXIT_SHIFT);
}

int64_t sys_getpid(void)
{
    return thread_current()->pid;
}

int64_t sys_sched_yield(void)
{
    thread_yield();
    return 0;
}

int64_t sys_getppid(void)
{
    const struct process *parent = process_current()->parent;
    return parent != NULL ? parent->pid : 0;
}

int64_t sys_set_tid_address(uaddr_t address)
{
    thread_current()->clear_child_tid = address;
    return thread_current()->tid;
}

int64_t sys_vfork(struct trap_frame *frame)
{
    return process_lend(frame, 0, 0);
}

/* Of all that clone can do: vfork, on another stack if need be. */
int64_t sys_clone(struct trap_frame *frame, uint64_t flags, uaddr_t stack)
{
    const uint64_t shared = flags & (CLONE_FILES | CLONE_FS | CLONE_SIGHAND);

    if ((flags & ~(uint64_t)CSIGNAL & ~shared) != (CLONE_VM | CLONE_VFORK)) {
        return -ENOSYS;
    }
    return process_lend(frame, stack, shared);
}

/* Strings to push before the next look for a signal. */
#define STRINGS_AT_ONCE 256

/* Strings as a program names them: pointers of WIDTH bytes from START on. */
struct string_array {
    uaddr_t start;
    size_t width;
};

static int read_pointer(struct string_array array, unsigned index,
                        uaddr_t *pointer)
{
    *pointer = 0;
    return copy_from_user(pointer, array.start + index * array.width,
                          array.width);
}

/* Strings in ARRAY, up to a zero pointer. NULL has none, as on Linux. */
static int count_strings(struct string_array array, unsigned *count)
{
    uaddr_t pointer = array.start;

    for (*count = 0; pointer != 0; (*count)++) {
        int error = read_pointer(array, *count, &pointer);
        if (error != 0) {
            return error;
        }
        if (*count > EXEC_STRINGS_MAX / array.width) {
            return -E2BIG;
        }
    }
    *count -= array.start != 0 ? 1 : 0;
    return 0;
}

/* How much of a string to read at once from AT on: those of the first program
 * end where its addresses end. */
static size_t piece_size(uaddr_t at)
{
    uint64_t left = at < USER_END_64 ? USER_END_64 - at : 0;
    return MIN(left, (uint64_t)COPY_PIECE);
}

static int64_t string_size(uaddr_t string)
{
    char piece[COPY_PIECE];

    for (size_t size = 0; size < EXEC_STRING_MAX;) {
        uaddr_t at = string + size;
        size_t got = copy_from_user_partly(piece, at, piece_size(at));
        size_t length = strnlen(piece, got);
        if (length < got) {
            return (int64_t)(size + length + 1);
        }
        if (got < sizeof(piece)) {
            return -EFAULT;
        }
        size += got;
    }
    return -E2BIG;
}

static int push_string(struct exec *exec, uaddr_t string)
{
    char piece[COPY_PIECE];
    int64_t size = string_size(string);
    int error = size < 0 ? (int)size : exec_push(exec, (size_t)size);

    for (size_t done = 0; error == 0 && done < (size_t)size;) {
        size_t part = MIN((size_t)size - done, sizeof(piece));
        error = copy_from_user(piece, string + done, part);
        if (error == 0) {
            error = aspace_write(exec->aspace, exec->stack + done, piece, part);
        }
        done += part;
    }
    return error;
}

/* Pushes the strings of ARRAY, the last first. There may be 200,000. */
static int push_strings(struct exec *exec, struct string_array array,
                        unsigned *count)
{
    int error = count_strings(array, count);

    for (unsigned i = *count; error == 0 && i > 0; i--) {
        uaddr_t string;
        if (i % STRINGS_AT_ONCE == 0 && thread_is_killed()) {
            return -EINTR;
        }
        error = read_pointer(array, i - 1, &string);
        if (error == 0) {
            error = push_string(exec, string);
        }
    }
    return error;
}

static int64_t execute(struct trap_frame *frame, uaddr_t path,
                       struct string_array argv, struct string_array envp)
{
    struct process *process = process_current();
    static char name[PATH_SIZE]; /* no one else runs before it is used */
    struct exec exec;

    int64_t length = copy_string_from_user(name, path, sizeof(name));
    if (length < 0) {
        return length;
    }
    int error = exec_begin(&exec, process, name);
    if (error != 0) {
        return error;
    }
    error = push_strings(&exec, envp, &exec.envc);
    if (error == 0) {
        error = push_strings(&exec, argv, &exec.argc);
    }
    if (error != 0) {
        exec_abort(&exec);
        return error;
    }
    error = exec_finish(&exec, process, frame);
    if (error != 0) {
        process_exit(SIGSEGV);
    }
    return (int64_t)frame->rax;
}

int64_t sys_execve(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                   uaddr_t envp)
{
    const size_t width = sizeof(uint64_t);
    return execute(frame, path, (struct string_array){argv, width},
                   (struct string_array){envp, width});
}

int64_t sys_execve_32(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                      uaddr_t envp)
{
    const size_t width = sizeof(uint32_t);
    return execute(frame, path, (struct string_array){argv, width},
                   (struct string_array){envp, width});
}

/* A child of the running process that PID of wait4 means: it, the caller's
 * group, all, or the group -PID. */
static bool is_meant(const struct process *child, int pid)
{
    const struct process *caller = process_current();

    if (child->parent != caller) {
        return false;
    }
    if (pid == 0) {
        return child->group == caller->group;
    }
    return pid == -1 || pid == child->pid || pid == -child->group;
}

/* Has CHILD changed in a way that OPTIONS ask for and nobody was told of? */
static bool has_news(const struct process *child, int options)
{
    return child->is_zombie ||
           ((options & WUNTRACED) != 0 && child->stop_signal != 0) ||
           ((options & WCONTINUED) != 0 && child->is_continued);
}

static struct process *find_child(int pid, int options, bool *has_child)
{
    struct process *named = pid > 0 ? process_find(pid) : NULL;

    if (pid > 0) {
        *has_child = named != NULL && is_meant(named, pid);
        return *has_child && has_news(named, options) ? named : NULL;
    }
    *has_child = false;
    list_for_each(node, &process_current()->children)
    {
        struct process *child = list_entry(node, struct process, siblings);
        if (!is_meant(child, pid)) {
            continue;
        }
        *has_child = true;
        if (has_news(child, options)) {
            return child;
        }
    }
    return NULL;
}

/* The status word for CHILD's news, which are told by it. */
static int take_news(struct process *child)
{
    int word = child->wait_status;

    if (child->is_zombie) {
        process_reap(child);
    } else if (child->stop_signal != 0) {
        word = child->stop_signal << WAIT_EXIT_SHIFT | WAIT_STOPPED;
        child->stop_signal = 0;
    } else {
        word = WAIT_CONTINUED;
        child->is_continued = false;
    }
    return word;
}

static int64_t report_child(struct process *child, uaddr_t status,
                            uaddr_t usage, size_t usage_size)
{
    int pid = child->pid;
    int word = take_news(child);

    if (status != 0 && copy_to_user(status, &word, sizeof(word)) != 0) {
        return -EFAULT;
    }
    if (usage != 0 && clear_user(usage, usage_size) != 0) {
        return -EFAULT;
    }
    return pid;
}

static int64_t wait_for(int pid, uaddr_t status, int options, uaddr_t usage,
                        size_t usage_size)
{
    if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED)) != 0) {
        return -EINVAL;
    }
    if (pid == INT32_MIN) { /* no group can have its number */
        return -ESRCH;
    }
    for (;;) {
        bool has_child;
        struct process *child = find_child(pid, options, &has_child);
        if (child != NULL) {
            return report_child(child, status, usage, usage_size);
        }
        if (!has_child) {
            return -ECHILD;
        }
        if ((options & WNOHANG) != 0) {
            return 0;
        }
        int error = thread_wait(&process_current()->child_news);
        if (error != 0) {
            return error;
        }
    }
}

int64_t sys_wait4(int pid, uaddr_t status, int options, uaddr_t usage)
{
    return wait_for(pid, status, options, usage, RUSAGE_SIZE);
}

int64_t sys_wait4_32(int pid, uaddr_t status, int options, uaddr_t usage)
{
    return wait_for(pid, status, options, usage, RUSAGE_SIZE_32);
}
