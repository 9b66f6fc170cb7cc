/* One instruction at a time, by the trap flag. The CPU clears, saves and loads
 * that flag by itself in some instructions, and these need help:
 *
 *   iretq      pops RFLAGS: the flag is set in what it pops, too
 *   sysret     loads RFLAGS from R11: likewise
 *   syscall    the trap would come an instruction late: a breakpoint behind it
 *   int 0x80   likewise
 *   pushf      pushes the flag: it is cleared on the stack
 *   hlt        would wait for interrupts, which are off: done by hand
 *
 * Interrupts are masked at their controllers and not by IF, which the
 * instruction may look at, so that a step never ends up in a handler.
 */
#include "drivers/pic.h"
#include "kernel/gdb/machine.h"
#include "kernel/x86.h"

#define RFLAGS_SLOT 16 /* in what iretq pops: rip, cs, rflags */
#define CODE_MAX    8

/* What a step leaves behind that has to be put right. */
enum trace {
    TRACE_NONE,
    TRACE_R11,
    TRACE_STACK,
};

bool step_lets_interrupts_in;

static bool is_stepping;
static bool is_masked;
static uint16_t masks; /* of the interrupt controllers, before */
static enum trace trace;

enum instruction {
    OTHER,
    HLT,
    IRETQ,
    SYSRET,
    SYSCALL,
    INT,
    PUSHF,
};

static bool is_prefix(uint8_t byte)
{
    bool is_rex = (byte & 0xf0) == 0x40;
    return is_rex || byte == 0x66 || byte == 0xf2 || byte == 0xf3;
}

/* The instruction that FRAME comes to, and where the next one is. */
static enum instruction decode(const struct trap_frame *frame, uint64_t *next)
{
    uint8_t code[CODE_MAX] = {0};
    const uint8_t *at = code;

    size_t size = target_memory_read(target_thread_current(), frame->rip, code,
                                     sizeof(code));
    for (size_t i = 0; i + 2 < size && is_prefix(*at); i++) {
        at++;
    }
    *next = frame->rip + (uint64_t)(at - code) + 2;
    switch (at[0]) {
    case 0xf4:
        return HLT;
    case 0xcf:
        return IRETQ;
    case 0xcd:
        return INT;
    case 0x9c:
        return PUSHF;
    case 0x0f:
        return at[1] == 0x05 ? SYSCALL : at[1] == 0x07 ? SYSRET : OTHER;
    default:
        return OTHER;
    }
}

static void change_pushed_flags(uint64_t address, uint64_t clear, uint64_t set)
{
    const struct process *process = process_current();
    uint64_t flags;

    if (memory_read(process, address, &flags, sizeof(flags)) == sizeof(flags)) {
        flags = (flags & ~clear) | set;
        (void)!memory_write(process, address, &flags, sizeof(flags));
    }
}

static void mask_interrupts(void)
{
    if (step_lets_interrupts_in) {
        return;
    }
    masks = pic_masks();
    pic_set_masks(PIC_ALL_MASKED);
    is_masked = true;
}

static void begin_trap(struct trap_frame *frame)
{
    frame->rflags |= RFLAGS_TF;
    is_stepping = true;
}

enum step step_begin(struct trap_frame *frame)
{
    uint64_t next;
    bool is_user = trap_from_user(frame);

    trace = TRACE_NONE;
    switch (decode(frame, &next)) {
    case HLT:
        if (!is_user) {
            frame->rip++;
            return STEP_DONE;
        }
        break;
    case IRETQ:
        if (!is_user) {
            change_pushed_flags(frame->rsp + RFLAGS_SLOT, 0, RFLAGS_TF);
        }
        break;
    case SYSRET:
        if (!is_user) {
            frame->r11 |= RFLAGS_TF;
            trace = TRACE_R11;
        }
        break;
    case SYSCALL:
    case INT:
        if (is_user) { /* the call may wait for interrupts */
            break_set_temporary(process_current(), next);
            return STEP_BEGUN;
        }
        break;
    case PUSHF:
        trace = TRACE_STACK;
        break;
    case OTHER:
        break;
    }
    begin_trap(frame);
    mask_interrupts();
    return STEP_BEGUN;
}

void step_enter_kernel(void)
{
    if (is_masked) {
        pic_set_masks(masks);
        is_masked = false;
    }
}

bool step_end(struct trap_frame *frame)
{
    bool was_stepping = is_stepping;

    step_enter_kernel();
    break_clear_temporary();
    if (!was_stepping) {
        return false;
    }
    is_stepping = false;
    frame->rflags &= ~RFLAGS_TF;
    if (trace == TRACE_R11) {
        frame->r11 &= ~RFLAGS_TF;
    }
    if (trace == TRACE_STACK) {
        change_pushed_flags(frame->rsp, RFLAGS_TF, 0);
    }
    trace = TRACE_NONE;
    return true;
}
