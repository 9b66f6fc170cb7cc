/* Between the two halves of the terminal: terminal.c decodes bytes,
 * terminal_control.c does what control characters and sequences ask for. */
#pragma once

#include "drivers/terminal.h"

/* An erased cell in the pen's colours. */
struct cell terminal_blank(const struct terminal *terminal);

/* A cell with GLYPH in the pen's colours. */
struct cell terminal_cell(const struct terminal *terminal, uint8_t glyph);

/* One row down or up; the screen scrolls at its end. */
void terminal_index(struct terminal *terminal);
void terminal_reverse_index(struct terminal *terminal);

/* Does a C0 control character other than ESC. */
void terminal_control(struct terminal *terminal, uint8_t control);

/* Does ESC FINAL, when it is one without parameters. */
void terminal_escape(struct terminal *terminal, char final);

/* Does CSI ... FINAL with the terminal's parameters. */
void terminal_csi(struct terminal *terminal, char final);

/* Does CSI ... m. In terminal_colours.c. */
void terminal_set_colours(struct terminal *terminal);

/* Parameter INDEX, or FALLBACK when it is missing or 0. */
unsigned terminal_parameter(const struct terminal *terminal, unsigned index,
                            unsigned fallback);

/* The pen at the start: top left, grey on black. */
struct terminal_pen terminal_first_pen(void);
