/* Between the two halves of QR codes: which bits, and where they are drawn. */
#pragma once

#include "kernel/report/qr_code.h"

/* How many codewords fit into VERSION, data and error correction together. */
unsigned qr_codeword_count(unsigned version);

/* Alignment patterns along one side of VERSION: their centres are at the places
 * CENTRES, which has room for QR_ALIGNMENTS_MAX. Returns how many. */
#define QR_ALIGNMENTS_MAX 5u
unsigned qr_alignments(unsigned version, unsigned centres[QR_ALIGNMENTS_MAX]);

/* Draws the code of VERSION from its codewords, qr_codeword_count of them. */
void qr_draw(struct qr_code *code, unsigned version);
