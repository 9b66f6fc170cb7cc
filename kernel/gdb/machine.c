/* The doors: which traps and events stop the machine for gdb. */
#include "kernel/gdb/machine.h"

#include "drivers/pic.h"
#include "kernel/base.h"
#include "kernel/gdb.h"
#include "kernel/gdb/wire.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

bool gdb_is_open;

/* What the next int3 is for. */
static enum {
    CALL_NONE,
    CALL_PANIC,
    CALL_LIBRARY,
    CALL_SHELL,
} call;

/* Does FRAME lie on the stack of what it interrupted? */
static bool is_on_kernel_stack(const struct trap_frame *stopped)
{
    return !trap_from_user(stopped) && stopped->vector != VECTOR_NMI &&
           stopped->vector != VECTOR_DOUBLE_FAULT &&
           stopped->vector != VECTOR_MACHINE_CHECK;
}

/* Stops at a trap that came through trap_dispatch. Returns the signal that gdb
 * passes on, or 0. */
static int stop_at_trap(struct trap_frame *stopped, struct gdb_stop stop)
{
    (void)machine_lift();
    step_end(stopped);
    if (is_on_kernel_stack(stopped)) {
        bounce_begin(stopped, stop);
        machine_plant(DR7_CLEAR);
        return 0;
    }
    machine_stop(stopped, stop);
    int signal = machine_resume()->signal;
    machine_plant(watch_load());
    return signal;
}

/* A step of a range goes on by itself while nothing else happened; ^C becomes
 * what happened. */
static bool goes_on_in_range(const struct trap_frame *stopped,
                             struct gdb_stop *stop)
{
    const struct gdb_resume *resume = machine_resume();
    bool is_inside =
        resume->action == GDB_STEP_RANGE && stop->reason == GDB_REASON_SIGNAL &&
        resume->start <= stopped->rip && stopped->rip < resume->end;

    if (is_inside && gdb_wire_interrupted()) {
        stop->signal = GDB_SIGNAL_INT;
        return false;
    }
    return is_inside;
}

static bool debug_exception(struct trap_frame *stopped)
{
    struct gdb_stop stop = {.signal = GDB_SIGNAL_TRAP};

    bool is_step = step_end(stopped);
    bool is_watch = watch_find(&stop);
    if (!is_step && !is_watch && trap_from_user(stopped)) {
        return false; /* a program that sets TF itself */
    }
    machine_set_frame(stopped);
    if (is_step && goes_on_in_range(stopped, &stop) &&
        step_begin(stopped) == STEP_BEGUN) {
        return true;
    }
    machine_stop(stopped, stop);
    return true;
}

/* Comes back here by int3, which saves all registers. */
static void call_debugger(int what)
{
    call = what;
    __asm__ volatile("int3");
    call = CALL_NONE;
}

static bool breakpoint(struct trap_frame *stopped)
{
    struct gdb_stop stop = {
        .signal = call == CALL_PANIC ? GDB_SIGNAL_ABRT : GDB_SIGNAL_TRAP,
        .reason = call == CALL_LIBRARY ? GDB_REASON_LIBRARY : GDB_REASON_SIGNAL,
    };
    uint64_t address = stopped->rip - 1;

    if (call == CALL_SHELL) {
        machine_set_frame(stopped);
        panic_shell();
    }
    if (bounce_end(stopped, &stop)) {
        machine_stop(stopped, stop);
        bounce_pass(stopped, machine_resume()->signal);
        return true;
    }
    if (break_is_planted(process_current(), address)) {
        stopped->rip = address;
        bool is_step = break_is_temporary(address);
        stop.reason = is_step ? GDB_REASON_SIGNAL : GDB_REASON_SOFTWARE_BREAK;
    } else if (trap_from_user(stopped)) {
        return false;
    }
    step_end(stopped);
    machine_stop(stopped, stop);
    return true;
}

/* With no breakpoint in the kernel. */
static bool debug_trap(struct trap_frame *stopped)
{
    step_enter_kernel();
    return stopped->vector == VECTOR_DEBUG ? debug_exception(stopped)
                                           : breakpoint(stopped);
}

UNBREAKABLE bool trap_debug(struct trap_frame *stopped)
{
    if (!gdb_is_open) {
        return false;
    }
    if (machine_lift()) {
        return selftest_trap(stopped) || machine_fault(stopped);
    }
    bool is_ours = debug_trap(stopped);
    machine_plant(watch_load());
    return is_ours;
}

bool gdb_trap(struct trap_frame *stopped)
{
    if (machine_is_inside) {
        return stopped->vector == VECTOR_NMI || machine_fault(stopped);
    }
    step_enter_kernel();
    return false;
}

bool gdb_nmi(struct trap_frame *stopped)
{
    if (!gdb_is_open) {
        return false;
    }
    if (!gdb_is_attached()) {
        log_warn("gdb: non-maskable interrupt: waiting for the debugger");
    }
    stop_at_trap(stopped, (struct gdb_stop){.signal = GDB_SIGNAL_INT});
    return true;
}

