/* The session: which packet goes where. */
#include "kernel/gdb/session_priv.h"

#include "kernel/lib.h"

struct gdb_session gdb_session;

static char reply_buffer[GDB_PACKET_MAX];

void reply_text(const char *text)
{
    gdb_put_text(&gdb_session.reply, text);
}

static void reply_clear(void)
{
    gdb_session.reply = (struct gdb_writer){
        .text = reply_buffer,
        .room = sizeof(reply_buffer),
    };
}

void reply_error(enum gdb_error error)
{
    reply_clear();
    if (error != GDB_UNSUPPORTED) {
        reply_text("E");
        gdb_put_value(&gdb_session.reply, error, 1);
    }
}

void reply_error_text(enum gdb_error error, const char *text)
{
    if (!gdb_session.has_error_text) {
        reply_error(error);
        return;
    }
    reply_clear();
    reply_text("E.");
    reply_text(text);
}

void reply_result(enum gdb_error error)
{
    if (error != GDB_OK) {
        reply_error(error);
        return;
    }
    reply_text("OK");
}

int session_thread(int thread)
{
    return thread > 0 ? thread : target_thread_current();
}

bool session_thread_exists(int thread)
{
    int at = 0;

    do {
        at = target_thread_next(at);
    } while (at != 0 && at != thread);
    return at != 0;
}

bool session_dispatch(const struct gdb_command *commands, size_t count,
                      struct gdb_reader *in)
{
    for (size_t i = 0; i < count; i++) {
        struct gdb_reader rest = *in;
        if (gdb_take_word(&rest, commands[i].name)) {
            commands[i].handle(&rest);
            return true;
        }
    }
    return false;
}

static void handle_why(struct gdb_reader *in)
{
    (void)in;
    /* A new session does not know the breakpoints of the last one. */
    target_break_remove_all();
    gdb_session.thread = gdb_session.step_thread = 0;
    session_put_stop();
}

static void handle_thread_select(struct gdb_reader *in)
{
    bool is_step = gdb_take_char(in, 'c');
    int thread;

    if ((!is_step && !gdb_take_char(in, 'g')) ||
        !gdb_take_thread(in, &thread) || gdb_left(in) != 0) {
        reply_error(GDB_INVALID);
        return;
    }
    if (thread > 0 && !session_thread_exists(thread)) {
        reply_error(GDB_NO_THREAD);
        return;
    }
    *(is_step ? &gdb_session.step_thread : &gdb_session.thread) = thread;
    reply_text("OK");
}

static void handle_thread_alive(struct gdb_reader *in)
{
    int thread;
    bool is_alive = gdb_take_thread(in, &thread) && gdb_left(in) == 0 &&
                    session_thread_exists(thread);
    reply_result(is_alive ? GDB_OK : GDB_NO_THREAD);
}

static void handle_thread_current(struct gdb_reader *in)
{
    if (gdb_left(in) != 0) {
        return; /* a longer name, that we don't know */
    }
    reply_text("QC");
    gdb_put_number(&gdb_session.reply, (unsigned)target_thread_current());
}

static void handle_attached(struct gdb_reader *in)
{
    (void)in;
    reply_text("1"); /* so `quit` leaves the machine running */
}

static void handle_symbol(struct gdb_reader *in)
{
    (void)in;
    reply_text("OK"); /* we need no symbols of gdb */
}

static void handle_no_acks(struct gdb_reader *in)
{
    (void)in;
    reply_text("OK");
}

static void handle_extended(struct gdb_reader *in)
{
    if (gdb_left(in) == 0) {
        reply_text("OK");
    }
}

#define NO_ACKS "QStartNoAckMode"

