/* Areas: the tree. An AVL tree, threaded in address order, in which each area
 * knows the free gap below it and the largest such gap in its subtree.
 *
 * After a change two walks towards the root put things right again, and each
 * ends where nothing changes any more: repair_gaps, then repair_heights, which
 * rotates where the heights of two siblings differ by 2. A rotation does not
 * change which nodes a subtree has, and so not its largest gap.
 */
#include "mm/area_priv.h"

static uint32_t height_of(const struct vma *node)
{
    return node == NULL ? 0 : node->height;
}

static uint64_t max_gap_of(const struct vma *node)
{
    return node == NULL ? 0 : node->max_gap;
}

/* The largest gap of NODE's subtree, from those of its children. */
static uint64_t find_max_gap(const struct vma *node)
{
    uint64_t max_gap = MAX(max_gap_of(node->child[LOWER]), node->gap);

    return MAX(max_gap_of(node->child[HIGHER]), max_gap);
}

static void recompute(struct vma *node)
{
    node->height =
        1 + MAX(height_of(node->child[LOWER]), height_of(node->child[HIGHER]));
    node->max_gap = find_max_gap(node);
}

/* Has PARENT (or the tree, if NULL) point to NEW where it pointed to OLD. */
static void replace_child(struct area_tree *tree, struct vma *parent,
                          const struct vma *old, struct vma *new)
{
    if (parent == NULL) {
        tree->root = new;
    } else {
        parent->child[parent->child[HIGHER] == old] = new;
    }
    if (new != NULL) {
        new->parent = parent;
    }
}

static void set_child(struct vma *parent, int side, struct vma *child)
{
    parent->child[side] = child;
    if (child != NULL) {
        child->parent = parent;
    }
}

/* Lifts the child R on SIDE above NODE; drawn for SIDE = HIGHER. Returns R.
 *
 *     N               R
 *    / \             / \
 *   a   R    ->     N   c
 *      / \         / \
 *     b   c       a   b
 */
static struct vma *rotate(struct area_tree *tree, struct vma *node, int side)
{
    struct vma *risen = node->child[side];

    replace_child(tree, node->parent, node, risen);
    set_child(node, side, risen->child[!side]);
    set_child(risen, !side, node);
    recompute(node);
    recompute(risen);
    return risen;
}

/* The child on SIDE of NODE is higher than its sibling by 2. Returns the new
 * root of the subtree. */
static struct vma *rebalance(struct area_tree *tree, struct vma *node, int side)
{
    struct vma *child = node->child[side];

    if (height_of(child->child[!side]) > height_of(child->child[side])) {
        rotate(tree, child, !side);
    }
    return rotate(tree, node, side);
}

/* Makes the largest gaps of NODE and all above it right again. One that grew
 * needs no look at other children, up to where it is not the largest. */
static void repair_gaps(struct vma *node)
{
    while (node != NULL) {
        uint64_t max_gap = find_max_gap(node);

        if (max_gap == node->max_gap) {
            return;
        }
        do {
            node->max_gap = max_gap;
            node = node->parent;
        } while (node != NULL && node->max_gap < max_gap);
    }
}

/* Makes the heights of NODE and all above it right again. */
static void repair_heights(struct area_tree *tree, struct vma *node)
{
    while (node != NULL) {
        uint32_t height = node->height;
        uint32_t lower = height_of(node->child[LOWER]);
        uint32_t higher = height_of(node->child[HIGHER]);

        if (lower > higher + 1) {
            node = rebalance(tree, node, LOWER);
        } else if (higher > lower + 1) {
            node = rebalance(tree, node, HIGHER);
        } else {
            node->height = 1 + MAX(lower, higher);
        }
        if (node->height == height) {
            return;
        }
        node = node->parent;
    }
}

/* The children of DEEPEST and the gap of NEXT, which is DEEPEST or above it,
 * have changed. */
static void repair(struct area_tree *tree, struct vma *deepest,
                   struct vma *next)
{
    repair_gaps(deepest);
    if (next != deepest) {
        repair_gaps(next);
    }
    repair_heights(tree, deepest);
}

