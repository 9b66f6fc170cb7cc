/* execve: from a path to a program's first instruction. */
#include "kernel/exec/exec.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/resource.h"
#include "kernel/base.h"
#include "kernel/exec/exec_priv.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/x86.h"

/* Pages by which the stack's top may be lower when addresses are random: one
 * more than Linux's STACK_RND_MASK. */
#define STACK_RANDOM_PAGES_64 0x400000
#define STACK_RANDOM_PAGES_32 0x800

/* Zero bytes above the strings. */
#define STACK_TOP_GAP         8

static int read_image(struct exec *exec, const struct process *process,
                      const char *path)
{
    const char *why = NULL;

    if (!exec_may_execute(exec, exec->file)) {
        return -EACCES;
    }
    int error = elf_parse(&exec->source.elf, &exec->image, &why);
    if (error != 0) {
        log_warn("exec: %s: %s", path, why);
        return error;
    }
    return exec_open_interpreter(exec, process, path);
}

uint64_t exec_random_pages(const struct exec *exec, uint64_t pages)
{
    return exec->is_random ? random_below(pages) * PAGE_SIZE : 0;
}

static uint64_t stack_random_pages(const struct exec *exec)
{
    return exec->image.is_64 ? STACK_RANDOM_PAGES_64 : STACK_RANDOM_PAGES_32;
}

static struct aspace_span choose_span_64(const struct exec *exec)
{
    return (struct aspace_span){
        .end = USER_END_64,
        .mmap_shift = exec_random_pages(exec, MMAP_RANDOM_PAGES_64),
        .stack_maximum =
            exec->is_random ? (STACK_RANDOM_PAGES_64 - 1) * PAGE_SIZE : 0,
    };
}

static struct aspace_span choose_span_32(const struct exec *exec,
                                         const struct process *process)
{
    bool is_3_gib = (process->personality & PERSONALITY_LIMIT_3GB) != 0;

    return (struct aspace_span){
        .end = is_3_gib ? USER_END_3GIB : USER_END_32,
        .mmap_shift = exec_random_pages(exec, MMAP_RANDOM_PAGES_32),
        .stack_maximum =
            exec->is_random ? (STACK_RANDOM_PAGES_32 - 1) * PAGE_SIZE : 0,
    };
}

/* i386 programs that do not speak of their stack, and their children, may
 * execute all that they may read. */
static bool reads_execute(const struct exec *exec,
                          const struct process *process)
{
    bool is_inherited =
        (process->personality & PERSONALITY_READ_IMPLIES_EXEC) != 0;
    return !exec->image.is_64 && (is_inherited || exec->image.exec_all);
}

static struct aspace *create_aspace(const struct exec *exec,
                                    const struct process *process)
{
    struct aspace_span compat = choose_span_32(exec, process);
    const struct aspace_plan plan = {
        .own = exec->image.is_64 ? choose_span_64(exec) : compat,
        .compat = compat,
        .places_upwards =
            (process->personality & PERSONALITY_COMPAT_LAYOUT) != 0 ||
            memory_settings.legacy_layout != 0,
        .limits = limits_of_memory(process),
    };
    struct aspace *aspace = aspace_create(&plan);
    if (aspace != NULL) {
        aspace->reading_is_executing = reads_execute(exec, process);
    }
    return aspace;
}

static int make_stack(struct exec *exec)
{
    uint64_t shift = exec_random_pages(exec, stack_random_pages(exec));
    uaddr_t top = exec->aspace->end - shift;
    ASSERT(is_aligned(top, PAGE_SIZE) && top <= exec->aspace->end);
    struct vma stack = {
        .start = top - PAGE_SIZE,
        .end = top,
        .flags = AREA_READ | AREA_WRITE | AREA_MAY_READ | AREA_MAY_WRITE |
                 AREA_MAY_EXEC | AREA_GROWSDOWN | AREA_ACCOUNT,
        .page_offset = (top - PAGE_SIZE) >> PAGE_SHIFT,
    };
    if (exec->image.exec_stack) {
        stack.flags |= AREA_EXEC;
    }

    int error = area_reserve(&exec->aspace->areas);
    if (error == 0) {
        area_insert(&exec->aspace->areas, &stack, AREA_JOIN_NONE);
        exec->strings = top;
        exec->stack = top - STACK_TOP_GAP;
    }
    return error;
}

static int build(struct exec *exec, const struct process *process,
                 const char *path)
{
    int error = read_image(exec, process, path);
    if (error != 0) {
        return error;
    }
    exec->aspace = create_aspace(exec, process);
    if (exec->aspace == NULL) {
        return -ENOMEM;
    }
    error = make_stack(exec);
    if (error == 0) {
        error = exec_push_string(exec, path);
        exec->path = exec->stack;
    }
    return error;
}

