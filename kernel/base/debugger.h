/* What the kernel asks of a debugger. The room gdb/ defines it all: without the
 * option `gdb=` it does nothing. */
#pragma once

#include "kernel/x86.h"

struct process;

/* Was the option given, and is there a port, or the panic shell? What is marked
 * "when open" is called only then, as it stands in the way of all page faults.
 */
extern bool gdb_is_open;

/* When open: the first to see each exception but those of trap_debug
 * (kernel/x86/trap_frame.h). Returns whether it was the debugger's: then FRAME
 * says how to go on. */
bool gdb_trap(struct trap_frame *frame);

/* A non-maskable interrupt that the hardware gives no reason for: somebody
 * wants the machine to stop. Returns false when there is no debugger's line. */
bool gdb_nmi(struct trap_frame *frame);

/* An interrupt came: the port's, perhaps. */
void gdb_poll(struct trap_frame *frame);

/* The kernel itself ran into FRAME's exception. Stops when a debugger is there.
 * Returns true when it says to go on as FRAME is now, false when the kernel is
 * to panic. */
bool gdb_kernel_fault(struct trap_frame *frame);

/* The same for a program's exception, when the debugger asked for these
 * (`monitor catch user on`). */
bool gdb_user_fault(struct trap_frame *frame);

/* Does the kernel panic, for REASON, because of what the debugger asked for?
 * Then that alone is given up, and this does not return. */
void gdb_give_up(const char *reason);

/* After the panic screen: stops, when a debugger is there. */
void gdb_panic(void);

/* After a panic, instead of halting: lets people at the console ask what
 * `monitor` can tell, and does not return. Returns at once when the option
 * `gdb=` was given. */
void gdb_panic_shell(void);

/* The machine's work has ended with STATUS, as wait4 tells it: a debugger that
 * waits hears of it, and its session ends. Interrupts stay off. */
void gdb_end(int status);

/* The machine will halt for ever: waits for a debugger that may still come. */
void gdb_wait_at_end(void);

/* PROCESS has a new program. */
void gdb_program_loaded(const struct process *process);

/* When open: the running process has memory that it had not before, and
 * breakpoints there can be planted now. */
void gdb_page_mapped(void);

/* When open: a copy of the running process' memory is about to be made, in
 * which no breakpoint may be. They are away until gdb_page_mapped. */
void gdb_memory_copy_begins(void);
