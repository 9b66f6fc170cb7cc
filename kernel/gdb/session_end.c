/* What gdb is told when there is nothing left to debug. */
#include "kernel/abi/signal.h"
#include "kernel/abi/wait.h"
#include "kernel/gdb/session_priv.h"
#include "kernel/lib.h"

#define GDB_SIGNAL_UNKNOWN 143

/* gdb's numbers of the signals of which they are not Linux's: GDB_SIGNAL_* of
 * its "The `?` packet", in the order of include/gdb/signals.def. */
static const uint8_t gdb_signals[] = {
    [SIGBUS] = 10,  [SIGUSR1] = 30, [SIGUSR2] = 31,
    [SIGCHLD] = 20, [SIGCONT] = 19, [SIGSTOP] = 17,
    [SIGTSTP] = 18, [SIGURG] = 16,  [SIGIO] = 23,
    [SIGPWR] = 32,  [SIGSYS] = 12,  [SIGSTKFLT] = GDB_SIGNAL_UNKNOWN,
};

/* Real-time signals: 33 to 63 are in a row, 32 and 64 came later. */
#define LINUX_ROW_BEGIN 33
#define LINUX_ROW_END   64
#define GDB_ROW_BEGIN   45
#define GDB_REALTIME_32 77
#define GDB_REALTIME_64 78

static uint8_t signal_for_gdb(int signal)
{
    if (signal == SIGNAL_REALTIME) {
        return GDB_REALTIME_32;
    }
    if (signal >= LINUX_ROW_END) {
        return GDB_REALTIME_64;
    }
    if (signal >= LINUX_ROW_BEGIN) {
        return (uint8_t)(signal - LINUX_ROW_BEGIN + GDB_ROW_BEGIN);
    }
    uint8_t other = gdb_signals[signal];
    return other != 0 ? other : (uint8_t)signal;
}

void gdb_tell_end(int status)
{
    char text[sizeof("W00")];
    struct gdb_writer out = {.text = text, .room = sizeof(text)};

    if (!gdb_session.is_awaited) {
        return;
    }
    if (WIFEXITED(status)) {
        gdb_put_char(&out, 'W');
        gdb_put_value(&out, WEXITSTATUS(status), 1);
    } else {
        gdb_put_char(&out, 'X');
        gdb_put_value(&out, signal_for_gdb(WTERMSIG(status)), 1);
    }
    gdb_wire_send(text, out.used);
    session_end();
}
