/* What is given back when memory runs out, before anybody is refused: what is
 * kept for next time, and pages of files that can be read again.
 *
 * Any allocation of a frame may come here. So whoever holds on to what a leaf
 * or an object's tree said looks again after it has allocated; leaves may have
 * become empty, but page tables stay.
 */
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/kernel_map.h"
#include "mm/object.h"
#include "mm/page_table.h"

/* Frames of objects that are freed at once. */
#define BATCH    256ul

/* So many stay: an instruction needs a few pages at once, and would never get
 * them if each took the place of another. */
#define KEPT_MIN 32

static size_t reclaim_files(void)
{
    uint64_t clean = object_totals.clean;

    return clean > KEPT_MIN ? object_reclaim(MIN(clean - KEPT_MIN, BATCH)) : 0;
}

bool frame_reclaim(void)
{
    size_t spares = page_table_free_spares() + kernel_stack_free_spares();

    return spares > 0 || reclaim_files() > 0;
}
