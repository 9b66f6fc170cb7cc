/* Areas: insert, remove, grow, touch. Beside it, mm/area_change.c gives areas
 * new flags and mm/area_gap.c finds free gaps; below it, mm/area_merge.c
 * decides what is merged, mm/area_piece.c does the steps that all of these are
 * made of, and mm/area_tree.c keeps the order. */
#include "mm/area.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/lib.h"
#include "mm/area_priv.h"

int32_t area_count_max = AREA_COUNT_MAX;

static_assert(AREA_READ == PROT_READ && AREA_WRITE == PROT_WRITE &&
                  AREA_EXEC == PROT_EXEC,
              "rights are passed on as they come");

void area_init(struct area_tree *tree)
{
    *tree = (struct area_tree){0};
}

/* Fills the free range of PIECE between PREV and NEXT.
 *
 *    PPPP**NNNN   *: the piece
 *    PPPPPPPPPP   both sides
 *    PPPPPPNNNN   the previous side
 *    PPPPNNNNNN   the next side
 *    PPPPAANNNN   neither
 */
static struct vma *fill(struct area_tree *tree, const struct vma *piece,
                        struct vma *prev, struct vma *next,
                        enum area_sides sides)
{
    uaddr_t end = piece->end;

    switch (sides) {
    case AREA_SIDE_BOTH:
        end = next->end;
        prev->anon = MAX(prev->anon, next->anon);
        area_node_drop(tree, next);
        area_set_end(prev, end);
        return prev;
    case AREA_SIDE_PREV:
        area_set_end(prev, end);
        return prev;
    case AREA_SIDE_NEXT:
        area_set_start(next, piece->start);
        return next;
    case AREA_SIDE_NONE:
        break;
    }
    return area_node_add(tree, piece, prev);
}

struct vma *area_insert(struct area_tree *tree, const struct vma *wanted,
                        enum area_join join)
{
    struct vma *next = area_find(tree, wanted->start);
    struct vma *prev = next == NULL ? tree->last : next->prev;

    area_check_range(wanted->start, wanted->end);
    ASSERT(next == NULL || wanted->end <= next->start);
    area_account(tree, wanted->flags, area_pages(wanted));
    tree->cached = fill(tree, wanted, prev, next,
                        area_merge_sides(wanted, prev, next, join));
    return tree->cached;
}

static bool cuts_in_two(const struct vma *area, uaddr_t start, uaddr_t end)
{
    return area != NULL && area->start < start && end < area->end;
}

int area_remove_check(struct area_tree *tree, uaddr_t start, uaddr_t end)
{
    if (area_room(tree) > 0) {
        return 0;
    }
    return cuts_in_two(area_find(tree, start), start, end) ? -ENOMEM : 0;
}

/* Cuts [start, end), which AREA contains, out of AREA. Returns the area that
 * follows.
 *
 *    AAAAAA    AAAAAA    AAAAAA    AAAAAA
 *    ******    ****        ****      **
 *                  AA    AA        AA  BB
 */
static struct vma *cut(struct area_tree *tree, struct vma *area, uaddr_t start,
                       uaddr_t end)
{
    struct vma *next = area->next;

    area_account(tree, area->flags, 0 - ((end - start) >> PAGE_SHIFT));
    if (start == area->start && end == area->end) {
        area_node_drop(tree, area);
        return next;
    }
    if (start == area->start) {
        area_set_start(area, end);
        return area;
    }
    if (end < area->end) {
        next = area_split(tree, area, end);
    }
    area_set_end(area, start);
    return next;
}

struct vma *area_remove(struct area_tree *tree, uaddr_t start, uaddr_t end)
{
    struct vma *area = area_find(tree, start);

    area_check_range(start, end);
    if (tree->totals.pages > tree->peak_pages) {
        tree->peak_pages = tree->totals.pages;
    }
    while (area != NULL && area->start < end) {
        area = cut(tree, area, MAX(start, area->start), MIN(end, area->end));
    }
    return area;
}

struct vma *area_grow_up(struct area_tree *tree, struct vma *area, uaddr_t end)
{
    struct vma *next = area->next;
    struct vma piece = area_part(area, area->end, end, area->flags);
    enum area_sides sides =
        area_merge_sides(&piece, area, next, AREA_JOIN_MOVE);

    area_check_range(area->end, end);
    ASSERT(next == NULL || end <= next->start);
    area_account(tree, area->flags, area_pages(&piece));
    return fill(tree, &piece, area, next, sides | AREA_SIDE_PREV);
}

void area_grow_down(struct area_tree *tree, struct vma *area, uaddr_t start)
{
    area_check_range(start, area->start);
    ASSERT(area->prev == NULL || area->prev->end <= start);
    area_account(tree, area->flags, (area->start - start) >> PAGE_SHIFT);
    area_set_start(area, start);
}

/* May A and B, in this order, share a number? They may differ in rights. */
static bool may_share_anon(const struct vma *a, const struct vma *b)
{
    return a != NULL && b != NULL && area_continues(a, b) &&
           ((a->anon | b->anon) & AREA_INHERITED) == 0 &&
           area_flags_match(a->flags, b->flags, AREA_RIGHTS);
}

void area_touch_first(struct area_tree *tree, struct vma *area)
{
    ASSERT(area->anon == 0);
    if (may_share_anon(area, area->next)) {
        area->anon = area->next->anon;
    }
    if (area->anon == 0 && may_share_anon(area->prev, area)) {
        area->anon = area->prev->anon;
    }
    if (area->anon == 0) {
        area->anon = ++tree->last_anon;
    }
}

void area_inherit(struct area_tree *tree, const struct vma *area)
{
    const uint32_t own = AREA_LOCKED | AREA_LOCK_ON_FAULT | AREA_HUGE_OWNER;
    uint32_t flags = area->flags & ~own;
    struct vma piece = area_part(area, area->start, area->end, flags);
    bool has_memory = area->anon != 0 && (flags & AREA_WIPEONFORK) == 0;

    ASSERT(tree->last == NULL || tree->last->end <= area->start);
    piece.anon = has_memory ? ++tree->last_anon | AREA_INHERITED : 0;
    area_account(tree, flags, area_pages(&piece));
    tree->cached = area_node_add(tree, &piece, tree->last);
}
