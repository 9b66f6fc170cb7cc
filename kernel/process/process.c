/* Processes: from birth to the last word, and who runs next. */
#include "kernel/process/process.h"

#include "drivers/console.h"
#include "kernel/abi/errno.h"
#include "kernel/base/machine_end.h"
#include "kernel/file/file_table.h"
#include "kernel/lib/assert.h"
#include "kernel/lib/log.h"
#include "kernel/lib/string.h"
#include "kernel/process/group.h"
#include "kernel/process/limits.h"
#include "kernel/process/signal.h"
#include "kernel/process/validate.h"
#include "kernel/thread/thread.h"
#include "kernel/x86/context.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/percpu.h"
#include "mm/fault_injection.h"
#include "mm/frame.h"
#include "mm/kernel_map.h"
#include "mm/user_copy.h"

static struct process *all; /* in the order of pids */
static int last_pid;
static bool waits_busily;
static uint64_t boot_rsp; /* of main's stack, which is not gone back to */
/* Ended, and nobody asks for it. It is on its own stack until another runs. */
static struct process *dead;

struct process *process_first(void)
{
    return all;
}

struct process *process_find(int pid)
{
    struct process *process = all;
    while (process != NULL && process->pid != pid) {
        process = process->next;
    }
    return process;
}

static void *alloc_frame(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
    if (frame == PADDR_NONE) {
        return NULL;
    }
    return memset(direct_map(frame), 0, FRAME_SIZE);
}

static void free_frame(void *frame)
{
    int error = frame_free(direct_map_address(frame));
    ASSERT_CMP(error, ==, 0);
}

static void append(struct process *process)
{
    struct process **link = &all;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = process;
}

static void unlink(const struct process *process)
{
    struct process **link = &all;
    while (*link != process) {
        link = &(*link)->next;
    }
    *link = process->next;
}

struct process *process_create(struct process *parent)
{
    static_assert(sizeof(struct process) <= FRAME_SIZE, "one frame each");
    static_assert(sizeof(struct fpu_state) <= FRAME_SIZE, "one frame each");

    struct process *process = alloc_frame();
    struct fpu_state *fpu = alloc_frame();
    uint64_t stack_end = kernel_stack_alloc();
    if (process == NULL || fpu == NULL || stack_end == 0) {
        if (process != NULL) {
            free_frame(process);
        }
        if (fpu != NULL) {
            free_frame(fpu);
        }
        if (stack_end != 0) {
            kernel_stack_free(stack_end);
        }
        return NULL;
    }
    process->pid = ++last_pid;
    process->state = PROCESS_WAITING;
    process->parent = parent;
    process->stack_end = stack_end;
    process->fpu = fpu;
    process->directory = file_root();
    fpu_state_init(fpu);
    limits_init(process, parent);
    if (parent != NULL) {
        process->credentials = parent->credentials;
        process->personality = parent->personality;
        process->group = parent->group;
        process->session = parent->session;
        process->has_terminal = parent->has_terminal;
        signal_inherit(process, parent);
        process->directory = parent->directory;
        file_table_copy(&process->files, &parent->files);
    }
    append(process);
    return process;
}

void process_start(struct process *process, const struct trap_frame *frame)
{
    process->saved_rsp = context_prepare(process->stack_end, frame);
    process->state = PROCESS_RUNNABLE;
}

/* What of the CPU belongs to a process while it runs. */
static void save_cpu(struct process *process)
{
    fpu_save(process->fpu);
    process->fs_base = rdmsr(MSR_FS_BASE);
    process->gs_base = rdmsr(MSR_KERNEL_GS_BASE);
    process->segments = segments_read();
}

void process_load_cpu(struct process *process)
{
    this_cpu()->process = process;
    aspace_activate(process->aspace);
    gdt_set_kernel_stack(process->stack_end);
    gdt_set_tls(process->tls);
    if (!fpu_restore(process->fpu)) {
        log_warn("process %d (%s): its vector registers can't be restored",
                 process->pid, process->name);
        signal_send(process, SIGSEGV);
    }
    segments_load(&process->segments); /* changes the bases too */
    segment_base_load(MSR_FS_BASE, process->fs_base);
    segment_base_load(MSR_KERNEL_GS_BASE, process->gs_base);
}

static struct process *first_runnable(struct process *process)
{
    while (process != NULL && process->state != PROCESS_RUNNABLE) {
        process = process->next;
    }
    return process;
}

