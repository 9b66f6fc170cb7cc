/* Areas: the tree. A weak AVL tree (Haeupler, Sen and Tarjan, "Rank-Balanced
 * Trees"), threaded in address order, in which each area knows the free gap
 * below it and the largest such gap in its subtree.
 *
 * A node's rank is 1 or 2 more than that of each child; a missing child has
 * rank 0 and a leaf rank 1. So the tree is never higher than 2 log2(n), as an
 * AVL tree if nothing is ever taken out; but a place that is filled and emptied
 * again and again, as programs do it, needs no work up to the root each time.
 */
#include "mm/area_priv.h"

static uint32_t rank_of(const struct vma *node)
{
    return node == NULL ? 0 : node->rank;
}

/* How much higher NODE's rank is than that of its child on SIDE. */
static uint32_t rank_step(const struct vma *node, int side)
{
    return node->rank - rank_of(node->child[side]);
}

static bool is_leaf(const struct vma *node)
{
    return node->child[LOWER] == NULL && node->child[HIGHER] == NULL;
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

/* Lifts the child R on SIDE above NODE; drawn for SIDE = HIGHER. Ranks stay.
 *
 *     N               R
 *    / \             / \
 *   a   R    ->     N   c
 *      / \         / \
 *     b   c       a   b
 */
static void rotate(struct area_tree *tree, struct vma *node, int side)
{
    struct vma *risen = node->child[side];

    ASSERT(risen != NULL && risen->parent == node);
    replace_child(tree, node->parent, node, risen);
    set_child(node, side, risen->child[!side]);
    set_child(risen, !side, node);
    risen->max_gap = node->max_gap;
    node->max_gap = find_max_gap(node);
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

/* NODE has risen to the rank of its parent, whose other child is 2 lower. */
static void lift(struct area_tree *tree, struct vma *node, int side)
{
    struct vma *parent = node->parent;
    struct vma *inner = node->child[!side];

    ASSERT(parent->child[side] == node && parent->rank == node->rank);
    ASSERT_CMP(rank_step(parent, !side), ==, 2u);
    if (rank_step(node, !side) == 1) {
        rotate(tree, node, !side);
        inner->rank++;
        node->rank--;
    }
    rotate(tree, parent, side);
    parent->rank--;
}

/* NODE is new. Where a node has the rank of its parent, the parent rises too,
 * unless that would leave it 3 above its other child: then one lift ends it. */
static void balance_after_link(struct area_tree *tree, struct vma *node)
{
    struct vma *parent = node->parent;

    while (parent != NULL && parent->rank == node->rank) {
        int side = parent->child[HIGHER] == node;
        if (rank_step(parent, !side) == 2) {
            lift(tree, node, side);
            return;
        }
        parent->rank++;
        node = parent;
        parent = node->parent;
    }
}

/* The child of NODE on SIDE is 3 lower, the other, HEAVY, only 1. */
static void sink(struct area_tree *tree, struct vma *node, int side)
{
    struct vma *heavy = node->child[!side];
    struct vma *inner = heavy->child[side];

    ASSERT(rank_step(node, side) == 3 && rank_step(node, !side) == 1);
    if (rank_step(heavy, !side) == 1) {
        rotate(tree, node, !side);
        heavy->rank++;
        node->rank -= is_leaf(node) ? 2 : 1;
        return;
    }
    rotate(tree, heavy, side);
    rotate(tree, node, !side);
    inner->rank += 2;
    heavy->rank--;
    node->rank -= 2;
}

/* NODE has lost a child or some of its child's rank. It falls where it is a
 * leaf of rank 2, or 3 above a child and then either 2 above the other or with
 * the other falling too; else one sink ends it. */
static void balance_after_unlink(struct area_tree *tree, struct vma *node)
{
    for (; node != NULL; node = node->parent) {
        if (is_leaf(node) && node->rank == 2) {
            node->rank = 1;
            continue;
        }
        int side = rank_step(node, LOWER) == 3 ? LOWER : HIGHER;
        struct vma *other = node->child[!side];

        if (rank_step(node, side) < 3) {
            return;
        }
        ASSERT_CMP(rank_step(node, side), ==, 3u);
        if (rank_step(node, !side) == 1) {
            ASSERT(other != NULL);
            if (rank_step(other, LOWER) == 1 || rank_step(other, HIGHER) == 1) {
                sink(tree, node, side);
                return;
            }
            other->rank--;
        }
        node->rank--;
    }
}

/* The children of DEEPEST and the gap of NEXT, which is DEEPEST or above it,
 * have changed. */
static void repair_gaps_of(struct vma *deepest, struct vma *next)
{
    repair_gaps(deepest);
    if (next != deepest) {
        repair_gaps(next);
    }
}

void area_tree_update_gap(struct vma *area)
{
    if (area == NULL || area->gap == area_gap_below(area)) {
        return;
    }
    area->gap = area_gap_below(area);
    repair_gaps(area);
}

/* Puts AREA between PREV and the next area, and sets the gaps of both. */
static void chain_insert(struct area_tree *tree, struct vma *area,
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

static void chain_remove(struct area_tree *tree, struct vma *area)
{
    struct vma *next = area->next;

    ASSERT(next == NULL || next->prev == area);
    ASSERT(next != NULL || tree->last == area);
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
    chain_insert(tree, area, prev);
    struct vma *parent = NULL;

    if (prev != NULL && prev->child[HIGHER] == NULL) {
        parent = prev;
        prev->child[HIGHER] = area;
    } else if (area->next != NULL) {
        parent = area->next;
        parent->child[LOWER] = area;
    } else {
        ASSERT(tree->root == NULL && prev == NULL);
        tree->root = area;
    }
    area->parent = parent;
    area->child[LOWER] = NULL;
    area->child[HIGHER] = NULL;
    area->rank = 1;
    area->max_gap = area->gap;
    repair_gaps_of(parent, area->next);
    balance_after_link(tree, area);
    tree->count++;
}

/* Puts the next area, which is the lowest below AREA's higher child, into
 * AREA's place. Returns the deepest node whose children changed. */
static struct vma *replace_by_next(struct area_tree *tree, struct vma *area)
{
    struct vma *next = area->next;
    struct vma *deepest = next;

    ASSERT(next->child[LOWER] == NULL && area->end <= next->start);
    if (next != area->child[HIGHER]) {
        deepest = next->parent;
        set_child(deepest, LOWER, next->child[HIGHER]);
        set_child(next, HIGHER, area->child[HIGHER]);
    }
    set_child(next, LOWER, area->child[LOWER]);
    next->rank = area->rank;
    next->max_gap = area->max_gap;
    replace_child(tree, area->parent, area, next);
    return deepest;
}

void area_tree_unlink(struct area_tree *tree, struct vma *area)
{
    struct vma *deepest = area->parent;

    ASSERT_CMP(tree->count, >, 0u);
    if (area->child[LOWER] == NULL) {
        replace_child(tree, deepest, area, area->child[HIGHER]);
    } else if (area->child[HIGHER] == NULL) {
        replace_child(tree, deepest, area, area->child[LOWER]);
    } else {
        deepest = replace_by_next(tree, area);
    }
    chain_remove(tree, area);
    repair_gaps_of(deepest, area->next);
    balance_after_unlink(tree, deepest);
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
struct vma *area_search(struct area_tree *tree, uaddr_t address)
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
