/* How the machine goes on, and what gdb is told when it stops again. */
#include "kernel/gdb/registers.h"
#include "kernel/gdb/session_priv.h"
#include "kernel/lib.h"

/* Registers that each stop tells unasked: what gdb looks at first. */
static const uint8_t expedited[] = {GDB_RBP, GDB_RSP, GDB_RIP};

static void put_expedited(int thread)
{
    struct gdb_writer *reply = &gdb_session.reply;

    for (size_t i = 0; i < ARRAY_COUNT(expedited); i++) {
        uint64_t value;
        if (!target_register_read(thread, expedited[i], &value)) {
            continue;
        }
        gdb_put_value(reply, expedited[i], 1);
        reply_text(":");
        gdb_put_bytes(reply, &value, sizeof(value));
        reply_text(";");
    }
}

static void put_address(const char *name)
{
    reply_text(name);
    gdb_put_number(&gdb_session.reply, gdb_session.stop.address);
    reply_text(";");
}

static void put_reason(void)
{
    switch (gdb_session.stop.reason) {
    case GDB_REASON_SOFTWARE_BREAK:
        reply_text(gdb_session.has_swbreak ? "swbreak:;" : "");
        break;
    case GDB_REASON_HARDWARE_BREAK:
        reply_text(gdb_session.has_hwbreak ? "hwbreak:;" : "");
        break;
    case GDB_REASON_WATCH:
        put_address("watch:");
        break;
    case GDB_REASON_ACCESS_WATCH:
        put_address("awatch:");
        break;
    case GDB_REASON_LIBRARY:
        reply_text("library:;");
        break;
    case GDB_REASON_SIGNAL:
        break;
    }
}

void session_put_stop(void)
{
    struct gdb_writer *reply = &gdb_session.reply;
    int thread = target_thread_current();

    reply_text("T");
    gdb_put_value(reply, (unsigned)gdb_session.stop.signal, 1);
    reply_text("thread:");
    gdb_put_number(reply, (unsigned)thread);
    reply_text(";core:");
    gdb_put_number(reply, (unsigned)thread - 1);
    reply_text(";");
    put_reason();
    put_expedited(thread);
}

static void resume(struct gdb_resume how)
{
    *gdb_session.resume = how;
    gdb_session.is_resumed = true;
    gdb_session.is_awaited = true;
}

/* An address to go on at, which may be left out. */
static bool take_address(struct gdb_reader *in)
{
    uint64_t address;

    if (gdb_left(in) == 0) {
        return true;
    }
    return gdb_take_number(in, &address) && gdb_left(in) == 0 &&
           target_register_write(target_thread_current(), GDB_RIP, &address) ==
               GDB_OK;
}

static void resume_at(struct gdb_reader *in, enum gdb_action action, int signal)
{
    if (!target_thread_is_cpu(session_thread(gdb_session.step_thread))) {
        reply_error_text(GDB_REFUSED, "this process is not on a CPU");
        return;
    }
    if (!take_address(in)) {
        reply_error(GDB_INVALID);
        return;
    }
    resume((struct gdb_resume){.action = action, .signal = signal});
}

/* SIGNAL or SIGNAL;ADDRESS */
static void resume_with_signal(struct gdb_reader *in, enum gdb_action action)
{
    uint8_t signal;

    if (!gdb_take_bytes(in, &signal, 1) ||
        (gdb_left(in) != 0 && !gdb_take_char(in, ';'))) {
        reply_error(GDB_INVALID);
        return;
    }
    resume_at(in, action, signal);
}

void handle_continue(struct gdb_reader *in)
{
    resume_at(in, GDB_CONTINUE, 0);
}

void handle_continue_signal(struct gdb_reader *in)
{
    resume_with_signal(in, GDB_CONTINUE);
}

void handle_step(struct gdb_reader *in)
{
    resume_at(in, GDB_STEP, 0);
}

void handle_step_signal(struct gdb_reader *in)
{
    resume_with_signal(in, GDB_STEP);
}

void handle_cont_query(struct gdb_reader *in)
{
    (void)in;
    reply_text("vCont;c;C;s;S;r");
}

/* One of vCont's actions, without its thread. */
static bool take_action(struct gdb_reader *in, struct gdb_resume *how)
{
    uint8_t signal = 0;

    *how = (struct gdb_resume){.action = GDB_CONTINUE};
    if (gdb_take_char(in, 'C')) {
        return gdb_take_bytes(in, &signal, 1) && (how->signal = signal, true);
    }
    if (gdb_take_char(in, 'c')) {
        return true;
    }
    how->action = GDB_STEP;
    if (gdb_take_char(in, 'S')) {
        return gdb_take_bytes(in, &signal, 1) && (how->signal = signal, true);
    }
    if (gdb_take_char(in, 's')) {
        return true;
    }
    how->action = GDB_STEP_RANGE;
    return gdb_take_char(in, 'r') && gdb_take_number(in, &how->start) &&
           gdb_take_char(in, ',') && gdb_take_number(in, &how->end);
}

/* ACTION[:THREAD][;ACTION[:THREAD]]...: of all actions the first that fits the
 * thread that stopped counts; the other CPUs go on with it. */
void handle_cont(struct gdb_reader *in)
{
    struct gdb_resume how, chosen = {0};
    bool is_chosen = false;
    bool asks_process = false;

    do {
        int thread = -1;
        if (!take_action(in, &how) ||
            (gdb_take_char(in, ':') && !gdb_take_thread(in, &thread))) {
            reply_error(GDB_INVALID);
            return;
        }
        bool is_ours = thread <= 0 || thread == target_thread_current();
        asks_process |= thread > 0 && !target_thread_is_cpu(thread) &&
                        how.action != GDB_CONTINUE;
        if (is_ours && !is_chosen) {
            chosen = how;
            is_chosen = true;
        }
    } while (gdb_take_char(in, ';'));
    if (gdb_left(in) != 0 || (!is_chosen && !asks_process)) {
        reply_error(GDB_INVALID);
        return;
    }
    if (asks_process) {
        reply_error_text(GDB_REFUSED, "this process is not on a CPU");
        return;
    }
    resume(chosen);
}

void session_end(void)
{
    target_break_remove_all();
    gdb_session.is_attached = false;
    gdb_session.has_libraries = false;
    gdb_session.is_awaited = false;
    gdb_wire_reset();
}

void handle_detach(struct gdb_reader *in)
{
    (void)in;
    static const char ok[] = "OK";

    gdb_wire_send(ok, sizeof(ok) - 1);
    resume((struct gdb_resume){.action = GDB_CONTINUE});
    session_end();
}

/* Killing the kernel is no use to anybody: gdb leaves, the machine goes on.
 * vKill wants an answer, k none. */
void handle_kill(struct gdb_reader *in)
{
    if (gdb_left(in) != 0) {
        handle_detach(in);
        return;
    }
    resume((struct gdb_resume){.action = GDB_CONTINUE});
    session_end();
}

void handle_reboot(struct gdb_reader *in)
{
    (void)in;
    resume((struct gdb_resume){.action = GDB_REBOOT});
    session_end();
}
