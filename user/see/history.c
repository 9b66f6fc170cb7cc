/* How numbers went: see history.h. */
#include "user/see/history.h"

#include "user/see/canvas.h"
#include "user/see/layout.h"

#define HALVES 2 /* that a row has */

void history_add(struct history *history, uint64_t value)
{
    history->values[history->next] = value;
    history->next = (history->next + 1) % HISTORY_MAX;
    history->count += history->count < HISTORY_MAX ? 1 : 0;
}

uint64_t history_at(const struct history *history, unsigned age)
{
    if (age >= history->count) {
        return 0;
    }
    return history
        ->values[(history->next + HISTORY_MAX - 1 - age) % HISTORY_MAX];
}

uint64_t history_most(const struct history *history, unsigned count)
{
    uint64_t most = 0;

    for (unsigned age = 0; age < count; age++) {
        uint64_t value = history_at(history, age);
        most = value > most ? value : most;
    }
    return most;
}

uint16_t history_bar(uint64_t value, uint64_t most, unsigned row, unsigned rows)
{
    /* In quarters of a row, the first of which is a line. */
    unsigned quarters = layout_scale(value, most, 2 * HALVES * rows);
    unsigned halves = quarters / HALVES;

    if (halves >= HALVES * (row + 1)) {
        return FULL_BLOCK;
    }
    if (halves == HALVES * row + 1) {
        return HALF_BLOCK;
    }
    return row == 0 && quarters > 0 ? '_' : ' ';
}
