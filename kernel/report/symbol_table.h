/* The table that kernel/report/symbols.awk makes of the linked kernel. */
#pragma once

#include "kernel/lib.h"

/* In ascending order of addresses. */
struct symbol {
    uint32_t address; /* its low half: the image lies in the last 2 GiB */
    uint32_t name;    /* where it begins in symbol_names */
};

extern const uint32_t symbol_count;
extern const struct symbol symbol_table[];
extern const char symbol_names[]; /* one after the other, each ended by 0 */
