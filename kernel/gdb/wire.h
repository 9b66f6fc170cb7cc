/* Packets on a line: `$body#checksum`, acknowledged by '+' or '-'. */
#pragma once

#include "kernel/gdb/text.h"

/* The longest body of a packet in either direction. */
#define GDB_PACKET_MAX 4096

/* What gdb sends to interrupt a machine that runs. */
#define GDB_INTERRUPT  0x03

struct gdb_wire_stats {
    uint64_t packets; /* good ones received */
    uint64_t bad;     /* with a wrong checksum */
    uint64_t resends; /* refused by gdb, or followed by silence */
    uint64_t lost;    /* replies that nobody acknowledged */
};
extern struct gdb_wire_stats gdb_wire_stats;

/* Forgets the last session: packets are acknowledged again. */
void gdb_wire_reset(void);

/* No acknowledgements from the next packet on (QStartNoAckMode). */
void gdb_wire_stop_acks(void);

enum gdb_wire {
    GDB_WIRE_PACKET,
    GDB_WIRE_TOO_LONG, /* a packet longer than GDB_PACKET_MAX */
    GDB_WIRE_CLOSED,   /* gdb_line_get says that nothing will come */
};

/* Waits for a packet, acknowledges it, and gives its body in *IN, which is good
 * until the next call. */
enum gdb_wire gdb_wire_receive(struct gdb_reader *in);

/* Sends TEXT, GDB_PACKET_MAX bytes at most, as a packet, again and again until
 * it is acknowledged; after a number of tries the packet is given up, and sent
 * once more if it is refused later. */
void gdb_wire_send(const char *text, size_t size);

/* The same for a packet that comes while the machine runs, where nobody waits
 * for the acknowledgement: gdb_wire_receive overlooks it. */
void gdb_wire_notify(const char *text, size_t size);

/* The beginning of a packet came while nobody could read it: waits for its end
 * and asks for it again. */
void gdb_wire_refuse(void);

/* Did a GDB_INTERRUPT arrive since the last question? Looks at the line: bytes
 * of a packet that come meanwhile are lost, as gdb sends none then. */
bool gdb_wire_interrupted(void);

/* Did a GDB_INTERRUPT come between packets, since the last question? gdb sends
 * one before it lets the machine go on when ^C was pressed that early. */
bool gdb_wire_take_interrupt(void);

/* Of the target: */

enum gdb_wait {
    GDB_WAIT_NOT,
    GDB_WAIT_SHORT, /* about a second: longer than gdb takes to acknowledge */
    GDB_WAIT_LONG,  /* for ever */
};

/* The next byte, or -1 when none came in time. */
int gdb_line_get(enum gdb_wait wait);
void gdb_line_put(const char *bytes, size_t size);
