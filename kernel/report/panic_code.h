/* The report of a panic as a QR code on the screen. */
#pragma once

#include "kernel/lib.h"

/* Shows what the log holds from byte START on (log_written) as a QR code in the
 * corner of the screen, headed by which build this is, and the log beside it,
 * whose older lines Shift-PageUp shows. Does nothing where the screen is none
 * of pixels, or too small. */
void panic_show_code(size_t start);
