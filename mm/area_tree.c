/* Areas: the tree. An AVL tree, threaded in address order, in which each area
 * knows the free gap below it and the largest such gap in its subtree.
 *
 * Every change ends in one walk towards the root, `repair`, that recomputes
 * heights and gaps, rotates where the heights of two siblings differ by 2, and
 * stops where nothing changed.
 */
#include "mm/area_priv.h"

static uint32_t height_of(const struct vma *node)
{
    return node == NULL ? 0 : node->height;
}

/* Takes height and largest gap from the children. */
static void recompute(struct vma *node)
{
    const struct vma *lower = node->child[LOWER];
    const struct vma *higher = node->child[HIGHER];
    uint32_t height = 0;
    uint64_t max_gap = node->gap;

    if (lower != NULL) {
        height = lower->height;
        max_gap = MAX(max_gap, lower->max_gap);
    }
    if (higher != NULL) {
        height = MAX(height, higher->height);
        max_gap = MAX(max_gap, higher->max_gap);
    }
    node->height = height + 1;
    node->max_gap = max_gap;
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

/* Makes NODE and all above it right again after a change below or at NODE. */
static void repair(struct area_tree *tree, struct vma *node)
{
    while (node != NULL) {
        uint32_t height = node->height;
        uint64_t max_gap = node->max_gap;
        uint32_t lower = height_of(node->child[LOWER]);
        uint32_t higher = height_of(node->child[HIGHER]);

        if (lower > higher + 1) {
            node = rebalance(tree, node, LOWER);
        } else if (higher > lower + 1) {
            node = rebalance(tree, node, HIGHER);
        } else {
            recompute(node);
        }
        if (node->height == height && node->max_gap == max_gap) {
            return;
        }
        node = node->parent;
    }
}

static void set_gap(struct vma *area)
{
    area->gap = area->start - (area->prev == NULL ? 0 : area->prev->end);
}

void area_tree_update_gap(struct vma *area)
{
    if (area == NULL) {
        return;
    }
    set_gap(area);
    while (area != NULL) {
        uint64_t max_gap = area->max_gap;

        recompute(area);
        if (area->max_gap == max_gap) {
            return;
        }
        area = area->parent;
    }
}

static void list_insert(struct area_tree *tree, struct vma *area,
                        struct vma *prev)
{
    struct vma *next = prev == NULL ? tree->first : prev->next;

    area->prev = prev;
    area->next = next;
    *(prev == NULL ? &tree->first : &prev->next) = area;
    *(next == NULL ? &tree->last : &next->prev) = area;
}

static void list_remove(struct area_tree *tree, struct vma *area)
{
    *(area->prev == NULL ? &tree->first : &area->prev->next) = area->next;
    *(area->next == NULL ? &tree->last : &area->next->prev) = area->prev;
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
    set_gap(area);
    area->max_gap = area->gap;
    repair(tree, parent);
    area_tree_update_gap(area->next);
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
    repair(tree, deepest);
    area_tree_update_gap(area->next);
    if (tree->cached == area) {
        tree->cached = area->next;
    }
    tree->count--;
}
