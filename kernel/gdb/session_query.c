/* The queries: what the stub can do, threads, and the monitor's commands. */
#include <stdarg.h>

#include "kernel/gdb/session_priv.h"
#include "kernel/lib.h"

/* Console output goes to gdb in pieces of this many bytes. */
#define PRINT_PIECE 200
#define LINE_MAX    512
#define COMMAND_MAX 256
#define STATE_MAX   64

/* PacketSize is hexadecimal: GDB_PACKET_MAX. */
static const char features[] =
    "PacketSize=1000;qXfer:features:read+;"
    "qXfer:threads:read+;qXfer:memory-map:read+;qXfer:libraries:read+;"
    "vContSupported+;swbreak+;hwbreak+;error-message+;binary-upload+";
static_assert(GDB_PACKET_MAX == 0x1000, "PacketSize");

/* What gdb can do comes as ":name+;name-;name=value...". */
static bool offers(struct gdb_reader in, const char *feature)
{
    while (in.at < in.end) {
        struct gdb_reader word = in;
        if (gdb_take_word(&word, feature) &&
            (word.at == word.end || *word.at == ';')) {
            return true;
        }
        while (in.at < in.end && *in.at++ != ';') {
        }
    }
    return false;
}

void handle_supported(struct gdb_reader *in)
{
    (void)gdb_take_char(in, ':');
    gdb_session.has_swbreak = offers(*in, "swbreak+");
    gdb_session.has_hwbreak = offers(*in, "hwbreak+");
    gdb_session.has_error_text = offers(*in, "error-message+");
    gdb_session.has_libraries = false; /* until it asks for the list */
    gdb_session.is_awaited = false;
    session_close_files();
    reply_text(features);
    if (target_line_is_reliable()) {
        reply_text(";QStartNoAckMode+");
    }
}

/* All of them in one packet, as many as fit: who has more uses the document. */
void handle_threads_first(struct gdb_reader *in)
{
    struct gdb_writer *reply = &gdb_session.reply;
    const size_t longest = sizeof("7fffffff,");

    (void)in;
    for (int thread = target_thread_next(0);
         thread != 0 && reply->room - reply->used > longest;
         thread = target_thread_next(thread)) {
        reply_text(reply->used == 0 ? "m" : ",");
        gdb_put_number(reply, (unsigned)thread);
    }
}

void handle_threads_next(struct gdb_reader *in)
{
    (void)in;
    reply_text("l");
}

void handle_thread_extra(struct gdb_reader *in)
{
    char state[STATE_MAX];
    int thread;

    if (!gdb_take_thread(in, &thread) || !session_thread_exists(thread)) {
        reply_error(GDB_NO_THREAD);
        return;
    }
    target_thread_state(thread, state, sizeof(state));
    gdb_put_bytes(&gdb_session.reply, state, strlen(state));
}

/* An O packet for each piece; SEND says whether somebody waits for the
 * acknowledgement. */
static void print_pieces(const char *text, size_t size,
                         void (*send)(const char *, size_t))
{
    while (size > 0) {
        char piece[1 + 2 * PRINT_PIECE];
        struct gdb_writer out = {.text = piece, .room = sizeof(piece)};
        size_t count = size < PRINT_PIECE ? size : PRINT_PIECE;
        gdb_put_char(&out, 'O');
        gdb_put_bytes(&out, text, count);
        send(piece, out.used);
        text += count;
        size -= count;
    }
}

void gdb_print(const char *format, ...)
{
    char line[LINE_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    print_pieces(line, strlen(line), gdb_wire_send);
}

void gdb_console(const char *text, size_t size)
{
    if (gdb_session.is_awaited) {
        print_pieces(text, size, gdb_wire_notify);
    }
}

void handle_monitor(struct gdb_reader *in)
{
    static char command[COMMAND_MAX];
    size_t size = gdb_left(in) / 2;

    if (size >= sizeof(command) || gdb_left(in) % 2 != 0 ||
        !gdb_take_bytes(in, (uint8_t *)command, size)) {
        reply_error(GDB_INVALID);
        return;
    }
    command[size] = '\0';
    target_monitor(command);
    reply_text("OK");
}