/* The next process after PROCESS that can run, in a circle, or NULL. PROCESS
 * itself may have left the list. */
static struct process *find_runnable(const struct process *process)
{
    struct process *next = first_runnable(process->next);

    return next != NULL ? next : first_runnable(all);
}

static void free_memory(struct process *process)
{
    kernel_stack_free(process->stack_end);
    free_frame(process->fpu);
    free_frame(process);
}

static void free_dead(void)
{
    if (dead != NULL && dead != process_current()) {
        free_memory(dead);
        dead = NULL;
    }
}

void process_wait_busily(void)
{
    waits_busily = true;
}

static void idle(void)
{
    if (waits_busily) {
        __builtin_ia32_pause();
        process_wake_all();
    } else {
        interrupts_wait();
    }
}

/* Gives the CPU to the next process that can run; waits for one. */
static void schedule(void)
{
    struct process *previous = process_current();
    struct process *next = find_runnable(previous);

    free_dead();
    while (next == NULL) {
        thread_idle_poll();
        next = find_runnable(previous);
        if (next == NULL) {
            idle();
        }
    }
    if (next == previous) {
        return;
    }
    save_cpu(previous);
    previous->fail_nth = fault_injection_left;
    process_load_cpu(next);
    fault_injection_set(next->fail_nth);
    context_switch(&previous->saved_rsp, next->saved_rsp);
    free_dead();
}

void process_yield(void)
{
    schedule();
}

void process_wait_deaf(void)
{
    process_current()->state = PROCESS_WAITING;
    schedule();
}

int process_wait(void)
{
    struct process *process = process_current();

    if (signal_is_due(process)) {
        return -ERESTARTSYS;
    }
    process_wait_deaf();
    return signal_is_due(process) ? -ERESTARTSYS : 0;
}

void process_wake_all(void)
{
    for (struct process *p = all; p != NULL; p = p->next) {
        if (p->state == PROCESS_WAITING && p->saved_rsp != 0) {
            p->state = PROCESS_RUNNABLE;
        }
    }
}

void process_end_loan(struct process *process)
{
    if (process->is_borrowed) {
        process->is_borrowed = false;
        process_wake_all();
    }
}

/* The first program has ended: so does the machine's work. */
NORETURN static void end_of_work(int status)
{
    int signal = status & 0x7f;

    if (signal != 0) {
        log_write(LOG_RESULT, "first program ended: signal %d", signal);
    } else {
        log_write(LOG_RESULT, "first program ended: exit status %d",
                  status >> 8 & 0xff);
    }
    machine_end(option_choice(OPTION_EXIT), status);
}

static void hand_children_to_first(const struct process *parent)
{
    struct process *next;

    for (struct process *p = all; p != NULL; p = next) {
        next = p->next;
        if (p->parent != parent) {
            continue;
        }
        p->parent = all;
        if (p->state == PROCESS_ZOMBIE && !signal_send_ended(p)) {
            process_reap(p);
        }
    }
}

void process_exit(int status)
{
    struct process *process = process_current();

    if (process->clear_child_tid != 0) {
        const uint32_t zero = 0;
        /* As on Linux, an address that is bad by now is nobody's error. */
        (void)!copy_to_user(process->clear_child_tid, &zero, sizeof(zero));
    }
    file_table_close_all(&process->files);
    aspace_activate(NULL);
    aspace_put(process->aspace);
    process->aspace = NULL;
    process_end_loan(process);
    if (process == all) {
        process->state = PROCESS_ZOMBIE;
        validate_if_asked();
        end_of_work(status);
    }
    if (process->session == process->pid) {
        terminal_leader_ends(process);
    }
    group_process_ends(process);
    hand_children_to_first(process);
    process->wait_status = status;
    process->state = PROCESS_ZOMBIE;
    if (!signal_send_ended(process)) {
        free_dead();
        unlink(process);
        dead = process;
    }
    process_wake_all();
    validate_if_asked();
    schedule();
    panic("a zombie was run: process %d", process->pid);
}

void process_reap(struct process *process)
{
    ASSERT(process->state == PROCESS_ZOMBIE);
    unlink(process);
    free_memory(process);
}

void process_run(void)
{
    ASSERT(all != NULL);
    process_load_cpu(all);
    context_switch(&boot_rsp, all->saved_rsp);
    panic("main was gone back to");
}
