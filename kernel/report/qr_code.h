/* QR codes (ISO/IEC 18004:2015), so that a telephone can carry a text away
 * from the screen. Pure: of all that the standard has, what a text of bytes
 * needs, with the least error correction and always the same mask. */
#pragma once

#include "kernel/lib.h"

/* Versions, as the standard calls the sizes, are 1 to this: version V has
 * 17 + 4 * V modules a side. */
#define QR_VERSION_MAX   25u
#define QR_SIDE_MAX      (17 + 4 * QR_VERSION_MAX)

/* The light modules that must surround a code (section 5.3.8). */
#define QR_QUIET_ZONE    4u

/* What the largest version holds. */
#define QR_BYTES_MAX     1273u

/* The codewords of the largest version, text and error correction (table 1). */
#define QR_CODEWORDS_MAX 1588u

struct qr_code {
    unsigned side; /* in modules */
    /* Row by row, SIDE a row; not 0 is dark. */
    uint8_t modules[QR_SIDE_MAX * QR_SIDE_MAX];

    /* Where it is made: too large for a stack of the kernel. */
    uint8_t data[QR_CODEWORDS_MAX];
    uint8_t codewords[QR_CODEWORDS_MAX];
};

/* Makes CODE the smallest code that holds the SIZE bytes of TEXT, or the first
 * QR_BYTES_MAX of them when there are more. */
void qr_code_make(struct qr_code *code, const char *text, size_t size);
