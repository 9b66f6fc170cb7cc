/* One serial line for a console and a debugger: which bytes are for whom, while
 * the machine runs. Before a debugger is attached only the first packet of a
 * session counts, and all else is typed; after that all packets do. Pure.
 */
#pragma once

#include "kernel/lib.h"

#define GDB_FILTER_TYPED_MAX 64

struct gdb_filter {
    size_t matched; /* bytes of the first packet's beginning that came */
    uint8_t typed[GDB_FILTER_TYPED_MAX]; /* for the console, not yet taken */
    size_t typed_count;
};

enum gdb_filter_event {
    GDB_FILTER_TEXT,      /* nothing for the debugger yet */
    GDB_FILTER_PACKET,    /* a packet begins, or has begun */
    GDB_FILTER_INTERRUPT, /* ^C of a debugger */
};

/* The next byte of the line. Typed text that nobody takes is lost past
 * GDB_FILTER_TYPED_MAX. */
enum gdb_filter_event gdb_filter_put(struct gdb_filter *filter, uint8_t byte,
                                     bool is_attached);

/* Takes up to SIZE bytes that were typed. Returns how many. */
size_t gdb_filter_take(struct gdb_filter *filter, uint8_t *to, size_t size);
