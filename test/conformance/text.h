/* What the program says: lines of text, always the same for the same results.
 *
 * A line is built in parts and ended by text_line. Lines are shown, or only
 * counted into a hash, which is shown now and then: so a long run can be
 * compared without a serial line that carries all of it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

void text(const char *string);
void text_hex(unsigned long value);
void text_decimal(long value);
void text_byte(char byte);

/* An error as a negative decimal, anything else in hexadecimal. */
void text_result(long result);

/* Ends the line. */
void text_line(void);

/* Are lines shown from now on, or only counted, or the other way? */
enum text_mode {
    TEXT_SHOWN, /* and counted */
    TEXT_COUNTED,
    TEXT_ASIDE, /* shown, but not counted */
};
void text_mode(enum text_mode mode);

/* The hash of all lines so far. */
uint32_t text_hash(void);
