/* Signals acted on: handlers run, programs end. */
#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/abi/syscalls_32.h"
#include "kernel/abi/syscalls_64.h"
#include "kernel/lib.h"
#include "kernel/process/fault_report.h"
#include "kernel/process/process_record.h"
#include "kernel/process/signal.h"
#include "kernel/process/signal_frame.h"
#include "kernel/process/stop.h"
#include "kernel/x86.h"
#include "mm/layout.h"

/* Of `syscall` and of `int 0x80`. */
#define SYSCALL_INSTRUCTION_SIZE 2

/* The lower half of the addresses that the CPU takes. */
#define CANONICAL_END            BIT(47)

static struct signal_action *action_of(int signal)
{
    return &process_current()->actions->of[signal - 1];
}

/* As on Linux, whoever blocks or ignores its own faults ends by the first. */
void signal_force(struct trap_frame *frame, const struct signal_info *info)
{
    struct thread *thread = thread_current();
    struct signal_action *action = action_of(info->signal);
    const uint64_t bit = signal_bit(info->signal);
    bool is_blocked = (thread->signals.blocked & bit) != 0;

    if (is_blocked || action->handler == SIG_IGN) {
        action->handler = SIG_DFL;
        signal_set_blocked(thread, thread->signals.blocked & ~bit);
    }
    if (action->handler == SIG_DFL) {
        process_record_signal(thread, info);
        fault_report(frame, info);
        process_exit(info->signal);
    }
    (void)signal_queue_put(&thread->signals.queue, info);
    thread->has_signal = true;
}

/* The error code as Linux shows it: an address that no program can have looks
 * like a page that it may not touch. */
static uint64_t shown_error(const struct trap_frame *frame, uaddr_t address)
{
    bool is_outside =
        frame->vector == VECTOR_PAGE_FAULT && address >= USER_END_64;

    return frame->error | (is_outside ? PF_PRESENT : 0);
}

void signal_fault(struct trap_frame *frame, const struct signal_info *info)
{
    struct signal_state *signals = &thread_current()->signals;

    signals->vector = frame->vector;
    signals->error = shown_error(frame, info->address);
    if (frame->vector == VECTOR_PAGE_FAULT) {
        signals->cr2 = info->address;
    }
    signal_force(frame, info);
}

/* For what FRAME's system call was given up because of a signal: ERESTART*, or
 * 0. */
static int interruption_of(const struct trap_frame *frame)
{
    bool is_32 = process_current()->is_32;
    int64_t result =
        is_32 ? (int32_t)(uint32_t)frame->rax : (int64_t)frame->rax;
    bool is_call =
        frame->vector == VECTOR_SYSCALL || frame->vector == VECTOR_INT80;
    bool is_given_up = result == -ERESTARTSYS || result == -ERESTARTNOHAND ||
                       result == -ERESTARTBLOCK;

    return is_call && is_given_up ? (int)-result : 0;
}

/* FRAME's system call begins again, with NUMBER. */
static void call_again(struct trap_frame *frame, uint64_t number)
{
    frame->rax = number;
    frame->rip -= SYSCALL_INSTRUCTION_SIZE;
}

/* What FRAME's system call answers, seen behind a handler with FLAGS. */
static void finish_call(struct trap_frame *frame, uint64_t flags)
{
    int interruption = interruption_of(frame);

    if (interruption == ERESTARTSYS && (flags & SA_RESTART) != 0) {
        call_again(frame, frame->error);
    } else if (interruption != 0) {
        frame->rax = (uint64_t)-EINTR;
    }
}

/* The same where no handler was run. */
static void resume_call(struct trap_frame *frame)
{
    int interruption = interruption_of(frame);

    if (interruption == ERESTARTBLOCK) {
        call_again(frame, frame->vector == VECTOR_SYSCALL
                              ? SYS64_restart_syscall
                              : SYS32_restart_syscall);
    } else if (interruption != 0) {
        call_again(frame, frame->error);
    }
}

/* The mask that a call has replaced comes back where no handler's frame has it.
 */
static void restore_mask(struct thread *thread)
{
    if (thread->signals.has_saved_mask) {
        thread->signals.has_saved_mask = false;
        signal_set_blocked(thread, thread->signals.saved_mask);
    }
}

uint64_t signal_frame_mask(const struct signal_state *signals)
{
    return signals->has_saved_mask ? signals->saved_mask : signals->blocked;
}

