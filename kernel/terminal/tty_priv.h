/* Between tty.c, which keeps settings and input, and tty_input.c, which takes
 * the input apart. */
#pragma once

#include "kernel/terminal/tty.h"

/* Marks beside a byte of input. */
#define TTY_LINE_END 0x100 /* a read stops behind it */
#define TTY_END      0x200 /* no byte, but the end of the input */

/* Is FLAG of c_lflag set? */
bool tty_has_local(const struct tty *tty, uint32_t flag);

bool tty_is_canonical(const struct tty *tty);

/* Does \n go out as \r\n? */
bool tty_maps_newline(const struct tty *tty);

/* Is a byte to wait behind what came before it? */
bool tty_is_full(const struct tty *tty);

/* Lets BYTE wait. */
void tty_push_ahead(struct tty *tty, uint8_t byte);

/* Takes a byte that is no signal and for which there is room, and echoes. */
void tty_take(struct tty *tty, uint8_t byte);

/* Adds a byte with its marks to the input. */
void tty_push(struct tty *tty, uint16_t entry);

/* Adds the edited line to the input, without an end, and begins a new one. */
void tty_push_line(struct tty *tty);

/* Adds MARK to the last byte of the input; there is one. */
void tty_mark_last(struct tty *tty, uint16_t mark);
