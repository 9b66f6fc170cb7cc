/* A program's code in memory before it runs, for a debugger that looks on from
 * outside (gdb=qemu). A breakpoint on a page that nothing has touched yet would
 * stop twice: before the page fault, and behind it. Its pages are its own, for
 * a debugger may write breakpoints into them. */
#include "kernel/gdb/machine.h"
#include "mm/aspace.h"

static bool is_code(const struct vma *area)
{
    return area->file != NULL && (area->flags & AREA_EXEC) != 0;
}

/* Without memory, or behind the end of the file, the page stays as it is: the
 * program will find out. */
static void touch(struct aspace *aspace, const struct vma *area)
{
    for (uaddr_t at = area->start; at < area->end; at += PAGE_SIZE) {
        if (aspace_own(aspace, at) != 0) {
            return;
        }
    }
}

void code_load(struct aspace *aspace)
{
    uaddr_t at = 0;
    const struct vma *area;

    while ((area = area_find_overlap(&aspace->areas, at, USER_END_64)) !=
           NULL) {
        if (is_code(area)) {
            touch(aspace, area);
        }
        at = area->end;
    }
}
