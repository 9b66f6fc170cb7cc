/* A session with gdb: from a stop to the next time that the machine runs. Pure:
 * packets in, packets out, and the target of kernel/gdb/target.h in between. */
#pragma once

#include "kernel/gdb/target.h"

enum gdb_reason {
    GDB_REASON_SIGNAL,
    GDB_REASON_SOFTWARE_BREAK,
    GDB_REASON_HARDWARE_BREAK,
    GDB_REASON_WATCH, /* a write of stop->address */
    GDB_REASON_ACCESS_WATCH,
    GDB_REASON_LIBRARY, /* the list of libraries is another one now */
};

/* gdb's numbers of signals, which are Linux's up to 15. */
#define GDB_SIGNAL_INT  2
#define GDB_SIGNAL_ILL  4
#define GDB_SIGNAL_TRAP 5
#define GDB_SIGNAL_ABRT 6
#define GDB_SIGNAL_FPE  8
#define GDB_SIGNAL_BUS  10
#define GDB_SIGNAL_SEGV 11

struct gdb_stop {
    int signal;
    enum gdb_reason reason;
    uint64_t address; /* of a watchpoint */
};

enum gdb_action {
    GDB_CONTINUE,
    GDB_STEP,
    GDB_STEP_RANGE, /* until rip leaves [start, end) */
    GDB_REBOOT,
};

struct gdb_resume {
    enum gdb_action action;
    uint64_t start, end;
    int signal; /* that gdb passes on, or 0 */
};

/* Serves gdb until it says how to go on. STOP is told at once when gdb waits
 * for it. */
void gdb_serve(const struct gdb_stop *stop, struct gdb_resume *resume);

/* Tells a gdb that waits for a stop that what it debugs has ended with STATUS,
 * as wait4 has it. gdb leaves then. */
void gdb_tell_end(int status);

/* Is a debugger there? From its first packet to its last. */
bool gdb_is_attached(void);

/* Did the debugger say that it wants to hear of libraries? */
bool gdb_wants_libraries(void);

/* Ends the session without a word: the stub itself failed. */
void gdb_session_recover(void);

/* Sends text to gdb while the machine runs. */
void gdb_console(const char *text, size_t size);
