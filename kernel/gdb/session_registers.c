/* The packets g, G, p and P: registers of the chosen thread. */
#include "kernel/gdb/registers.h"
#include "kernel/gdb/session_priv.h"
#include "kernel/lib.h"

static void put_register(int thread, unsigned number)
{
    size_t size = gdb_register_size(number);
    uint8_t bytes[GDB_REGISTER_MAX];

    if (target_register_read(thread, number, bytes)) {
        gdb_put_bytes(&gdb_session.reply, bytes, size);
    } else {
        gdb_put_unavailable(&gdb_session.reply, size);
    }
}

/* Reads one register's digits to BYTES. "xx" is what gdb sends back for a
 * register that we said is not available: then *IS_KNOWN is false. */
static bool take_register(struct gdb_reader *in, unsigned number,
                          uint8_t bytes[GDB_REGISTER_MAX], bool *is_known)
{
    size_t size = gdb_register_size(number);

    *is_known = false;
    if (gdb_left(in) >= 2 * size && *in->at == 'x') {
        in->at += 2 * size;
        return true;
    }
    if (!gdb_take_bytes(in, bytes, size)) {
        return false;
    }
    *is_known = true;
    return true;
}

void handle_registers_read(struct gdb_reader *in)
{
    if (gdb_left(in) != 0) {
        reply_error(GDB_INVALID);
        return;
    }
    int thread = session_thread(gdb_session.thread);
    for (unsigned i = 0; i < GDB_REGISTER_COUNT; i++) {
        put_register(thread, i);
    }
}

/* gdb writes all to change one: values that are what they were are not
 * written, so that those which can't be are no error. */
static enum gdb_error write_if_changed(int thread, unsigned number,
                                       const uint8_t *bytes)
{
    uint8_t old[GDB_REGISTER_MAX];

    if (target_register_read(thread, number, old) &&
        memcmp(old, bytes, gdb_register_size(number)) == 0) {
        return GDB_OK;
    }
    return target_register_write(thread, number, bytes);
}

/* All or nothing of the packet is well-formed: it is read before it is
 * believed. */
static bool registers_are_whole(struct gdb_reader in)
{
    uint8_t bytes[GDB_REGISTER_MAX];
    bool is_known;

    for (unsigned i = 0; i < GDB_REGISTER_COUNT; i++) {
        if (!take_register(&in, i, bytes, &is_known)) {
            return false;
        }
    }
    return gdb_left(&in) == 0;
}

void handle_registers_write(struct gdb_reader *in)
{
    int thread = session_thread(gdb_session.thread);
    enum gdb_error result = GDB_OK;

    if (!registers_are_whole(*in)) {
        reply_error(GDB_INVALID);
        return;
    }
    for (unsigned i = 0; i < GDB_REGISTER_COUNT; i++) {
        uint8_t bytes[GDB_REGISTER_MAX];
        bool is_known;
        (void)take_register(in, i, bytes, &is_known);
        enum gdb_error error =
            is_known ? write_if_changed(thread, i, bytes) : GDB_OK;
        result = error != GDB_OK ? error : result;
    }
    reply_result(result);
}

void handle_register_read(struct gdb_reader *in)
{
    uint64_t number;

    if (!gdb_take_number(in, &number) || gdb_left(in) != 0 ||
        number >= GDB_REGISTER_COUNT) {
        reply_error(GDB_INVALID);
        return;
    }
    put_register(session_thread(gdb_session.thread), (unsigned)number);
}

void handle_register_write(struct gdb_reader *in)
{
    uint8_t bytes[GDB_REGISTER_MAX];
    uint64_t number;
    bool is_known;

    if (!gdb_take_number(in, &number) || !gdb_take_char(in, '=') ||
        number >= GDB_REGISTER_COUNT ||
        !take_register(in, (unsigned)number, bytes, &is_known) ||
        gdb_left(in) != 0) {
        reply_error(GDB_INVALID);
        return;
    }
    reply_result(is_known
                     ? target_register_write(session_thread(gdb_session.thread),
                                             (unsigned)number, bytes)
                     : GDB_REFUSED);
}
