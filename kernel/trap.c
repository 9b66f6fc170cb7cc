/* Every trap but the system calls comes here. */
#include "kernel/trap.h"

#include "drivers/clock.h"
#include "drivers/nmi.h"
#include "drivers/pic.h"
#include "drivers/pit.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/abi/signal.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/report.h"
#include "kernel/thread.h"
#include "kernel/x86.h"
#include "mm/frame.h"
#include "mm/kernel_map.h"

/* What a program is sent for an exception of its own (Linux's traps.c). */
static const struct {
    uint8_t signal;
    int16_t code;
} signals[VECTOR_EXCEPTIONS_END] = {
    [VECTOR_DIVIDE] = {SIGFPE, FPE_INTDIV},
    [VECTOR_DEBUG] = {SIGTRAP, TRAP_TRACE},
    [VECTOR_BREAKPOINT] = {SIGTRAP, SI_KERNEL},
    [VECTOR_OVERFLOW] = {SIGSEGV, SI_KERNEL},
    [VECTOR_BOUND] = {SIGSEGV, SI_KERNEL},
    [VECTOR_INVALID_OPCODE] = {SIGILL, ILL_ILLOPN},
    [VECTOR_INVALID_TSS] = {SIGSEGV, SI_KERNEL},
    [VECTOR_NO_SEGMENT] = {SIGBUS, SI_KERNEL},
    [VECTOR_STACK_SEGMENT] = {SIGBUS, SI_KERNEL},
    [VECTOR_PROTECTION] = {SIGSEGV, SI_KERNEL},
    [VECTOR_FPU] = {SIGFPE, 0}, /* float_code */
    [VECTOR_ALIGNMENT] = {SIGBUS, BUS_ADRALN},
    [VECTOR_SIMD] = {SIGFPE, 0}, /* float_code */
};

/* As on Linux, the fetch of an instruction from a page that is not there is a
 * read first: the page comes, and the CPU faults again if it may not run. */
static uint32_t fault_access(uint64_t error)
{
    if ((error & PF_WRITE) != 0) {
        return AREA_WRITE;
    }
    const uint64_t not_executable = PF_FETCH | PF_PRESENT;
    return (error & not_executable) == not_executable ? AREA_EXEC : AREA_READ;
}

/* The signal for a page fault that has no memory to give. */
static struct signal_info fault_signal(int error, uaddr_t address)
{
    struct signal_info info = {.signal = SIGSEGV, .address = address};

    switch (error) {
    case -EACCES:
        info.code = SEGV_ACCERR;
        break;
    case -EIO:
        info.signal = SIGBUS;
        info.code = BUS_ADRERR;
        break;
    case -ENOMEM:
        info.signal = SIGKILL;
        info.code = SI_KERNEL;
        break;
    default:
        info.code = SEGV_MAPERR;
    }
    return info;
}

/* A debugger may want to see it first, and put it right. */
static void program_fault(struct trap_frame *frame,
                          const struct signal_info *info)
{
    if (!gdb_user_fault(frame)) {
        signal_fault(frame, info);
    }
}

static void kernel_fault(struct trap_frame *frame, const char *reason)
{
    if (!gdb_kernel_fault(frame)) {
        panic_trap(frame, reason);
    }
}

/* Did FRAME's instruction of the kernel work on what a program chose
 * (kernel/x86/fixup.h)? Then FRAME goes on where that says. */
static bool goes_on_elsewhere(struct trap_frame *frame)
{
    uint64_t fixup = fixup_find(frame->rip);

    if (fixup != 0) {
        frame->rip = fixup;
    }
    return fixup != 0;
}

/* There is no memory for FRAME's touch. Has somebody been ended for it, so that
 * the instruction can be tried again? Not where a test has made it fail. */
static bool is_to_be_tried_again(const struct trap_frame *frame)
{
    static uint64_t shortages; /* seen so far */

    if (frame_shortages == shortages) {
        return false;
    }
    shortages = frame_shortages;
    return trap_from_user(frame) ? out_of_memory_wait() : out_of_memory_take();
}

/* No memory came, because of ERROR. */
NOINLINE static void refused_page_fault(struct trap_frame *frame,
                                        uaddr_t address, int error)
{
    if (error == -ENOMEM && is_to_be_tried_again(frame)) {
        return;
    }
    if (trap_from_user(frame)) {
        /* An address that no program can have is a #GP on most CPUs' loads,
         * and to Linux a fault without a page either way. */
        struct signal_info info = fault_signal(error, address);
        program_fault(frame, &info);
        return;
    }
    if (goes_on_elsewhere(frame)) {
        return;
    }
    kernel_fault(frame, kernel_stack_is_guard(address)
                            ? "kernel stack overflow"
                            : "page fault in the kernel");
}

/* Did the kernel touch the program's memory for it (mm/user_copy.h)? */
static bool is_user_copy(const struct trap_frame *frame)
{
    return process_current() != NULL && fixup_find(frame->rip) != 0;
}

