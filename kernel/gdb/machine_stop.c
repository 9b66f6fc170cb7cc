/* Stopping the machine for gdb, and letting it go on. */
#include "drivers/power.h"
#include "kernel/gdb.h"
#include "kernel/gdb/machine.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

bool machine_is_inside;
uint64_t machine_faults;

static struct trap_frame *frame;
static struct gdb_stop stop_now; /* what gdb is told of */
static struct gdb_resume resume;

static void *recovery[5]; /* of __builtin_setjmp */
static bool can_recover;

struct trap_frame *machine_frame(void)
{
    return frame;
}

void machine_set_frame(struct trap_frame *stopped)
{
    frame = stopped;
}

bool machine_is_in_user(void)
{
    return trap_from_user(frame);
}

const struct gdb_resume *machine_resume(void)
{
    return &resume;
}

UNBREAKABLE bool machine_lift(void)
{
    bool was_inside = machine_is_inside;

    machine_is_inside = true;
    write_dr7(DR7_CLEAR);
    break_lift_kernel();
    return was_inside;
}

UNBREAKABLE void machine_plant(uint64_t dr7)
{
    break_plant_kernel();
    write_dr7(dr7);
    machine_is_inside = false;
}

bool machine_try(void (*work)(void))
{
    if (__builtin_setjmp(recovery) != 0) {
        can_recover = false;
        return false;
    }
    can_recover = true;
    work();
    can_recover = false;
    return true;
}

void machine_recover(void)
{
    if (can_recover) {
        machine_faults++;
        __builtin_longjmp(recovery, 1);
    }
}

bool machine_fault(struct trap_frame *inner)
{
    uint64_t fixup = fixup_find(inner->rip);

    if (fixup != 0) {
        inner->rip = fixup;
        return true;
    }
    log_error("gdb: the stub itself faulted: vector %llu at %016llx",
              (unsigned long long)inner->vector,
              (unsigned long long)inner->rip);
    machine_recover();
    return false;
}

/* gdb hears of another program first, as a stop of its own that it goes on
 * from by itself. */
static void serve_libraries(void)
{
    const struct gdb_stop stop = {
        .signal = GDB_SIGNAL_TRAP,
        .reason = GDB_REASON_LIBRARY,
    };
    gdb_serve(&stop, &resume);
}

/* Serves gdb, and again if its command could be done without running. */
static void serve(void)
{
    if (machine_is_in_user() && focus_set(process_current()) &&
        gdb_wants_libraries()) {
        serve_libraries();
    }
    do {
        gdb_serve(&stop_now, &resume);
        stop_now = (struct gdb_stop){.signal = GDB_SIGNAL_TRAP};
    } while (resume.action != GDB_CONTINUE && resume.action != GDB_REBOOT &&
             step_begin(frame) == STEP_DONE);
}

static int end_status;

static void tell_end(void)
{
    gdb_tell_end(end_status);
}

void gdb_end(int status)
{
    if (!gdb_is_open || machine_is_inside) {
        return;
    }
    interrupts_disable();
    (void)machine_lift();
    end_status = status;
    if (!machine_try(tell_end)) {
        log_error("gdb: could not be told of the end");
    }
    machine_plant(DR7_CLEAR);
}

void machine_stop(struct trap_frame *stopped, struct gdb_stop stop)
{
    frame = stopped;
    stop_now = stop;
    while (!machine_try(serve)) {
        gdb_session_recover();
        stop_now = (struct gdb_stop){.signal = GDB_SIGNAL_TRAP};
    }
    if (resume.action == GDB_REBOOT) {
        power_reset();
    }
    frame->rflags |= RFLAGS_RF; /* a breakpoint here was hit already */
}
