/* Stops of the kernel on a stack that gdb does not write to.
 *
 * A function that gdb calls gets its stack below that of what was stopped, and
 * there the frame of an interrupt or a fault of the kernel's lies, with all
 * that the stub would run on. So such a trap ends at once, at an int3, whose
 * frame is on a stack of its own.
 */
#include "kernel/gdb/machine.h"
#include "kernel/x86.h"

static struct {
    bool is_due;
    uint64_t rip, rflags; /* of what was interrupted */
    struct gdb_stop stop;
} bounce;

static bool is_passed;
static uint64_t passed_rip;

void bounce_begin(struct trap_frame *frame, struct gdb_stop stop)
{
    bounce.is_due = true;
    bounce.rip = frame->rip;
    bounce.rflags = frame->rflags;
    bounce.stop = stop;
    frame->rip = (uintptr_t)debug_bounce;
    frame->rflags &= ~RFLAGS_IF;
}

bool bounce_end(struct trap_frame *frame, struct gdb_stop *stop)
{
    bool is_there = frame->rip == (uintptr_t)debug_bounce + 1;

    if (!bounce.is_due || !is_there) {
        return false;
    }
    bounce.is_due = false;
    frame->rip = bounce.rip;
    frame->rflags = bounce.rflags;
    *stop = bounce.stop;
    return true;
}

void bounce_pass(const struct trap_frame *frame, int signal)
{
    is_passed = signal != 0;
    passed_rip = frame->rip;
}

bool bounce_was_passed(const struct trap_frame *frame)
{
    bool was_passed = is_passed && frame->rip == passed_rip;

    is_passed = false;
    return was_passed;
}
