/* Text of the remote protocol (GDB manual, E.1: overview). */
#include "kernel/gdb/text.h"

#include "kernel/lib.h"

#define ESCAPE     '}'
#define ESCAPE_XOR 0x20

static const char digits[] = "0123456789abcdef";

int gdb_digit(int c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool gdb_take_char(struct gdb_reader *in, char c)
{
    ASSERT(in->at <= in->end);
    if (in->at == in->end || *in->at != c) {
        return false;
    }
    in->at++;
    return true;
}

bool gdb_take_word(struct gdb_reader *in, const char *word)
{
    size_t size = strlen(word);

    if (gdb_left(in) < size || memcmp(in->at, word, size) != 0) {
        return false;
    }
    in->at += size;
    return true;
}

bool gdb_take_number(struct gdb_reader *in, uint64_t *value)
{
    size_t count = 0;

    ASSERT(in->at <= in->end);
    *value = 0;
    for (; in->at < in->end && gdb_digit(*in->at) >= 0; count++) {
        *value = *value << 4 | (unsigned)gdb_digit(*in->at++);
    }
    return count > 0 && count <= 2 * sizeof(*value);
}

bool gdb_take_bytes(struct gdb_reader *in, uint8_t *bytes, size_t size)
{
    if (gdb_left(in) / 2 < size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int high = gdb_digit(*in->at++);
        int low = gdb_digit(*in->at++);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool gdb_take_thread(struct gdb_reader *in, int *thread)
{
    uint64_t value;

    if (gdb_take_word(in, "-1")) {
        *thread = -1;
        return true;
    }
    if (!gdb_take_number(in, &value) || value > INT32_MAX) {
        return false;
    }
    *thread = (int)value;
    return true;
}

int64_t gdb_take_binary(struct gdb_reader *in, uint8_t *to, size_t room)
{
    size_t count = 0;

    for (; in->at < in->end; count++) {
        int c = *in->at++;
        if (c == ESCAPE) {
            if (in->at == in->end) {
                return -1;
            }
            c = *in->at++ ^ ESCAPE_XOR;
        }
        if (count == room) {
            return -1;
        }
        to[count] = (uint8_t)c;
    }
    return (int64_t)count;
}

void gdb_put_char(struct gdb_writer *out, char c)
{
    ASSERT_CMP(out->used, <=, out->room);
    if (out->used == out->room) {
        out->is_cut = true;
        return;
    }
    out->text[out->used++] = c;
}

void gdb_put_text(struct gdb_writer *out, const char *text)
{
    while (*text != '\0') {
        gdb_put_char(out, *text++);
    }
}

void gdb_put_number(struct gdb_writer *out, uint64_t value)
{
    unsigned shift = 0;

    while (shift < 60 && value >> shift >= 16) {
        shift += 4;
    }
    for (;; shift -= 4) {
        gdb_put_char(out, digits[value >> shift & 0xf]);
        if (shift == 0) {
            return;
        }
    }
}

static void put_pair(struct gdb_writer *out, uint8_t byte)
{
    gdb_put_char(out, digits[byte >> 4]);
    gdb_put_char(out, digits[byte & 0xf]);
}

void gdb_put_bytes(struct gdb_writer *out, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    for (size_t i = 0; i < size; i++) {
        put_pair(out, from[i]);
    }
}

void gdb_put_value(struct gdb_writer *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        put_pair(out, (uint8_t)value);
        value >>= 8;
    }
}

void gdb_put_unavailable(struct gdb_writer *out, size_t size)
{
    for (size_t i = 0; i < 2 * size; i++) {
        gdb_put_char(out, 'x');
    }
}

/* The bytes that mean something to the framing: '*' is run-length encoding. */
static bool needs_escape(uint8_t byte)
{
    return byte == '$' || byte == '#' || byte == ESCAPE || byte == '*';
}

size_t gdb_put_binary(struct gdb_writer *out, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;

    ASSERT_CMP(out->used, <=, out->room);
    for (size_t i = 0; i < size; i++) {
        bool is_escaped = needs_escape(from[i]);
        if (out->room - out->used < (is_escaped ? 2u : 1u)) {
            out->is_cut = true;
            return i;
        }
        if (is_escaped) {
            gdb_put_char(out, ESCAPE);
        }
        gdb_put_char(out, (char)(is_escaped ? from[i] ^ ESCAPE_XOR : from[i]));
    }
    return size;
}
