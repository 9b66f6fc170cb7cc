/* What the files of the stub's machine half share. */
#pragma once

#include "boot/boot_info.h"
#include "kernel/gdb/session.h"
#include "kernel/process.h"
#include "kernel/x86.h"

/* Stops: machine_stop.c. Serves gdb, whom it tells STOP, until it says how to
 * go on. Between machine_lift and machine_plant. */
void machine_stop(struct trap_frame *stopped, struct gdb_stop stop);
const struct gdb_resume *machine_resume(void);

/* Takes all breakpoints out of the way, so that all of the kernel's code may be
 * called; returns whether that was so before. And puts them back, with DR7. */
bool machine_lift(void);
void machine_plant(uint64_t dr7);
extern bool machine_is_inside; /* between the two */

/* Runs WORK. False when it failed in a way that nobody expected, and was left
 * where it was. */
bool machine_try(void (*work)(void)) MUST_CHECK;
/* A fault in what the stub runs: one in a copy was expected; of any other we
 * know only that what was asked for can't be had, and leave machine_try's work.
 * Returns false outside of that. */
bool machine_fault(struct trap_frame *inner);
/* Leaves machine_try's work, or returns when there is none. */
void machine_recover(void);

/* The registers of the CPU that stopped. */
struct trap_frame *machine_frame(void);
void machine_set_frame(struct trap_frame *stopped);

/* Is the kernel between two of its works, because a program was stopped? Then
 * its data are whole and its functions may be called. */
bool machine_is_in_user(void);

/* Of a process its structure, of a CPU the process that runs there or NULL. */
struct process *machine_process(int thread);

/* Memory: machine_memory.c. The page table of PROCESS, or the active one. */
paddr_t memory_root(const struct process *process);

/* Each for addresses that may be anything. False, or a count below SIZE, where
 * it would have faulted. */
bool memory_load(uint64_t address, uint64_t *value);
size_t memory_read(const struct process *process, uint64_t address, void *to,
                   size_t size);
size_t memory_write(const struct process *process, uint64_t address,
                    const void *from, size_t size);

/* Gives PROCESS a page of its own at ADDRESS, if it can have one, so that
 * nobody else sees what is written there. Only where the kernel's data are
 * whole can it be asked for that: memory_write does when a program was stopped.
 */
void memory_own(const struct process *process, uint64_t address);

/* Follows the page table of ROOT for ADDRESS and tells each entry to VISIT
 * (which may be NULL), with CONTEXT. Returns the physical address, or
 * PADDR_NONE. */
typedef void memory_visit(void *context, unsigned level, unsigned index,
                          uint64_t entry);
paddr_t memory_walk(paddr_t root, uint64_t address, memory_visit *visit,
                    void *context);

/* Floating point and vector registers, as kernel/gdb/target.h has them:
 * machine_float.c. */
void float_read(const struct process *process, unsigned number, void *bytes);
enum gdb_error float_write(const struct process *process, unsigned number,
                           const void *bytes);

/* Breakpoints: machine_break.c. */
bool break_is_planted(const struct process *process, uint64_t address);
/* Has PROCESS one where no code can be: the return of a function that gdb has
 * called? */
bool break_awaits_return(const struct process *process);
/* Takes those out of the kernel, or puts them back. */
void break_lift_kernel(void);
void break_plant_kernel(void);
/* Puts what the breakpoints have overwritten into [address, address + size),
 * read to BYTES. */
void break_hide(const struct process *process, uint64_t address, uint8_t *bytes,
                size_t size);
/* The same for what will be written there: the bytes go behind the
 * breakpoints, and come to BYTES what is to be in memory. */
void break_keep(const struct process *process, uint64_t address, uint8_t *bytes,
                size_t size);

/* Plants those of PROCESS that could not be yet, since more of its pages are in
 * memory now. The kernel's data are whole. */
void break_plant_late(const struct process *process);

/* Takes away the breakpoints of PROCESS, which stay set, until
 * break_plant_late. */
void break_lift(const struct process *process);

/* A breakpoint of the stub's own, for one step. */
void break_set_temporary(const struct process *process, uint64_t address);
void break_clear_temporary(void);
bool break_is_temporary(uint64_t address);

/* Debug registers: machine_watch.c. */
enum gdb_error watch_insert(enum gdb_break kind, uint64_t address,
                            uint64_t size);
enum gdb_error watch_remove(enum gdb_break kind, uint64_t address,
                            uint64_t size);
void watch_remove_all(void);
/* Loads what they are to watch. Returns the DR7 that lets them. */
uint64_t watch_load(void);
/* What DR6 says happened: false, nothing of ours. */
bool watch_find(struct gdb_stop *stop);

/* Steps: machine_step.c. */
enum step {
    STEP_BEGUN, /* go on: the trap will come */
    STEP_DONE,  /* the instruction was done by hand */
};
enum step step_begin(struct trap_frame *frame);
/* The kernel is entered: interrupts come again. */
void step_enter_kernel(void);
/* Cleans up after a step; returns whether there was one. */
bool step_end(struct trap_frame *frame);
extern bool step_lets_interrupts_in; /* `monitor stepirq` */

/* The port: machine_line.c. */
bool line_open(void);
void line_listen(void);
/* What arrived while the machine runs. */
enum line_event {
    LINE_NOTHING,
    LINE_STOP, /* ^C, or a debugger that begins to talk */
};
enum line_event line_poll(void);

/* What RAM there is: machine_map.c. */
void machine_set_boot_info(const struct boot_info *info);
const struct boot_info *machine_boot_info(void);

/* The programs: machine_library.c. The process whose program is the list of
 * libraries, and to which breakpoints at a program's addresses belong. */
struct process *focus_process(void);
/* Looks at PROCESS from now on. Returns whether that is news for gdb. */
bool focus_set(const struct process *process);

/* Stops on another stack than the one that was interrupted: machine_bounce.c.
 * bounce_begin makes the trap of FRAME go on at an int3; there bounce_end
 * answers true, FRAME is again what it was, and STOP what gdb is to be told. */
void bounce_begin(struct trap_frame *frame, struct gdb_stop stop);
bool bounce_end(struct trap_frame *frame, struct gdb_stop *stop);
/* gdb passes SIGNAL, or 0, on: the exception is to come again, and is the
 * kernel's then, as bounce_was_passed says once. */
void bounce_pass(const struct trap_frame *frame, int signal);
bool bounce_was_passed(const struct trap_frame *frame);

/* Brings the code of the program in ASPACE into memory: machine_code.c. */
void code_load(struct aspace *aspace);

/* An exception while the stub is inside: was it selftest's?
 * (monitor_selftest.c) */
bool selftest_trap(struct trap_frame *inner);

/* On the console, for ever: panic_shell.c. */
NORETURN void panic_shell(void);

/* monitor.c */
extern bool monitor_catches_user;     /* `monitor catch user on` */
extern uint64_t machine_faults;       /* of the stub itself, caught */
extern uint64_t machine_irq_counts[]; /* interrupts of each line */
