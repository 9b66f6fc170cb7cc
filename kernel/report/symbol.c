/* The table of the kernel's functions: kernel/report/symbols.awk makes it. */
#include "kernel/report/symbol.h"

#include "kernel/report/symbol_table.h"

/* linker.ld */
extern char text_start[], text_end[];

const char *symbol_find(uint64_t address, uint64_t *offset)
{
    uint32_t low = 0;
    uint32_t high = symbol_count;

    if (address < (uintptr_t)text_start || address >= (uintptr_t)text_end) {
        return NULL;
    }
    /* The last entry at or below ADDRESS is before HIGH, not before LOW. */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (symbol_table[middle].address <= (uint32_t)address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return NULL;
    }
    *offset = (uint32_t)address - symbol_table[low - 1].address;
    return symbol_names + symbol_table[low - 1].name;
}
