/* One serial line for a console and a debugger. */
#include "kernel/gdb/filter.h"

#include "kernel/gdb/wire.h"
#include "kernel/lib.h"

/* How each session with gdb begins. Typed, it looks like nothing else after a
 * few letters, which the console gets late. */
static const char beginning[] = "$qSupported";
#define BEGINNING_SIZE (sizeof(beginning) - 1)

static void type(struct gdb_filter *filter, uint8_t byte)
{
    if (filter->typed_count < GDB_FILTER_TYPED_MAX) {
        filter->typed[filter->typed_count++] = byte;
    }
}

/* What looked like a packet was typed. */
static void release(struct gdb_filter *filter)
{
    for (size_t i = 0; i < filter->matched; i++) {
        type(filter, (uint8_t)beginning[i]);
    }
    filter->matched = 0;
}

static enum gdb_filter_event put_attached(uint8_t byte)
{
    if (byte == GDB_INTERRUPT) {
        return GDB_FILTER_INTERRUPT;
    }
    return byte == '$' ? GDB_FILTER_PACKET : GDB_FILTER_TEXT;
}

enum gdb_filter_event gdb_filter_put(struct gdb_filter *filter, uint8_t byte,
                                     bool is_attached)
{
    if (is_attached) {
        filter->matched = 0;
        return put_attached(byte);
    }
    if (byte != (uint8_t)beginning[filter->matched]) {
        release(filter);
    }
    if (byte != (uint8_t)beginning[filter->matched]) {
        type(filter, byte);
        return GDB_FILTER_TEXT;
    }
    filter->matched++;
    if (filter->matched < BEGINNING_SIZE) {
        return GDB_FILTER_TEXT;
    }
    filter->matched = 0;
    return GDB_FILTER_PACKET;
}

size_t gdb_filter_take(struct gdb_filter *filter, uint8_t *to, size_t size)
{
    size_t count = MIN(size, filter->typed_count);

    memcpy(to, filter->typed, count);
    filter->typed_count -= count;
    memmove(filter->typed, filter->typed + count, filter->typed_count);
    return count;
}
