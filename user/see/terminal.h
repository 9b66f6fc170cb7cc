/* The terminal: raw while see runs, and as it was when it ends. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "user/see/canvas.h"

/* Makes it raw and blank. Returns 0, or an error where there is none. */
long terminal_begin(void);

/* Makes it what it was, and blank. */
void terminal_end(void);

/* How large it is; 80 x 25 where it doesn't say. */
void terminal_size(unsigned *columns, unsigned *rows);

/* Writes what has changed. */
void terminal_show(struct canvas *canvas);