/* The program's state while a handler runs that has its frame. */
static void begin_handler(struct trap_frame *frame, int signal,
                          const struct signal_action *action)
{
    struct thread *thread = thread_current();
    struct signal_state *signals = &thread->signals;
    bool is_deferred = (action->flags & SA_NODEFER) == 0;

    signals->has_saved_mask = false;
    signal_set_blocked(thread, signals->blocked | action->mask |
                                   (is_deferred ? signal_bit(signal) : 0));
    if ((signals->stack.flags & SS_AUTODISARM) != 0) {
        signals->stack = (struct signal_stack){.flags = SS_DISABLE};
    }
    frame->rflags &= ~(RFLAGS_DF | RFLAGS_RF | RFLAGS_TF);
    fpu_reset();
}

/* The handler of SIGNAL can't be run: SIGSEGV, which ends the program if it was
 * SIGSEGV's own. */
static void fail_handler(struct trap_frame *frame, int signal)
{
    const struct process *process = process_current();
    const struct signal_info info = {.signal = SIGSEGV, .code = SI_KERNEL};

    log_warn("process %d (%s): no room for a handler's frame: %s, rsp %016llx",
             process->pid, process_name(process), signal_name(signal),
             (unsigned long long)frame->rsp);
    if (signal == SIGSEGV) {
        action_of(SIGSEGV)->handler = SIG_DFL;
    }
    signal_force(frame, &info);
}

static void run_handler(struct trap_frame *frame,
                        const struct signal_info *info)
{
    const struct signal_action action = *action_of(info->signal);
    bool is_32 = (action.flags & SIGNAL_ACTION_32) != 0;

    if ((action.flags & SA_RESETHAND) != 0) {
        action_of(info->signal)->handler = SIG_DFL;
    }
    finish_call(frame, action.flags);
    int error = is_32 ? signal_frame_push_32(frame, &action, info)
                      : signal_frame_push_64(frame, &action, info);
    if (error != 0) {
        fail_handler(frame, info->signal);
    } else {
        begin_handler(frame, info->signal, &action);
    }
}

/* Can the CPU go on at FRAME's rip at all (SDM vol. 1, 3.3.7.1)? */
static bool is_canonical(const struct trap_frame *frame)
{
    uint64_t rip = frame->rip;

    return frame->cs == USER_CS64 ? rip < CANONICAL_END || rip >= -CANONICAL_END
                                  : rip < 4 * GIB;
}

/* The handler of SIGNAL may be where no program can run. If it is SIGSEGV's,
 * another one would find the same, for ever: it ends the program. */
static void check_handler(struct trap_frame *frame, int signal)
{
    const struct signal_info info = {.signal = SIGSEGV, .code = SI_KERNEL};

    if (is_canonical(frame)) {
        return;
    }
    if (signal == SIGSEGV) {
        action_of(SIGSEGV)->handler = SIG_DFL;
    }
    frame->vector = VECTOR_PROTECTION;
    frame->error = 0;
    signal_fault(frame, &info);
}

int64_t signal_frame_refuse(struct trap_frame *frame, uaddr_t address)
{
    const struct process *process = process_current();
    const struct signal_info info = {.signal = SIGSEGV, .code = SI_KERNEL};

    log_warn("process %d (%s): sigreturn finds no frame at %016llx",
             process->pid, process_name(process), (unsigned long long)address);
    frame->vector = VECTOR_NONE;
    signal_force(frame, &info);
    return 0;
}

/* Ends or stops the running process. */
static void act_by_default(int signal)
{
    if (!stop_is_default(signal)) {
        process_exit(signal);
    }
    stop_by(signal);
}

/* The signal to act on now, or 0; before that the thread ends or stops, if its
 * process does. */
static int next_signal(struct thread *thread)
{
    stop_thread();
    if (thread->must_end) {
        process_exit_thread(0);
    }
    return signal_next(thread);
}

/* Acts on the signals that are not blocked now. */
static void deliver_open(struct trap_frame *frame)
{
    struct thread *thread = thread_current();
    int signal;

    while ((signal = next_signal(thread)) != 0) {
        struct signal_info info = signal_take(thread, signal);
        process_record_signal(thread, &info);
        if (action_of(signal)->handler == SIG_DFL) {
            act_by_default(signal);
            continue;
        }
        run_handler(frame, &info);
        check_handler(frame, signal);
    }
}

void signal_deliver(struct trap_frame *frame)
{
    struct thread *thread = thread_current();

    do {
        deliver_open(frame);
        resume_call(frame);
        restore_mask(thread);
    } while (thread->has_signal);
}