void area_tree_update_gap(struct vma *area)
{
    if (area != NULL) {
        area->gap = area_gap_below(area);
        repair_gaps(area);
    }
}

/* Puts AREA between PREV and the next area, and sets the gaps of both. */
static void list_insert(struct area_tree *tree, struct vma *area,
                        struct vma *prev)
{
    struct vma *next = prev == NULL ? tree->first : prev->next;

    area->prev = prev;
    area->next = next;
    *(prev == NULL ? &tree->first : &prev->next) = area;
    area->gap = area_gap_below(area);
    if (next == NULL) {
        tree->last = area;
        return;
    }
    next->prev = area;
    next->gap = area_gap_below(next);
}

static void list_remove(struct area_tree *tree, struct vma *area)
{
    struct vma *next = area->next;

    *(area->prev == NULL ? &tree->first : &area->prev->next) = next;
    if (next == NULL) {
        tree->last = area->prev;
        return;
    }
    next->prev = area->prev;
    next->gap = area_gap_below(next);
}

/* Of two neighbours in address order, one is below the other in the tree, and
 * has no child on the side of the other: there is the place between them. */
void area_tree_link(struct area_tree *tree, struct vma *area, struct vma *prev)
{
    list_insert(tree, area, prev);
    struct vma *parent = NULL;

    if (prev != NULL && prev->child[HIGHER] == NULL) {
        parent = prev;
        prev->child[HIGHER] = area;
    } else if (area->next != NULL) {
        parent = area->next;
        parent->child[LOWER] = area;
    } else {
        tree->root = area;
    }
    area->parent = parent;
    area->child[LOWER] = NULL;
    area->child[HIGHER] = NULL;
    area->height = 1;
    area->max_gap = area->gap;
    repair(tree, parent, area->next);
    tree->count++;
}

/* Puts the next area, which is the lowest below AREA's higher child, into
 * AREA's place. Returns the deepest node whose children changed. */
static struct vma *replace_by_next(struct area_tree *tree, struct vma *area)
{
    struct vma *next = area->next;
    struct vma *deepest = next;

    if (next != area->child[HIGHER]) {
        deepest = next->parent;
        set_child(deepest, LOWER, next->child[HIGHER]);
        set_child(next, HIGHER, area->child[HIGHER]);
    }
    set_child(next, LOWER, area->child[LOWER]);
    next->height = area->height;
    next->max_gap = area->max_gap;
    replace_child(tree, area->parent, area, next);
    return deepest;
}

void area_tree_unlink(struct area_tree *tree, struct vma *area)
{
    struct vma *deepest = area->parent;

    if (area->child[LOWER] == NULL) {
        replace_child(tree, deepest, area, area->child[HIGHER]);
    } else if (area->child[HIGHER] == NULL) {
        replace_child(tree, deepest, area, area->child[LOWER]);
    } else {
        deepest = replace_by_next(tree, area);
    }
    list_remove(tree, area);
    repair(tree, deepest, area->next);
    if (tree->cached == area) {
        tree->cached = area->next;
    }
    tree->count--;
}

/* Is AREA the first that ends above ADDRESS? */
static bool is_found(const struct vma *area, uaddr_t address)
{
    return area != NULL && address < area->end &&
           (address >= area->start || area->prev == NULL ||
            address >= area->prev->end);
}

static struct vma *search(struct vma *node, uaddr_t address)
{
    struct vma *found = NULL;

    while (node != NULL) {
        if (address < node->end) {
            found = node;
            node = node->child[LOWER];
        } else {
            node = node->child[HIGHER];
        }
    }
    return found;
}

/* The last area is tried too: it is the stack, and placement asks for it. */
struct vma *area_find(struct area_tree *tree, uaddr_t address)
{
    if (is_found(tree->cached, address)) {
        return tree->cached;
    }
    if (is_found(tree->last, address)) {
        return tree->last;
    }
    struct vma *found = search(tree->root, address);
    if (found != NULL) {
        tree->cached = found;
    }
    return found;
}