static void page_fault(struct trap_frame *frame)
{
    uaddr_t address = read_cr2();
    int error = -EFAULT;

    if (trap_from_user(frame) || is_user_copy(frame)) {
        uint32_t access = fault_access(frame->error);
        ++usage_page_faults;
        error = record_is_on
                    ? process_record_fault(address, access)
                    : aspace_fault(process_current()->aspace, address, access);
    }
    if (error != 0) {
        refused_page_fault(frame, address, error);
    } else if (gdb_is_open) {
        gdb_page_mapped();
    }
}

/* FPE_* for the first of EXCEPTIONS that Linux looks for. */
static int float_code(unsigned exceptions)
{
    static const struct {
        unsigned exceptions;
        int code;
    } codes[] = {
        {FPU_INVALID, FPE_FLTINV},   {FPU_DIVIDE, FPE_FLTDIV},
        {FPU_OVERFLOW, FPE_FLTOVF},  {FPU_UNDERFLOW | FPU_DENORMAL, FPE_FLTUND},
        {FPU_PRECISION, FPE_FLTRES},
    };

    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if ((exceptions & codes[i].exceptions) != 0) {
            return codes[i].code;
        }
    }
    return FPE_FLTINV;
}

static int exception_code(uint64_t vector)
{
    switch (vector) {
    case VECTOR_FPU:
        return float_code(fpu_x87_exceptions());
    case VECTOR_SIMD:
        return float_code(fpu_sse_exceptions());
    default:
        return signals[vector].code;
    }
}

/* The hardware's errors leave nothing to rely on. Else somebody pressed a
 * button.
 */
static void non_maskable(struct trap_frame *frame)
{
    const char *error = nmi_error();

    if (error != NULL) {
        kernel_fault(frame, error);
    } else if (!gdb_nmi(frame)) {
        log_warn("non-maskable interrupt, of no known reason, at rip %016llx; "
                 "going on",
                 (unsigned long long)frame->rip);
    }
}

/* Does VECTOR say that the CPU refuses a selector, an address or a state? */
static bool is_refusal(uint64_t vector)
{
    return vector == VECTOR_PROTECTION || vector == VECTOR_NO_SEGMENT ||
           vector == VECTOR_STACK_SEGMENT;
}

static void kernel_exception(struct trap_frame *frame)
{
    if (is_refusal(frame->vector) && goes_on_elsewhere(frame)) {
        return;
    }
    bool is_overflow = frame->vector == VECTOR_DOUBLE_FAULT &&
                       kernel_stack_is_guard(read_cr2());
    kernel_fault(frame, is_overflow ? "kernel stack overflow"
                                    : trap_name(frame->vector));
}

NOINLINE static void other_exception(struct trap_frame *frame)
{
    if (frame->vector == VECTOR_NMI) {
        non_maskable(frame);
        return;
    }
    bool is_fatal = frame->vector == VECTOR_MACHINE_CHECK ||
                    frame->vector == VECTOR_DOUBLE_FAULT;
    if (is_fatal || !trap_from_user(frame)) {
        kernel_exception(frame);
        return;
    }
    struct signal_info info = {
        .signal = signals[frame->vector].signal,
        .code = exception_code(frame->vector),
        .address = frame->rip,
    };
    program_fault(frame, &info);
}

static void exception(struct trap_frame *frame)
{
    if (gdb_is_open && gdb_trap(frame)) {
        return;
    }
    if (frame->vector == VECTOR_PAGE_FAULT) {
        page_fault(frame);
    } else {
        other_exception(frame);
    }
}

/* Time has gone by, for who ran and for who waits. */
static void count_tick(const struct trap_frame *frame)
{
    static uint64_t last;
    uint64_t now = clock_nanoseconds();

    process_tick(trap_from_user(frame) ? TICK_USER : TICK_KERNEL, now - last);
    last = now;
    load_average_tick(now);
    timer_expire(now);
}

void trap_irq(struct trap_frame *frame)
{
    unsigned irq = (unsigned)frame->vector - PIC_VECTOR;

    if (pic_is_spurious(irq)) {
        return;
    }
    pic_end(irq);
    gdb_poll(frame);
    thread_idle_poll();
    if (irq == PIT_IRQ) {
        count_tick(frame);
        if (trap_from_user(frame)) {
            thread_yield();
        }
    }
}

void context_entered(struct trap_frame *frame)
{
    if (thread_current()->has_signal) {
        signal_deliver(frame);
    }
}

void trap_dispatch(struct trap_frame *frame)
{
    cpu_user_access_end();
    if (frame->vector < VECTOR_EXCEPTIONS_END) {
        exception(frame);
    } else if (frame->vector < VECTOR_IRQ_END) {
        trap_irq(frame);
    }
    if (trap_from_user(frame) && thread_current()->has_signal) {
        signal_deliver(frame);
    }
}
