/* Frames of i386 programs (Linux's arch/x86/ia32/ia32_signal.c). */
#include "kernel/abi/errno.h"
#include "kernel/abi/sigframe.h"
#include "kernel/abi/syscalls_32.h"
#include "kernel/lib.h"
#include "kernel/process/signal_fpu.h"
#include "kernel/process/signal_frame.h"
#include "kernel/signal.h"
#include "kernel/x86.h"
#include "mm/user_copy.h"

#define ALIGNMENT   16
#define RETURN_SIZE sizeof(uint32_t) /* of what `ret` pops */

/* The way back for a program that names none, as code in the frame: Linux too
 * does that where it has no vdso. It runs on an executable stack only; to
 * debuggers it is the mark of a frame. */
struct retcode {
    uint8_t code[8];
};

static const struct retcode sigreturn_code = {{
    0x58,                           /* pop eax: the signal's number */
    0xb8, SYS32_sigreturn, 0, 0, 0, /* mov eax, SYS32_sigreturn */
    0xcd, VECTOR_INT80,             /* int 0x80 */
}};

static const struct retcode rt_sigreturn_code = {{
    0xb8,
    SYS32_rt_sigreturn,
    0,
    0,
    0, /* mov eax, SYS32_rt_sigreturn */
    0xcd,
    VECTOR_INT80, /* int 0x80 */
    0,
}};

/* The plain one is the largest of all. Linux's compiler gives it a multiple of
 * eight bytes, for it has words of 64 bits. */
size_t signal_frame_size_max(void)
{
    const size_t size = align_up(sizeof(struct sigframe_32), sizeof(uint64_t));

    static_assert(sizeof(struct sigframe_32) >= sizeof(struct rt_sigframe_32) &&
                      sizeof(struct sigframe_32) >=
                          sizeof(struct rt_sigframe_64),
                  "the largest");
    return align_up(size + ALIGNMENT - 1 + signal_fpu_size_max(), ALIGNMENT);
}

static struct signal_frame_place
choose_place(const struct trap_frame *frame, const struct signal_action *action,
             size_t size)
{
    const struct signal_stack *stack = &thread_current()->signals.stack;
    uaddr_t sp = signal_stack_choose(stack, action, frame->rsp);
    uaddr_t fpu = signal_fpu_place_32(sp);

    return (struct signal_frame_place){
        .start = align_down(fpu - size + RETURN_SIZE, ALIGNMENT) - RETURN_SIZE,
        .fpu = fpu,
    };
}

static struct sigcontext_32 save_registers(const struct trap_frame *f,
                                           const struct signal_state *signals)
{
    const struct segments segments = segments_read();

    return (struct sigcontext_32){
        .gs = segments.gs,
        .fs = segments.fs,
        .es = segments.es,
        .ds = segments.ds,
        .di = (uint32_t)f->rdi,
        .si = (uint32_t)f->rsi,
        .bp = (uint32_t)f->rbp,
        .sp = (uint32_t)f->rsp,
        .bx = (uint32_t)f->rbx,
        .dx = (uint32_t)f->rdx,
        .cx = (uint32_t)f->rcx,
        .ax = (uint32_t)f->rax,
        .trapno = (uint32_t)signals->vector,
        .err = (uint32_t)signals->error,
        .ip = (uint32_t)f->rip,
        .cs = (uint16_t)f->cs,
        .flags = (uint32_t)f->rflags,
        .sp_at_signal = (uint32_t)f->rsp,
        .ss = (uint16_t)f->ss,
        .cr2 = (uint32_t)signals->cr2,
    };
}

static struct sigcontext_32 save_context(const struct trap_frame *frame,
                                         uaddr_t fpu)
{
    const struct thread *thread = thread_current();
    struct sigcontext_32 sc = save_registers(frame, &thread->signals);

    sc.fpstate = (uint32_t)fpu;
    sc.oldmask = (uint32_t)signal_frame_mask(&thread->signals);
    return sc;
}

static uint32_t choose_return(const struct signal_action *action,
                              uaddr_t retcode)
{
    bool has_own = (action->flags & SA_RESTORER) != 0;
    return (uint32_t)(has_own ? action->restorer : retcode);
}

/* What both kinds of frame have in common; the signal's number is in eax too,
 * for handlers that take arguments in registers. */
static void enter_handler(struct trap_frame *frame, uaddr_t start,
                          const struct signal_action *action, int signal)
{
    const struct segments now = segments_read();
    const struct segments flat = {USER_DS, USER_DS, now.fs, now.gs};

    frame->rax = (uint64_t)signal;
    frame->rdx = 0;
    frame->rcx = 0;
    frame->rip = action->handler;
    frame->rsp = start;
    frame->cs = USER_CS32;
    frame->ss = USER_DS;
    segments_load(&flat);
}

static int push_plain(struct trap_frame *frame,
                      const struct signal_action *action,
                      const struct signal_info *info)
{
    struct sigframe_32 user = {.sig = info->signal};
    struct signal_frame_place place = choose_place(frame, action, sizeof(user));

    if (signal_fpu_save_32(place.fpu, frame) != 0) {
        return -EFAULT;
    }
    user.pretcode = choose_return(
        action, place.start + offsetof(struct sigframe_32, retcode));
    user.sc = save_context(frame, place.fpu);
    user.extramask =
        (uint32_t)(signal_frame_mask(&thread_current()->signals) >> 32);
    memcpy(user.retcode, sigreturn_code.code, sizeof(user.retcode));
    if (copy_to_user(place.start, &user, sizeof(user)) != 0) {
        return -EFAULT;
    }
    enter_handler(frame, place.start, action, info->signal);
    return 0;
}

