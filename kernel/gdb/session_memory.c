/* The packets m, M, x, X, Z, z, qCRC and qSearch: memory as the chosen thread
 * sees it. */
#include "kernel/gdb/session_priv.h"
#include "kernel/lib.h"

/* The most that one qCRC or qSearch looks at, so that no number that came over
 * the line takes minutes. */
#define SCAN_MAX       (4 * MIB)
#define SCAN_PIECE     512u
#define PATTERN_MAX    256u

#define CRC_POLYNOMIAL 0x04c11db7u /* MSB first, begins with all ones */

/* All moves of memory go through here; the largest packet is the limit. */
static uint8_t buffer[GDB_PACKET_MAX];

static int memory_thread(void)
{
    return session_thread(gdb_session.thread);
}

/* ADDRESS,LENGTH */
static bool take_range(struct gdb_reader *in, uint64_t *address, uint64_t *size)
{
    return gdb_take_number(in, address) && gdb_take_char(in, ',') &&
           gdb_take_number(in, size);
}

/* What of the range in IN could be read, in the buffer; -1: IN is no range. */
static int64_t read_range(struct gdb_reader *in, size_t most)
{
    uint64_t address, size;

    if (!take_range(in, &address, &size) || gdb_left(in) != 0) {
        return -1;
    }
    return (int64_t)target_memory_read(memory_thread(), address, buffer,
                                       MIN(size, (uint64_t)most));
}

void handle_memory_read(struct gdb_reader *in)
{
    struct gdb_reader range = *in;
    int64_t size = read_range(in, GDB_PACKET_MAX / 2);
    uint64_t address, wanted = 0;

    if (size < 0) {
        reply_error(GDB_INVALID);
        return;
    }
    (void)take_range(&range, &address, &wanted);
    if (size == 0 && wanted != 0) {
        reply_error(GDB_FAULT);
        return;
    }
    gdb_put_bytes(&gdb_session.reply, buffer, (size_t)size);
}

void handle_memory_read_binary(struct gdb_reader *in)
{
    int64_t size = read_range(in, GDB_PACKET_MAX / 2);

    if (size < 0) {
        reply_error(GDB_INVALID);
        return;
    }
    if (size == 0) {
        reply_error(GDB_FAULT);
        return;
    }
    gdb_put_char(&gdb_session.reply, 'b');
    gdb_put_binary(&gdb_session.reply, buffer, (size_t)size);
}

static void write_memory(uint64_t address, size_t size)
{
    size_t done = target_memory_write(memory_thread(), address, buffer, size);
    reply_result(done == size ? GDB_OK : GDB_FAULT);
}

void handle_memory_write(struct gdb_reader *in)
{
    uint64_t address, size;

    if (!take_range(in, &address, &size) || !gdb_take_char(in, ':') ||
        size > sizeof(buffer) || gdb_left(in) != 2 * size ||
        !gdb_take_bytes(in, buffer, size)) {
        reply_error(GDB_INVALID);
        return;
    }
    write_memory(address, size);
}

void handle_memory_write_binary(struct gdb_reader *in)
{
    uint64_t address, size;

    if (!take_range(in, &address, &size) || !gdb_take_char(in, ':') ||
        size > sizeof(buffer) ||
        gdb_take_binary(in, buffer, sizeof(buffer)) != (int64_t)size) {
        reply_error(GDB_INVALID);
        return;
    }
    write_memory(address, size);
}

/* KIND,ADDRESS,LENGTH; conditions, which we did not ask for, are refused. */
static bool take_break(struct gdb_reader *in, uint64_t *kind, uint64_t *address,
                       uint64_t *size)
{
    return gdb_take_number(in, kind) && *kind < GDB_BREAK_KINDS &&
           gdb_take_char(in, ',') && take_range(in, address, size) &&
           gdb_left(in) == 0;
}

void handle_break_insert(struct gdb_reader *in)
{
    uint64_t kind, address, size;

    if (!take_break(in, &kind, &address, &size)) {
        reply_error(GDB_INVALID);
        return;
    }
    enum gdb_error error = target_break_insert(
        memory_thread(), (enum gdb_break)kind, address, size);
    if (error == GDB_REFUSED) {
        reply_error_text(error, "the stub comes by there itself");
        return;
    }
    reply_result(error);
}

void handle_break_remove(struct gdb_reader *in)
{
    uint64_t kind, address, size;
    bool is_valid = take_break(in, &kind, &address, &size);

    reply_result(is_valid
                     ? target_break_remove(memory_thread(),
                                           (enum gdb_break)kind, address, size)
                     : GDB_INVALID);
}

static uint32_t crc_add(uint32_t crc, uint8_t byte)
{
    crc ^= (uint32_t)byte << 24;
    for (int bit = 0; bit < 8; bit++) {
        crc = (crc & BIT(31)) != 0 ? crc << 1 ^ CRC_POLYNOMIAL : crc << 1;
    }
    return crc;
}

/* gdb asks for it in compare-sections alone, with load addresses. */
void handle_crc(struct gdb_reader *in)
{
    uint64_t address, size;
    uint32_t crc = UINT32_MAX;

    if (!take_range(in, &address, &size) || gdb_left(in) != 0 ||
        size > SCAN_MAX) {
        reply_error(GDB_INVALID);
        return;
    }
    while (size > 0) {
        size_t piece = MIN(size, (uint64_t)SCAN_PIECE);
        if (target_image_read(memory_thread(), address, buffer, piece) !=
                piece ||
            gdb_wire_interrupted()) {
            reply_error(GDB_FAULT);
            return;
        }
        for (size_t i = 0; i < piece; i++) {
            crc = crc_add(crc, buffer[i]);
        }
        address += piece;
        size -= piece;
    }
    gdb_put_char(&gdb_session.reply, 'C');
    gdb_put_number(&gdb_session.reply, crc);
}

/* The first place of the pattern in [address, address + size): reads pieces
 * that overlap by the pattern's length. GDB_FAULT where memory ends. */
static enum gdb_error search(uint64_t address, uint64_t size,
                             const uint8_t *pattern, size_t length,
                             uint64_t *found)
{
    *found = 0;
    for (uint64_t done = 0; done + length <= size; done += SCAN_PIECE) {
        size_t piece = MIN(size - done, SCAN_PIECE + length - 1);
        if (target_memory_read(memory_thread(), address + done, buffer,
                               piece) != piece ||
            gdb_wire_interrupted()) {
            return GDB_FAULT;
        }
        for (size_t i = 0; i + length <= piece; i++) {
            if (memcmp(buffer + i, pattern, length) == 0) {
                *found = address + done + i;
                return GDB_OK;
            }
        }
    }
    return GDB_REFUSED;
}

/* ADDRESS;LENGTH;PATTERN */
void handle_search(struct gdb_reader *in)
{
    static uint8_t pattern[PATTERN_MAX];
    uint64_t address, size, found;

    if (!gdb_take_number(in, &address) || !gdb_take_char(in, ';') ||
        !gdb_take_number(in, &size) || !gdb_take_char(in, ';') ||
        size > SCAN_MAX) {
        reply_error(GDB_INVALID);
        return;
    }
    int64_t length = gdb_take_binary(in, pattern, sizeof(pattern));
    if (length <= 0) {
        reply_error(GDB_INVALID);
        return;
    }
    switch (search(address, size, pattern, (size_t)length, &found)) {
    case GDB_OK:
        reply_text("1,");
        gdb_put_number(&gdb_session.reply, found);
        break;
    case GDB_REFUSED:
        reply_text("0");
        break;
    default:
        reply_error(GDB_FAULT);
    }
}
