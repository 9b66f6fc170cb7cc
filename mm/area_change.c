/* Areas: new flags for a part of one, as mprotect, mlock and madvise give them;
 * and a part that stays behind when its pages move away. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/area_priv.h"

/* The boundary between neighbours that touch moves up, or down, to AT. An area
 * that has no pages left is dropped.
 *
 *    LLLLUUUU -> LLLLLLUU
 */
static void shift_up(struct area_tree *tree, struct vma *lower,
                     struct vma *upper, uaddr_t at)
{
    lower->end = at;
    if (at == upper->end) {
        area_node_drop(tree, upper);
        return;
    }
    upper->page_offset += (at - upper->start) >> PAGE_SHIFT;
    upper->start = at;
}

static void shift_down(struct area_tree *tree, struct vma *lower,
                       struct vma *upper, uaddr_t at)
{
    upper->page_offset -= (upper->start - at) >> PAGE_SHIFT;
    upper->start = at;
    lower->end = at;
    if (at == lower->start) {
        area_node_drop(tree, lower);
    }
}

struct vma *area_isolate(struct area_tree *tree, struct vma *area,
                         uaddr_t start, uaddr_t end)
{
    if (area->start < start) {
        area = area_split(tree, area, start);
    }
    if (end < area->end) {
        area_split(tree, area, end);
    }
    return area;
}

/* Merges PIECE, a part of AREA, with the neighbours of AREA on SIDES, or makes
 * it an area of its own. The numbers are those in Linux's vma_merge.
 *
 *    PPPPAA**NNNN   PPPP**AANNNN   PPPP****NNNN
 *    PPPPAANNNNNN   PPPPPPAANNNN   PPPPPPPPPPPP   6, both sides
 *          4              5        PPPPPPPPNNNN   7, the previous side
 *                                  PPPPNNNNNNNN   8, the next side
 */
static struct vma *recut(struct area_tree *tree, struct vma *area,
                         const struct vma *piece, enum area_sides sides)
{
    struct vma *prev = area->prev;
    struct vma *next = area->next;

    switch (sides) {
    case AREA_SIDE_BOTH:
        prev->anon = MAX(prev->anon, next->anon);
        shift_up(tree, prev, area, piece->end);
        shift_up(tree, prev, next, next->end);
        return prev;
    case AREA_SIDE_PREV:
        shift_up(tree, prev, area, piece->end);
        return prev;
    case AREA_SIDE_NEXT:
        shift_down(tree, area, next, piece->start);
        return next;
    case AREA_SIDE_NONE:
        break;
    }
    area = area_isolate(tree, area, piece->start, piece->end);
    area->flags = piece->flags;
    return area;
}

static uint32_t splits_needed(const struct vma *area, uaddr_t start,
                              uaddr_t end)
{
    return (uint32_t)(area->start < start) + (uint32_t)(end < area->end);
}

int area_change(struct area_tree *tree, struct vma *area, uaddr_t start,
                uaddr_t end, uint32_t flags, struct vma **result)
{
    area_check_range(start, end);
    ASSERT(area->start <= start && end <= area->end);
    *result = area;
    if (flags == area->flags) {
        return 0;
    }
    struct vma piece = area_part(area, start, end, flags);
    enum area_sides sides =
        area_merge_sides(&piece, area->prev, area->next, AREA_JOIN_MOVE);

    uint32_t splits = splits_needed(area, start, end);

    if (sides == AREA_SIDE_NONE && splits != 0 && area_room(tree) < splits) {
        if (area_room(tree) > 0) {
            area_split(tree, area, start);
        }
        return -ENOMEM;
    }
    area_account(tree, area->flags, 0 - area_pages(&piece));
    area_account(tree, flags, area_pages(&piece));
    tree->cached = recut(tree, area, &piece, sides);
    *result = tree->cached;
    return 0;
}

void area_cut(struct area_tree *tree, uaddr_t address)
{
    struct vma *area = area_find(tree, address);

    if (area != NULL && area->start < address) {
        area_split(tree, area, address);
    }
}

void area_vacate(struct area_tree *tree, struct vma *area, uaddr_t start,
                 uaddr_t end)
{
    bool is_all = area->start == start && area->end == end;

    if ((area->flags & AREA_LOCKED) != 0) {
        ASSERT(is_all);
        area_account(tree, area->flags, 0 - area_pages(area));
        area->flags &= ~(AREA_LOCKED | AREA_LOCK_ON_FAULT);
        area_account(tree, area->flags, area_pages(area));
    }
    if (!is_all) {
        return;
    }
    area->anon = 0;
    if (area->file == NULL) {
        area->page_offset = start >> PAGE_SHIFT;
    }
}
