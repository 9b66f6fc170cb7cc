/* Areas: find, insert, remove, change. mm/area_tree.c keeps the order,
 * mm/area_merge.c decides what is merged, mm/area_gap.c finds free gaps. */
#include "mm/area.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/assert.h"
#include "mm/area_priv.h"
#include "mm/vma_pool.h"

/* What one operation takes at most: two pieces more than there were. */
#define RESERVED_NODES 2

void area_init(struct area_tree *tree)
{
    *tree = (struct area_tree){0};
}

int area_reserve(struct area_tree *tree)
{
    while (tree->spare_count < RESERVED_NODES) {
        struct vma *node = vma_alloc();
        if (node == NULL) {
            return -ENOMEM;
        }
        node->next = tree->spare;
        tree->spare = node;
        tree->spare_count++;
    }
    return 0;
}

static struct vma *take_node(struct area_tree *tree)
{
    struct vma *node = tree->spare;

    ASSERT(node != NULL);
    tree->spare = node->next;
    tree->spare_count--;
    return node;
}

static void give_node(struct area_tree *tree, struct vma *node)
{
    if (tree->spare_count == RESERVED_NODES) {
        vma_free(node);
        return;
    }
    node->next = tree->spare;
    tree->spare = node;
    tree->spare_count++;
}

void area_clear(struct area_tree *tree)
{
    struct vma *next;

    for (struct vma *area = tree->first; area != NULL; area = next) {
        next = area->next;
        if (area->file != NULL) {
            area_file_put(area->file);
        }
        vma_free(area);
    }
    while (tree->spare != NULL) {
        vma_free(take_node(tree));
    }
    area_init(tree);
}

/* Adds PAGES with FLAGS to the totals; 0 - n takes n away. */
static void account(struct area_tree *tree, uint32_t flags, uint64_t pages)
{
    tree->totals.pages += pages;
    if ((flags & AREA_GROWSDOWN) != 0) {
        tree->totals.stack += pages;
    } else if ((flags & (AREA_WRITE | AREA_SHARED)) == AREA_WRITE) {
        tree->totals.data += pages;
    }
    if ((flags & AREA_LOCKED) != 0) {
        tree->totals.locked += pages;
    }
}

static void account_range(struct area_tree *tree, uint32_t flags, uaddr_t start,
                          uaddr_t end)
{
    account(tree, flags, (end - start) >> PAGE_SHIFT);
}

static bool is_cached(const struct vma *cached, uaddr_t address)
{
    return cached != NULL && address < cached->end &&
           (address >= cached->start || cached->prev == NULL ||
            address >= cached->prev->end);
}

struct vma *area_find(struct area_tree *tree, uaddr_t address)
{
    if (is_cached(tree->cached, address)) {
        return tree->cached;
    }
    struct vma *found = NULL;
    struct vma *node = tree->root;

    while (node != NULL) {
        if (address < node->end) {
            found = node;
            node = node->child[LOWER];
        } else {
            node = node->child[HIGHER];
        }
    }
    tree->cached = found;
    return found;
}

struct vma *area_find_overlap(struct area_tree *tree, uaddr_t start,
                              uaddr_t end)
{
    struct vma *area = area_find(tree, start);
    return area != NULL && area->start < end ? area : NULL;
}

/* Moves the ends of an area in the tree, over free pages or back. */
static void set_start(struct vma *area, uaddr_t start)
{
    area->page_offset += start >> PAGE_SHIFT;
    area->page_offset -= area->start >> PAGE_SHIFT;
    area->start = start;
    area_tree_update_gap(area);
}

static void set_end(struct vma *area, uaddr_t end)
{
    area->end = end;
    area_tree_update_gap(area->next);
}

/* Links a new area like PIECE behind PREV. */
static struct vma *add_node(struct area_tree *tree, const struct vma *piece,
                            struct vma *prev)
{
    struct vma *area = take_node(tree);

    area->start = piece->start;
    area->end = piece->end;
    area->flags = piece->flags;
    area->page_offset = piece->page_offset;
    area->file = piece->file;
    area->anon = piece->anon;
    if (area->file != NULL) {
        area_file_get(area->file);
    }
    area_tree_link(tree, area, prev);
    return area;
}

static void drop_node(struct area_tree *tree, struct vma *area)
{
    area_tree_unlink(tree, area);
    if (area->file != NULL) {
        area_file_put(area->file);
    }
    give_node(tree, area);
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
        prev->anon = prev->anon != 0 ? prev->anon : next->anon;
        drop_node(tree, next);
        set_end(prev, end);
        return prev;
    case AREA_SIDE_PREV:
        set_end(prev, end);
        return prev;
    case AREA_SIDE_NEXT:
        set_start(next, piece->start);
        return next;
    case AREA_SIDE_NONE:
        break;
    }
    return add_node(tree, piece, prev);
}

static void check_range(uaddr_t start, uaddr_t end)
{
    ASSERT(is_aligned(start | end, PAGE_SIZE));
    ASSERT_CMP(start, <, end);
}

struct vma *area_insert(struct area_tree *tree, const struct vma *wanted,
                        enum area_join join)
{
    struct vma *next = area_find(tree, wanted->start);
    struct vma *prev = next == NULL ? tree->last : next->prev;

