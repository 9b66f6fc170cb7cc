/* The panic screen: reason, registers, and who called whom. */
#include "kernel/report/panic.h"

#include <stdarg.h>

#include "drivers/console.h"
#include "drivers/power.h"
#include "kernel/abi/signal.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/report/panic_code.h"
#include "kernel/report/symbol.h"
#include "kernel/report/trap_report.h"
#include "kernel/x86.h"
#include "mm/kernel_map.h"
#include "mm/layout.h"

#define REASON_MAX    400
#define BACKTRACE_MAX 24

static enum option_end panic_end = OPTION_END_HALT;
static bool is_panicking;
static size_t report_start; /* where in the log it begins */

/* linker.ld */
extern char text_start[], text_end[];

void panic_set_end(enum option_end end)
{
    panic_end = end;
}

void machine_end(enum option_end end, int status)
{
    gdb_end(status);
    console_flush();
    switch (end) {
    case OPTION_END_POWEROFF:
        power_off();
    case OPTION_END_REBOOT:
        power_reset();
    case OPTION_END_HALT:
        break;
    }
    log_info("halted");
    gdb_wait_at_end();
    power_halt();
}

/* Does the stack at ADDRESS look like one of ours? What is not mapped there
 * would fault again. */
static bool is_stack(uint64_t address)
{
    bool in_stacks = address - KERNEL_STACKS_BASE < KERNEL_STACKS_SIZE &&
                     !kernel_stack_is_guard(address);
    bool in_image =
        address >= (uintptr_t)text_start && address < UINT64_MAX - PAGE_SIZE;
    return is_aligned(address, 8) && (in_stacks || in_image);
}

static void print_caller(uint64_t rip)
{
    char name[SYMBOL_TEXT_MAX];

    symbol_print(name, process_current(), rip);
    log_error("    %016llx  %s", (unsigned long long)rip, name);
}

/* Frame pointers lead from each function to its caller. */
static void print_backtrace(uint64_t rip, uint64_t rbp)
{
    log_error("  called by:");
    print_caller(rip);
    for (int i = 0; i < BACKTRACE_MAX && is_stack(rbp); i++) {
        const uint64_t *frame = (const uint64_t *)rbp;
        if (frame[1] < (uintptr_t)text_start ||
            frame[1] >= (uintptr_t)text_end || frame[0] <= rbp) {
            break;
        }
        print_caller(frame[1]);
        rbp = frame[0];
    }
}

/* Whoever sits at the machine may want to know more. */
NORETURN static void end(void)
{
    if (panic_end == OPTION_END_HALT) {
        panic_show_code(report_start);
        gdb_panic_shell();
    }
    machine_end(panic_end, SIGABRT);
}

static void begin(const char *reason)
{
    interrupts_disable();
    gdb_give_up(reason);
    if (is_panicking) {
        log_error("PANIC: again, while panicking: %s", reason);
        machine_end(panic_end, SIGABRT);
    }
    is_panicking = true;
    log_to_console();
    report_start = log_written();
    log_error("PANIC: %s", reason);

    const struct process *process = process_current();
    if (process != NULL) {
        log_error("  process %d (%s)", process->pid, process_name(process));
    }
}

void panic(const char *format, ...)
{
    char reason[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);

    begin(reason);
    print_backtrace((uintptr_t)__builtin_return_address(0),
                    *(const uint64_t *)__builtin_frame_address(0));
    gdb_panic();
    end();
}

void panic_trap(const struct trap_frame *frame, const char *reason)
{
    begin(reason);
    trap_log_registers(LOG_ERROR, frame);
    print_backtrace(frame->rip, frame->rbp);
    end();
}
