/* Frames of x86-64 programs (Linux's arch/x86/kernel/signal.c). */
#include "kernel/abi/errno.h"
#include "kernel/abi/sigframe.h"
#include "kernel/lib.h"
#include "kernel/process/signal_fpu.h"
#include "kernel/process/signal_frame.h"
#include "kernel/signal.h"
#include "kernel/x86.h"
#include "mm/user_copy.h"

#define RED_ZONE    128
#define ALIGNMENT   16
#define RETURN_SIZE sizeof(uint64_t) /* of what `ret` pops */

/* Returns 0, or -EFAULT when the frame would be below the alternate stack. */
static int choose_place(const struct trap_frame *frame,
                        const struct signal_action *action,
                        struct signal_frame_place *place)
{
    const struct signal_stack *stack = &thread_current()->signals.stack;
    uaddr_t below = frame->rsp - RED_ZONE;
    uaddr_t sp = signal_stack_choose(stack, action, below);
    bool must_fit = sp != below || signal_stack_is_used(stack, frame->rsp);

    place->fpu = signal_fpu_place_64(sp);
    place->start =
        align_down(place->fpu - sizeof(struct rt_sigframe_64), ALIGNMENT) -
        RETURN_SIZE;
    return must_fit && !signal_stack_holds(stack, place->start) ? -EFAULT : 0;
}

/* The state of FRAME, whose thread has SIGNALS and whose FPU state is saved at
 * FPU. */
static ALWAYS_INLINE struct sigcontext_64
save_registers(const struct trap_frame *f, const struct signal_state *signals,
               uaddr_t fpu)
{
    return (struct sigcontext_64){
        .r8 = f->r8,
        .r9 = f->r9,
        .r10 = f->r10,
        .r11 = f->r11,
        .r12 = f->r12,
        .r13 = f->r13,
        .r14 = f->r14,
        .r15 = f->r15,
        .di = f->rdi,
        .si = f->rsi,
        .bp = f->rbp,
        .bx = f->rbx,
        .dx = f->rdx,
        .ax = f->rax,
        .cx = f->rcx,
        .sp = f->rsp,
        .ip = f->rip,
        .flags = f->rflags,
        .cs = (uint16_t)f->cs,
        .ss = (uint16_t)f->ss,
        .err = signals->error,
        .trapno = signals->vector,
        .oldmask = signal_frame_mask(signals),
        .cr2 = signals->cr2,
        .fpstate = fpu,
    };
}

static uint64_t context_flags(const struct trap_frame *frame)
{
    uint64_t flags = UC_SIGCONTEXT_SS;

    flags |= cpu_features.xsave ? UC_FP_XSTATE : 0;
    flags |= frame->cs == USER_CS64 ? UC_STRICT_RESTORE_SS : 0;
    return flags;
}

static void enter_handler(struct trap_frame *frame, uaddr_t start,
                          const struct signal_action *action, int signal)
{
    frame->rdi = (uint64_t)signal;
    frame->rsi = start + offsetof(struct rt_sigframe_64, info);
    frame->rdx = start + offsetof(struct rt_sigframe_64, uc);
    frame->rax = 0; /* no vector registers among the arguments */
    frame->rip = action->handler;
    frame->rsp = start;
    frame->cs = USER_CS64;
    if (!segment_is_stack((uint16_t)frame->ss)) {
        frame->ss = USER_DS;
    }
}

int signal_frame_push_64(struct trap_frame *frame,
                         const struct signal_action *action,
                         const struct signal_info *info)
{
    const struct signal_state *signals = &thread_current()->signals;
    bool has_info = (action->flags & SA_SIGINFO) != 0;
    struct signal_frame_place place;

    /* x86-64 has no other way back than the program's own. */
    if ((action->flags & SA_RESTORER) == 0 ||
        choose_place(frame, action, &place) != 0 ||
        signal_fpu_save_64(place.fpu) != 0) {
        return -EFAULT;
    }
    const struct rt_sigframe_64 user = {
        .pretcode = action->restorer,
        .uc = {.uc_flags = context_flags(frame),
               .uc_stack = {.ss_sp = signals->stack.start,
                            .ss_flags = signals->stack.flags,
                            .ss_size = signals->stack.size},
               .uc_mcontext = save_registers(frame, signals, place.fpu),
               .uc_sigmask = signal_frame_mask(signals)},
        .info = signal_info_to_64(info),
    };
    size_t size =
        has_info ? sizeof(user) : offsetof(struct rt_sigframe_64, info);
    if (copy_to_user(place.start, &user, size) != 0) {
        return -EFAULT;
    }
    enter_handler(frame, place.start, action, info->signal);
    return 0;
}

static void restore_registers(struct trap_frame *f,
                              const struct sigcontext_64 *sc)
{
    const uint64_t free = SIGNAL_FRAME_FLAGS;

    *f = (struct trap_frame){
        .r8 = sc->r8,
        .r9 = sc->r9,
        .r10 = sc->r10,
        .r11 = sc->r11,
        .r12 = sc->r12,
        .r13 = sc->r13,
        .r14 = sc->r14,
        .r15 = sc->r15,
        .rdi = sc->di,
        .rsi = sc->si,
        .rbp = sc->bp,
        .rbx = sc->bx,
        .rdx = sc->dx,
        .rax = sc->ax,
        .rcx = sc->cx,
        .rsp = sc->sp,
        .rip = sc->ip,
        .rflags = (f->rflags & ~free) | (sc->flags & free),
        .cs = sc->cs | SELECTOR_RPL,
        .ss = sc->ss | SELECTOR_RPL,
        .vector = VECTOR_NONE,
        .error = f->error,
    };
}

/* Without UC_STRICT_RESTORE_SS the program may not know of ss. */
static void mend_stack_segment(struct trap_frame *frame, uint64_t flags)
{
    if ((flags & UC_STRICT_RESTORE_SS) == 0 && frame->cs == USER_CS64 &&
        !segment_is_stack((uint16_t)frame->ss)) {
        frame->ss = USER_DS;
    }
}

int64_t signal_frame_return_64(struct trap_frame *frame)
{
    struct thread *thread = thread_current();
    const uaddr_t start = frame->rsp - RETURN_SIZE;
    struct ucontext_64 uc;

    if (copy_from_user(&uc, start + offsetof(struct rt_sigframe_64, uc),
                       sizeof(uc)) != 0) {
        return signal_frame_refuse(frame, start);
    }
    signal_set_blocked(thread, uc.uc_sigmask);
    restore_registers(frame, &uc.uc_mcontext);
    mend_stack_segment(frame, uc.uc_flags);
    if (signal_fpu_restore_64(uc.uc_mcontext.fpstate) != 0) {
        return signal_frame_refuse(frame, start);
    }
    const struct signal_stack stack = {
        .start = uc.uc_stack.ss_sp,
        .size = uc.uc_stack.ss_size,
        .flags = uc.uc_stack.ss_flags,
    };
    /* As on Linux, a stack that can't be is nobody's error. */
    (void)!signal_stack_set(&thread->signals.stack, &stack, frame->rsp);
    return (int64_t)frame->rax;
}
