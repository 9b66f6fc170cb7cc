/* Packets on a line (GDB manual, E.1 and E.5). */
#include "kernel/gdb/wire.h"

#include "kernel/lib.h"

#define NO_BYTE      (-1)
#define SEND_TRIES   8
#define SILENT_TRIES 3 /* as many as gdb has */

struct gdb_wire_stats gdb_wire_stats;

static char body[GDB_PACKET_MAX];
static bool has_acks = true;
static int pushed_back = NO_BYTE; /* read too early, to be read again */
static bool is_interrupted;       /* GDB_INTERRUPT came between packets */

/* The answer to the last packet, for a '-' that comes late. */
static char sent[GDB_PACKET_MAX];
static size_t sent_size;
static bool is_sent;

void gdb_wire_reset(void)
{
    has_acks = true;
    pushed_back = NO_BYTE;
    is_interrupted = false;
    is_sent = false;
}

void gdb_wire_stop_acks(void)
{
    has_acks = false;
}

static int next_byte(enum gdb_wait wait)
{
    int byte = pushed_back;

    pushed_back = NO_BYTE;
    return byte != NO_BYTE ? byte : gdb_line_get(wait);
}

/* One attempt to read what comes after '$', to the '#'. A '$' begins anew: the
 * rest of the packet before got lost. Returns its size, which may be above what
 * body holds, or -1. */
static int64_t read_body(uint8_t *sum)
{
    size_t size = 0;

    *sum = 0;
    for (;;) {
        int c = next_byte(GDB_WAIT_SHORT);
        if (c < 0) {
            return -1;
        }
        if (c == '#') {
            return (int64_t)size;
        }
        if (c == '$') {
            size = 0;
            *sum = 0;
            continue;
        }
        if (size < sizeof(body)) {
            body[size] = (char)c;
        }
        size += size <= sizeof(body);
        *sum = (uint8_t)(*sum + c);
    }
}

static bool read_checksum(uint8_t sum)
{
    int high = gdb_digit(next_byte(GDB_WAIT_SHORT));
    int low = gdb_digit(next_byte(GDB_WAIT_SHORT));

    return high >= 0 && low >= 0 && (high << 4 | low) == sum;
}

static void acknowledge(const char *sign)
{
    if (has_acks) {
        gdb_line_put(sign, 1);
    }
}

/* Who says qSupported begins a session, whatever the last one agreed on. */
static void notice_new_session(size_t size)
{
    static const char first[] = "qSupported";
    size_t length = sizeof(first) - 1;

    if (size >= length && memcmp(body, first, length) == 0) {
        has_acks = true;
        is_interrupted = false;
    }
}

static void put_packet(const char *text, size_t size)
{
    char end[3] = "#";
    struct gdb_writer tail = {.text = end, .room = sizeof(end), .used = 1};
    uint8_t sum = 0;

    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + text[i]);
    }
    gdb_put_value(&tail, sum, 1);
    gdb_line_put("$", 1);
    gdb_line_put(text, size);
    gdb_line_put(end, sizeof(end));
}

static void send_again(void)
{
    ASSERT(is_sent && sent_size <= sizeof(sent));
    gdb_wire_stats.resends++;
    put_packet(sent, sent_size);
}

/* What is between packets. A '-' may come when the answer has been given up, or
 * after the '+' for an answer that was sent twice. */
static void overlook(int c)
{
    is_interrupted |= c == GDB_INTERRUPT;
    if (c == '-' && has_acks && is_sent) {
        send_again();
    }
}

enum gdb_wire gdb_wire_receive(struct gdb_reader *in)
{
    for (;;) {
        int c = next_byte(GDB_WAIT_LONG);
        if (c < 0) {
            return GDB_WIRE_CLOSED;
        }
        if (c != '$') {
            overlook(c);
            continue;
        }
        uint8_t sum;
        int64_t size = read_body(&sum);
        if (size < 0 || !read_checksum(sum)) {
            gdb_wire_stats.bad++;
            acknowledge("-");
            continue;
        }
        gdb_wire_stats.packets++;
        is_sent = false;
        notice_new_session(MIN((size_t)size, sizeof(body)));
        acknowledge("+");
        if ((size_t)size > sizeof(body)) {
            return GDB_WIRE_TOO_LONG;
        }
        *in = (struct gdb_reader){body, body + size};
        return GDB_WIRE_PACKET;
    }
}

/* What became of a packet that was sent. */
enum outcome {
    TAKEN,
    REFUSED,
    SILENCE,
};

/* Waits for '+' or '-'. The '$' of a next packet says '+' too, because gdb
 * sends it only after it has read our packet. */
static enum outcome wait_for_outcome(void)
{
    for (;;) {
        int c = next_byte(GDB_WAIT_SHORT);
        switch (c) {
        case '$':
            pushed_back = c;
            return TAKEN;
        case '+':
            return TAKEN;
        case '-':
            return REFUSED;
        case NO_BYTE:
            return SILENCE;
        case GDB_INTERRUPT:
            is_interrupted = true;
            break;
        default:
            break;
        }
    }
}

/* gdb waits for ever for a stop that it was not told of, so silence too is
 * answered by the packet; gdb overlooks one that it has already. */
void gdb_wire_send(const char *text, size_t size)
{
    unsigned silences = 0;

    memcpy(sent, text, size);
    sent_size = size;
    is_sent = true;
    put_packet(text, size);
    for (int tries = 1; has_acks && tries < SEND_TRIES; tries++) {
        enum outcome outcome = wait_for_outcome();
        silences += outcome == SILENCE;
        if (outcome == TAKEN) {
            return;
        }
        if (silences == SILENT_TRIES) {
            break;
        }
        send_again();
    }
    gdb_wire_stats.lost += has_acks;
}

void gdb_wire_notify(const char *text, size_t size)
{
    put_packet(text, size);
}

void gdb_wire_refuse(void)
{
    uint8_t sum;

    if (read_body(&sum) >= 0) {
        (void)read_checksum(sum);
    }
    gdb_line_put("-", 1);
}

bool gdb_wire_interrupted(void)
{
    for (int c; (c = gdb_line_get(GDB_WAIT_NOT)) >= 0;) {
        if (c == GDB_INTERRUPT) {
            return true;
        }
        if (c == '$') {
            pushed_back = c;
            return false;
        }
    }
    return gdb_wire_take_interrupt();
}

bool gdb_wire_take_interrupt(void)
{
    bool was_interrupted = is_interrupted;

    is_interrupted = false;
    return was_interrupted;
}
