/* How numbers went: a ring of the last of them, drawn as bars. Pure. */
#pragma once

#include <stdint.h>

#define HISTORY_MAX 240 /* as many as the widest screen shows */

struct history {
    uint64_t values[HISTORY_MAX];
    unsigned next;
    unsigned count;
};

void history_add(struct history *history, uint64_t value);

/* The value that is AGE older than the newest, or 0 when there is none. */
uint64_t history_at(const struct history *history, unsigned age);

/* The largest of the newest COUNT. */
uint64_t history_most(const struct history *history, unsigned count);

/* The character of a bar for VALUE, where MOST fills it, in the row ROW of
 * ROWS, counted from the lowest: blank, half or full; a line at the bottom is
 * for what is more than nothing and less than half. */
uint16_t history_bar(uint64_t value, uint64_t most, unsigned row,
                     unsigned rows);
