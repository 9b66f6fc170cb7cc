/* What page-table entries mean: the pure part of tables.h. */
#include "user/lib/string.h"
#include "user/see/tables.h"

#define PAGE_SHIFT 12
#define INDEX_BITS 9

uint64_t table_span(unsigned level)
{
    return 1ull << (PAGE_SHIFT + INDEX_BITS * (level - 1));
}

unsigned table_index(uint64_t address, unsigned level)
{
    return (unsigned)(address / table_span(level) % TABLE_ENTRIES);
}

bool table_is_leaf(uint64_t entry, unsigned level)
{
    return entry != 0 && (level == 1 || (entry & ENTRY_LARGE) != 0);
}

uint64_t table_target(uint64_t entry, unsigned level)
{
    uint64_t inside = table_is_leaf(entry, level) ? table_span(level) - 1 : 0;

    return entry & ENTRY_ADDRESS & ~inside;
}

unsigned table_last_level(const uint64_t *path)
{
    unsigned level = TABLE_LEVELS;

    while (level > 1 && path[TABLE_LEVELS - level] != 0 &&
           !table_is_leaf(path[TABLE_LEVELS - level], level)) {
        level--;
    }
    return level;
}

/* SDM vol. 3A, 4.5.4. */
void table_bits(uint64_t entry, char *to, unsigned size)
{
    static const struct {
        unsigned number;
        const char *name;
    } bits[] = {
        {0, "present"}, {1, "write"}, {2, "user"},   {5, "accessed"},
        {6, "dirty"},   {7, "large"}, {8, "global"}, {63, "no-execute"},
    };
    unsigned used = 0;

    for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
        unsigned length = (unsigned)strlen(bits[i].name);
        bool is_set = (entry >> bits[i].number & 1) != 0;
        if (is_set && used + length + 1 < size) {
            memcpy(to + used, bits[i].name, length);
            to[used + length] = ' ';
            used += length + 1;
        }
    }
    to[used] = '\0';
}