    check_range(wanted->start, wanted->end);
    ASSERT(next == NULL || wanted->end <= next->start);
    account_range(tree, wanted->flags, wanted->start, wanted->end);
    return fill(tree, wanted, prev, next,
                area_merge_sides(wanted, prev, next, join));
}

static bool cuts_in_two(const struct vma *area, uaddr_t start, uaddr_t end)
{
    return area != NULL && area->start < start && end < area->end;
}

int area_remove_check(struct area_tree *tree, uaddr_t start, uaddr_t end)
{
    if (tree->count < AREA_COUNT_MAX) {
        return 0;
    }
    return cuts_in_two(area_find(tree, start), start, end) ? -ENOMEM : 0;
}

/* The part of AREA in [start, end), as a piece with FLAGS. */
static struct vma part_of(const struct vma *area, uaddr_t start, uaddr_t end,
                          uint32_t flags)
{
    return (struct vma){
        .start = start,
        .end = end,
        .flags = flags,
        .page_offset =
            area->page_offset + ((start - area->start) >> PAGE_SHIFT),
        .file = area->file,
        .anon = area->anon,
    };
}

/* Cuts [start, end), which AREA contains, out of AREA.
 *
 *    AAAAAA    AAAAAA    AAAAAA    AAAAAA
 *    ******    ****        ****      **
 *                  AA    AA        AA  BB
 */
static void cut(struct area_tree *tree, struct vma *area, uaddr_t start,
                uaddr_t end)
{
    account(tree, area->flags, 0 - ((end - start) >> PAGE_SHIFT));
    if (start == area->start && end == area->end) {
        drop_node(tree, area);
        return;
    }
    if (start == area->start) {
        set_start(area, end);
        return;
    }
    if (end == area->end) {
        set_end(area, start);
        return;
    }
    struct vma rest = part_of(area, end, area->end, area->flags);
    set_end(area, start);
    add_node(tree, &rest, area);
}

void area_remove(struct area_tree *tree, uaddr_t start, uaddr_t end)
{
    struct vma *area = area_find(tree, start);

    check_range(start, end);
    while (area != NULL && area->start < end) {
        struct vma *next = area->next;
        cut(tree, area, MAX(start, area->start), MIN(end, area->end));
        area = next;
    }
}

static uint32_t splits_needed(const struct vma *area, uaddr_t start,
                              uaddr_t end)
{
    return (uint32_t)(area->start < start) + (uint32_t)(end < area->end);
}

/* Cuts PIECE out of AREA and puts it back with its new flags. The file is held
 * meanwhile, as AREA may be gone in between. */
static struct vma *recut(struct area_tree *tree, struct vma *area,
                         const struct vma *piece)
{
    struct vma *result;

    if (piece->file != NULL) {
        area_file_get(piece->file);
    }
    cut(tree, area, piece->start, piece->end);
    result = area_insert(tree, piece, AREA_JOIN_MOVE);
    if (piece->file != NULL) {
        area_file_put(piece->file);
    }
    return result;
}

int area_change(struct area_tree *tree, struct vma *area, uaddr_t start,
                uaddr_t end, uint32_t flags, struct vma **result)
{
    check_range(start, end);
    ASSERT(area->start <= start && end <= area->end);
    *result = area;
    if (flags == area->flags) {
        return 0;
    }
    struct vma piece = part_of(area, start, end, flags);
    uint32_t splits = splits_needed(area, start, end);

    if (area_merge_sides(&piece, area->prev, area->next, AREA_JOIN_MOVE) ==
        AREA_SIDE_NONE) {
        if (splits == 0) {
            account(tree, area->flags, 0 - area_pages(area));
            account(tree, flags, area_pages(area));
            area->flags = flags;
            return 0;
        }
        if (tree->count + splits > AREA_COUNT_MAX) {
            return -ENOMEM;
        }
    }
    *result = recut(tree, area, &piece);
    return 0;
}

struct vma *area_grow_up(struct area_tree *tree, struct vma *area, uaddr_t end)
{
    struct vma *next = area->next;
    struct vma piece = part_of(area, area->end, end, area->flags);
    enum area_sides sides =
        area_merge_sides(&piece, area, next, AREA_JOIN_MOVE);

    check_range(area->end, end);
    ASSERT(next == NULL || end <= next->start);
    account_range(tree, area->flags, area->end, end);
    return fill(tree, &piece, area, next, sides | AREA_SIDE_PREV);
}

void area_grow_down(struct area_tree *tree, struct vma *area, uaddr_t start)
{
    check_range(start, area->start);
    ASSERT(area->prev == NULL || area->prev->end <= start);
    account_range(tree, area->flags, start, area->start);
    set_start(area, start);
}

/* May A and B, in this order, share a number? They may differ in rights. */
static bool may_share_anon(const struct vma *a, const struct vma *b)
{
    return a != NULL && b != NULL && area_continues(a, b) &&
           ((a->flags ^ b->flags) & ~AREA_RIGHTS) == 0;
}

void area_touch(struct area_tree *tree, struct vma *area)
{
    if (area->anon != 0) {
        return;
    }
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