/* Where one name begins another, the longer one comes first. */
static const struct gdb_command commands[] = {
    {"?", handle_why},
    {"!", handle_extended},
    {"g", handle_registers_read},
    {"G", handle_registers_write},
    {"p", handle_register_read},
    {"P", handle_register_write},
    {"m", handle_memory_read},
    {"M", handle_memory_write},
    {"X", handle_memory_write_binary},
    {"x", handle_memory_read_binary},
    {"Z", handle_break_insert},
    {"z", handle_break_remove},
    {"c", handle_continue},
    {"C", handle_continue_signal},
    {"s", handle_step},
    {"S", handle_step_signal},
    {"vCont?", handle_cont_query},
    {"vCont;", handle_cont},
    {"vKill", handle_kill},
    {"vFile:open:", handle_file_open},
    {"vFile:pread:", handle_file_pread},
    {"vFile:close:", handle_file_close},
    {"vFile:fstat:", handle_file_fstat},
    {"vFile:setfs:", handle_file_setfs},
    {"D", handle_detach},
    {"k", handle_kill},
    {"R", handle_reboot},
    {"H", handle_thread_select},
    {"T", handle_thread_alive},
    {"qSupported", handle_supported},
    {"qSymbol", handle_symbol},
    {"qSearch:memory:", handle_search},
    {"qCRC:", handle_crc},
    {"qC", handle_thread_current},
    {"qfThreadInfo", handle_threads_first},
    {"qsThreadInfo", handle_threads_next},
    {"qThreadExtraInfo,", handle_thread_extra},
    {"qAttached", handle_attached},
    {"qXfer:", handle_transfer},
    {"qRcmd,", handle_monitor},
    {NO_ACKS, handle_no_acks},
};

static void answer(struct gdb_reader *in)
{
    bool stops_acks = gdb_left(in) == sizeof(NO_ACKS) - 1 &&
                      memcmp(in->at, NO_ACKS, sizeof(NO_ACKS) - 1) == 0;

    reply_clear();
    session_dispatch(commands, ARRAY_COUNT(commands), in);
    if (!gdb_session.is_resumed) {
        gdb_wire_send(reply_buffer, gdb_session.reply.used);
    }
    if (stops_acks) {
        gdb_wire_stop_acks(); /* once gdb has acknowledged the OK */
    }
}

/* SIGINT answers every ^C up to now. */
static void tell_stop(void)
{
    if (gdb_session.stop.signal == GDB_SIGNAL_INT) {
        (void)gdb_wire_interrupted();
    }
    reply_clear();
    session_put_stop();
    gdb_wire_send(reply_buffer, gdb_session.reply.used);
    gdb_session.is_awaited = false;
}

/* A ^C that came too early for the machine to run into it stops it before it
 * goes on. */
static void stop_if_interrupted(void)
{
    struct gdb_session *session = &gdb_session;

    if (session->is_awaited && gdb_wire_take_interrupt()) {
        session->is_resumed = false;
        session->stop = (struct gdb_stop){.signal = GDB_SIGNAL_INT};
        tell_stop();
    }
}

void gdb_serve(const struct gdb_stop *stop, struct gdb_resume *resume)
{
    struct gdb_session *session = &gdb_session;
    struct gdb_reader in;

    session->stop = *stop;
    session->resume = resume;
    session->is_resumed = false;
    session->thread = session->step_thread = 0;
    *resume = (struct gdb_resume){.action = GDB_CONTINUE};
    if (session->is_awaited) {
        tell_stop();
    }
    while (!session->is_resumed) {
        switch (gdb_wire_receive(&in)) {
        case GDB_WIRE_PACKET:
            session->is_attached = true;
            answer(&in);
            stop_if_interrupted();
            break;
        case GDB_WIRE_TOO_LONG:
            reply_error(GDB_INVALID);
            gdb_wire_send(reply_buffer, session->reply.used);
            break;
        case GDB_WIRE_CLOSED:
            return;
        }
    }
}

bool gdb_is_attached(void)
{
    return gdb_session.is_attached;
}

bool gdb_wants_libraries(void)
{
    return gdb_session.is_attached && gdb_session.has_libraries;
}

void gdb_session_recover(void)
{
    gdb_session.is_awaited = false;
    reply_error(GDB_FAULT);
    gdb_wire_send(reply_buffer, gdb_session.reply.used);
}