static struct ucontext_32 make_ucontext(const struct trap_frame *frame,
                                        uaddr_t fpu)
{
    const struct thread *thread = thread_current();
    const struct signal_stack *stack = &thread->signals.stack;
    uint64_t mask = signal_frame_mask(&thread->signals);

    return (struct ucontext_32){
        .uc_flags = cpu_features.xsave ? UC_FP_XSTATE : 0,
        .uc_stack = {.ss_sp = (uint32_t)stack->start,
                     .ss_flags = stack->flags,
                     .ss_size = (uint32_t)stack->size},
        .uc_mcontext = save_context(frame, fpu),
        .uc_sigmask = {(uint32_t)mask, (uint32_t)(mask >> 32)},
    };
}

static int push_with_info(struct trap_frame *frame,
                          const struct signal_action *action,
                          const struct signal_info *info)
{
    struct rt_sigframe_32 user = {.sig = info->signal};
    struct signal_frame_place place = choose_place(frame, action, sizeof(user));

    if (signal_fpu_save_32(place.fpu, frame) != 0) {
        return -EFAULT;
    }
    user.pretcode = choose_return(
        action, place.start + offsetof(struct rt_sigframe_32, retcode));
    user.pinfo =
        (uint32_t)(place.start + offsetof(struct rt_sigframe_32, info));
    user.puc = (uint32_t)(place.start + offsetof(struct rt_sigframe_32, uc));
    user.info = signal_info_to_32(info);
    user.uc = make_ucontext(frame, place.fpu);
    memcpy(user.retcode, rt_sigreturn_code.code, sizeof(user.retcode));
    if (copy_to_user(place.start, &user, sizeof(user)) != 0) {
        return -EFAULT;
    }
    enter_handler(frame, place.start, action, info->signal);
    frame->rdx = user.pinfo;
    frame->rcx = user.puc;
    return 0;
}

int signal_frame_push_32(struct trap_frame *frame,
                         const struct signal_action *action,
                         const struct signal_info *info)
{
    return (action->flags & SA_SIGINFO) != 0
               ? push_with_info(frame, action, info)
               : push_plain(frame, action, info);
}

/* R8 to R15 are not an i386 program's. */
static void restore_registers(struct trap_frame *f,
                              const struct sigcontext_32 *sc)
{
    const uint64_t free = SIGNAL_FRAME_FLAGS;
    const struct segments segments = {
        .ds = sc->ds | SELECTOR_RPL,
        .es = sc->es | SELECTOR_RPL,
        .fs = sc->fs | SELECTOR_RPL,
        .gs = sc->gs | SELECTOR_RPL,
    };

    f->rdi = sc->di;
    f->rsi = sc->si;
    f->rbp = sc->bp;
    f->rsp = sc->sp;
    f->rbx = sc->bx;
    f->rdx = sc->dx;
    f->rcx = sc->cx;
    f->rax = sc->ax;
    f->rip = sc->ip;
    f->cs = sc->cs | SELECTOR_RPL;
    f->ss = sc->ss | SELECTOR_RPL;
    f->rflags = (f->rflags & ~free) | (sc->flags & free);
    f->vector = VECTOR_NONE;
    segments_load(&segments);
}

int64_t signal_frame_return_32(struct trap_frame *frame)
{
    /* The handler's `ret` and the program's way back have popped pretcode and
     * the signal's number. */
    const uaddr_t start = frame->rsp - 2 * RETURN_SIZE;
    struct sigcontext_32 sc;
    uint32_t extramask;

    if (copy_from_user(&sc, start + offsetof(struct sigframe_32, sc),
                       sizeof(sc)) != 0 ||
        copy_from_user(&extramask,
                       start + offsetof(struct sigframe_32, extramask),
                       sizeof(extramask)) != 0) {
        return signal_frame_refuse(frame, start);
    }
    signal_set_blocked(thread_current(),
                       sc.oldmask | (uint64_t)extramask << 32);
    restore_registers(frame, &sc);
    if (signal_fpu_restore_32(sc.fpstate) != 0) {
        return signal_frame_refuse(frame, start);
    }
    return (int64_t)frame->rax;
}

int64_t signal_frame_return_rt_32(struct trap_frame *frame)
{
    struct thread *thread = thread_current();
    const uaddr_t start = frame->rsp - RETURN_SIZE;
    struct ucontext_32 uc;

    if (copy_from_user(&uc, start + offsetof(struct rt_sigframe_32, uc),
                       sizeof(uc)) != 0) {
        return signal_frame_refuse(frame, start);
    }
    signal_set_blocked(thread,
                       uc.uc_sigmask[0] | (uint64_t)uc.uc_sigmask[1] << 32);
    restore_registers(frame, &uc.uc_mcontext);
    if (signal_fpu_restore_32(uc.uc_mcontext.fpstate) != 0) {
        return signal_frame_refuse(frame, start);
    }
    const struct signal_stack stack = {
        .start = uc.uc_stack.ss_sp,
        .size = uc.uc_stack.ss_size,
        .flags = uc.uc_stack.ss_flags,
    };
    (void)!signal_stack_set(&thread->signals.stack, &stack, frame->rsp);
    return (int64_t)frame->rax;
}