int exec_begin(struct exec *exec, const struct process *process,
               const struct exec_path *path)
{
    memset(exec, 0, sizeof(*exec));
    exec->credentials = process->credentials;
    exec->is_random = memory_settings.randomize != RANDOMIZE_NOTHING &&
                      (process->personality & PERSONALITY_NO_RANDOMIZE) == 0;
    exec->has_page_zero =
        (process->personality & PERSONALITY_MMAP_PAGE_ZERO) != 0;
    int error = exec_open(exec, path);
    if (error == 0) {
        error = exec_open_interpreters(exec, process, path);
    }
    if (error == 0) {
        exec_take_name(exec, path);
        error = build(exec, process, path->shown);
    }
    if (error != 0) {
        exec_abort(exec);
    }
    return error;
}

static void release_files(struct exec *exec)
{
    exec_source_close(&exec->source);
    exec_source_close(&exec->interpreter_source);
    if (exec->file != NULL) {
        file_release(exec->file);
    }
    if (exec->interpreter != NULL) {
        file_release(exec->interpreter);
    }
}

void exec_abort(struct exec *exec)
{
    if (exec->aspace != NULL) {
        ASSERT_CMP(exec->aspace->references, ==, 1u);
        aspace_put(exec->aspace);
    }
    release_files(exec);
    exec_free_scripts(exec);
}

static void set_frame(const struct exec *exec, struct trap_frame *frame)
{
    ASSERT_CMP(exec->stack, <, exec->aspace->end);
    *frame = (struct trap_frame){
        .rip = exec->entry,
        .cs = exec->image.is_64 ? USER_CS64 : USER_CS32,
        .rflags = RFLAGS_FIXED | RFLAGS_IF,
        .rsp = exec->stack,
        .ss = USER_DS,
        .vector = VECTOR_NONE,
    };
}

/* Descriptors and actions that PROCESS shares with others it has for itself
 * from now on. Returns 0, or -ENOMEM and nothing has
 * changed. */
static int unshare(struct process *process)
{
    struct file_table *files = NULL;
    struct signal_actions *actions = NULL;

    if (process->files->references > 1 &&
        (files = file_table_copy(process->files)) == NULL) {
        return -ENOMEM;
    }
    if (process->actions->references > 1 &&
        (actions = signal_actions_copy(process->actions)) == NULL) {
        if (files != NULL) {
            file_table_put(files);
        }
        return -ENOMEM;
    }
    if (files != NULL) {
        file_table_put(process->files);
        process->files = files;
    }
    if (actions != NULL) {
        signal_actions_put(process->actions);
        process->actions = actions;
    }
    return 0;
}

/* A new program has no stack for handlers; one that disarmed itself stays so.
 */
static void reset_thread(struct thread *thread)
{
    struct signal_stack *stack = &thread->signals.stack;

    if (thread->process->is_32) {
        thread_cpu_init_32(&thread->cpu);
    } else {
        thread_cpu_init_64(&thread->cpu);
    }
    *stack = (struct signal_stack){.flags = stack->flags};
    (void)signal_next(thread);
}

/* The credentials of PROCESS become those with which a program begins, which
 * others may look into only where nobody lent it his. */
static void reset_credentials(const struct exec *exec, struct process *process)
{
    struct ids *user = &process->credentials.user;
    struct ids *group = &process->credentials.group;

    process->credentials = exec->credentials;
    user->saved = user->file = user->effective;
    group->saved = group->file = group->effective;
    process->is_dumpable =
        user->effective == user->real && group->effective == group->real;
}

/* The parts of PROCESS that a new program begins anew. */
static void reset_process(struct exec *exec, struct process *process)
{
    memcpy(process->leader->name, exec->name, sizeof(exec->name));
    process->barriers = 0;
    reset_credentials(exec, process);
    process->keeps_capabilities = false;
    process_set_program(process, exec->file);
    process->is_32 = !exec->image.is_64;
    process->personality &= ~PERSONALITY_READ_IMPLIES_EXEC;
    if (process->aspace->reading_is_executing) {
        process->personality |= PERSONALITY_READ_IMPLIES_EXEC;
    }
    file_table_close_on_exec(process->files);
    signal_actions_exec(process->actions);
    process_timers_exec(process);
    reset_thread(process->leader);
}

int exec_finish(struct exec *exec, struct process *process,
                struct trap_frame *frame)
{
    ASSERT(exec->aspace != NULL && exec->aspace != process->aspace);
    bool is_running = process == process_current();
    int error = is_running ? process_become_single() : 0;
    if (error == 0) {
        exec_grow_stack(exec);
        error = exec_map_image(exec);
    }
    if (error == 0) {
        error = exec_push_tables(exec);
    }
    if (error == 0) {
        error = unshare(process);
    }
    if (error != 0) {
        exec_abort(exec);
        return error;
    }
    if (is_running) {
        process_leave_words(process->leader);
    }
    usage_note_memory(process);
    struct aspace *old = process->aspace;
    process->aspace = exec->aspace;
    process->aspace->tag = (uint16_t)process->pid;
    reset_process(exec, process);
    set_frame(exec, frame);
    if (is_running) {
        thread_load(process->leader);
    }
    if (old != NULL) {
        aspace_put(old);
    }
    process->has_executed = true;
    process->exit_signal = SIGCHLD;
    thread_end_loan(process->leader);
    release_files(exec);
    gdb_program_loaded(process);
    return 0;
}
