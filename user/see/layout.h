/* What goes where, and how much a letter stands for. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The first view, from the top:
 *
 *     title
 *     the byte map: map_rows rows, each with its address
 *     what is chosen, in words; two rows of letters' meanings
 *     processes: their head, and process_rows
 *     history: history_rows for each of its curves
 *     the program's last line; the keys
 */
struct layout {
    unsigned map_row;
    unsigned map_rows;
    unsigned map_columns; /* letters in a row, a power of two */
    size_t share;         /* large pages that a letter stands for, so, too */
    unsigned detail_row;
    unsigned legend_row;
    unsigned process_row; /* the head's */
    unsigned process_rows;
    unsigned history_row;
    unsigned history_rows;
    unsigned program_row;
    unsigned key_row;
};

/* Columns that the addresses before a row take: "0x0123456789 ". */
#define ADDRESS_COLUMNS 13

/* Curves of the history. */
#define CURVES          4

/* The least that there is room for; smaller terminals show the upper left. */
#define COLUMNS_MIN     40u
#define ROWS_MIN        20u

/* For a terminal of that size and PAGES large pages. The map shows all. */
struct layout layout_of(unsigned columns, unsigned rows, size_t pages);

/* A row of 512 frames or entries: the greatest power of two that fits. */
unsigned layout_grid_columns(unsigned columns);

/* How many of COLUMNS stand for PART of ALL: 0 for nothing, else 1 at least. */
unsigned layout_scale(uint64_t part, uint64_t all, unsigned columns);
