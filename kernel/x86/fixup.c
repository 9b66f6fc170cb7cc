/* The table of instructions that may fault: a handful, so a scan will do. */
#include "kernel/x86/fixup.h"

struct fixup {
    uint64_t from;
    uint64_t to;
};

/* linker.ld */
extern const struct fixup fixups_start[], fixups_end[];

uint64_t fixup_find(uint64_t rip)
{
    for (const struct fixup *f = fixups_start; f < fixups_end; f++) {
        if (f->from == rip) {
            return f->to;
        }
    }
    return 0;
}