void gdb_poll(struct trap_frame *stopped)
{
    machine_irq_counts[stopped->vector - PIC_VECTOR]++;
    if (gdb_is_open && line_poll() == LINE_STOP) {
        stop_at_trap(stopped, (struct gdb_stop){.signal = GDB_SIGNAL_INT});
    }
}

static int signal_of(uint64_t vector)
{
    switch (vector) {
    case VECTOR_DIVIDE:
    case VECTOR_FPU:
    case VECTOR_SIMD:
        return GDB_SIGNAL_FPE;
    case VECTOR_INVALID_OPCODE:
        return GDB_SIGNAL_ILL;
    case VECTOR_DEBUG:
    case VECTOR_BREAKPOINT:
        return GDB_SIGNAL_TRAP;
    default:
        return GDB_SIGNAL_SEGV;
    }
}

/* When gdb passes the signal on, what would have happened happens. */
static bool stop_for_fault(struct trap_frame *stopped)
{
    const struct gdb_stop stop = {.signal = signal_of(stopped->vector)};
    return stop_at_trap(stopped, stop) == 0;
}

/* Functions that gdb calls return to a breakpoint on the stack, whose pages are
 * not executable: the fault of fetching there is that breakpoint's stop. */
static bool is_return_of_call(const struct trap_frame *stopped)
{
    return stopped->vector == VECTOR_PAGE_FAULT &&
           (stopped->error & PF_FETCH) != 0 &&
           break_is_planted(process_current(), stopped->rip);
}

static bool stop_for_return(struct trap_frame *stopped)
{
    const struct gdb_stop stop = {
        .signal = GDB_SIGNAL_TRAP,
        .reason = GDB_REASON_SOFTWARE_BREAK,
    };
    (void)stop_at_trap(stopped, stop);
    return true;
}

bool gdb_kernel_fault(struct trap_frame *stopped)
{
    if (!gdb_is_open || machine_is_inside || !gdb_is_attached() ||
        bounce_was_passed(stopped)) {
        return false;
    }
    return is_return_of_call(stopped) ? stop_for_return(stopped)
                                      : stop_for_fault(stopped);
}

bool gdb_user_fault(struct trap_frame *stopped)
{
    if (!gdb_is_open || !gdb_is_attached()) {
        return false;
    }
    if (is_return_of_call(stopped)) {
        return stop_for_return(stopped);
    }
    bool is_wanted =
        monitor_catches_user || break_awaits_return(process_current());
    return is_wanted && stop_for_fault(stopped);
}

void gdb_give_up(const char *reason)
{
    if (machine_is_inside) {
        log_error("gdb: the stub itself failed: %s", reason);
        machine_recover();
    }
}

void gdb_panic(void)
{
    if (!gdb_is_open || machine_is_inside || !gdb_is_attached()) {
        return;
    }
    call_debugger(CALL_PANIC);
}

void gdb_panic_shell(void)
{
    if (!gdb_is_open && machine_boot_info() != NULL) {
        gdb_is_open = true; /* traps are the stub's from now on */
        call_debugger(CALL_SHELL);
    }
}

void gdb_wait_at_end(void)
{
    if (gdb_is_open && !machine_is_inside && !gdb_is_attached()) {
        call_debugger(CALL_PANIC);
    }
}

static void open_line(void)
{
    gdb_is_open = line_open();
    if (gdb_is_open && option_is_set(OPTION_GDBWAIT)) {
        log_info("gdb: waiting for the debugger");
        __asm__ volatile("int3");
    }
}

void gdb_init(const struct boot_info *info)
{
    machine_set_boot_info(info);
    enum option_gdb choice = option_choice(OPTION_GDB);
    if (choice == OPTION_GDB_NONE || choice == OPTION_GDB_QEMU) {
        if (option_is_set(OPTION_GDBWAIT)) {
            log_warn("option: gdbwait: there is no line to wait on without "
                     "gdb=com2, gdb=com1 or gdb=usb; not waiting");
        }
    } else if (choice != OPTION_GDB_USB) {
        open_line();
    }
}

void gdb_init_usb(void)
{
    if (option_choice(OPTION_GDB) == OPTION_GDB_USB) {
        open_line();
    }
}

void gdb_listen(void)
{
    if (gdb_is_open) {
        line_listen();
    }
}

void gdb_program_loaded(const struct process *process)
{
    if (option_choice(OPTION_GDB) == OPTION_GDB_QEMU) {
        code_load(process->aspace);
    }
    if (gdb_is_open && focus_set(process) && gdb_wants_libraries()) {
        call_debugger(CALL_LIBRARY);
    }
}

void gdb_page_mapped(void)
{
    break_plant_late(process_current());
}

void gdb_memory_copy_begins(void)
{
    break_lift(process_current());
}
