/* Text of the remote protocol: a reader that never trusts what it reads, and a
 * writer that never writes past its end. Numbers are hexadecimal. */
#pragma once

#include "kernel/lib.h"

/* What of a packet is still to be read: [at, end). */
struct gdb_reader {
    const char *at;
    const char *end;
};

/* The value of a hexadecimal digit, or -1. */
int gdb_digit(int c);

/* Each takes its thing from the front and returns true, or returns false; what
 * was read is undefined then. A number has 1 to 16 digits. */
bool gdb_take_char(struct gdb_reader *in, char c);
bool gdb_take_word(struct gdb_reader *in, const char *word);
bool gdb_take_number(struct gdb_reader *in, uint64_t *value);
/* The bytes of a register, lowest first, as SIZE pairs of digits. */
bool gdb_take_bytes(struct gdb_reader *in, uint8_t *bytes, size_t size);
/* A thread: a number above 0, or 0 for any and -1 for all. */
bool gdb_take_thread(struct gdb_reader *in, int *thread);

/* Undoes the escapes of binary data, at most ROOM bytes. Returns how many, or
 * -1 when there are more, or half an escape. */
int64_t gdb_take_binary(struct gdb_reader *in, uint8_t *to, size_t room);

static inline size_t gdb_left(const struct gdb_reader *in)
{
    return (size_t)(in->end - in->at);
}

struct gdb_writer {
    char *text;
    size_t room;
    size_t used;
    bool is_cut; /* something did not fit and was left out */
};

void gdb_put_char(struct gdb_writer *out, char c);
void gdb_put_text(struct gdb_writer *out, const char *text);
/* Without leading zeros. */
void gdb_put_number(struct gdb_writer *out, uint64_t value);
/* SIZE bytes as pairs of digits. */
void gdb_put_bytes(struct gdb_writer *out, const void *bytes, size_t size);
/* The lowest SIZE bytes of VALUE, lowest first, as pairs of digits. */
void gdb_put_value(struct gdb_writer *out, uint64_t value, size_t size);
/* SIZE times the pair that means "not available". */
void gdb_put_unavailable(struct gdb_writer *out, size_t size);
/* As binary data with escapes. Returns how many bytes of BYTES found room: an
 * escape is never cut in two. */
size_t gdb_put_binary(struct gdb_writer *out, const void *bytes, size_t size);
