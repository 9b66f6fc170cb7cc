/* Page tables of a process, read: see tables.h. */
#include "user/see/tables.h"

#include "kernel/abi/pagemap.h"
#include "user/lib/format.h"
#include "user/lib/linux.h"
#include "user/lib/string.h"

#define PATH_SIZE 64

/* The walks to COUNT pages from ADDRESS on. Returns how many there are. */
static unsigned read_walks(int file, uint64_t *walks, unsigned count,
                           uint64_t address)
{
    long size = __syscall4(SYS(pread64), file, (long)walks,
                           (long)(count * PAGEWALK_UNIT),
                           (long)(address / PAGE_SIZE * PAGEWALK_UNIT));
    return size > 0 ? (unsigned)size / PAGEWALK_UNIT : 0;
}

/* Of a pt's entries the walks stand one behind the other. */
static void read_pt(struct table_sight *sight, int file, uint64_t start)
{
    static uint64_t walks[TABLE_ENTRIES][TABLE_LEVELS];
    unsigned count = read_walks(file, walks[0], TABLE_ENTRIES, start);

    for (unsigned i = 0; i < count; i++) {
        sight->entries[i] = walks[i][TABLE_LEVELS - 1];
    }
    sight->entry_count = count;
}

static void read_table(struct table_sight *sight, int file, uint64_t start,
                       unsigned level)
{
    uint64_t walk[TABLE_LEVELS];
    unsigned count = 0;

    while (count < TABLE_ENTRIES &&
           read_walks(file, walk, 1, start + count * table_span(level)) == 1) {
        sight->entries[count] = walk[TABLE_LEVELS - level];
        count++;
    }
    sight->entry_count = count;
}

void table_look(struct table_sight *sight, int pid, uint64_t address,
                unsigned level)
{
    char path[PATH_SIZE];
    uint64_t start = address & ~(table_span(level) * TABLE_ENTRIES - 1);

    memset(sight, 0, sizeof(*sight));
    sprint(path, sizeof(path), "/proc/%d/pagewalk", pid);
    long file = open_file(path);
    if (is_error(file)) {
        return;
    }
    sight->is_there = read_walks((int)file, sight->path, 1, address) == 1;
    if (level == 1) {
        read_pt(sight, (int)file, start);
    } else {
        read_table(sight, (int)file, start, level);
    }
    close((int)file);
}
