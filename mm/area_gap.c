/* Areas: free gaps, found as Linux 6.1 finds them.
 *
 * The gap below an area is in the tree; the one above the last area is not.
 * Only the gaps at the two ends of [low, high) can stick out of it, so a search
 * looks at the gap at its near end, then asks the tree for the nearest gap that
 * is long enough, and that one either fits or all others are out of range.
 */
#include "mm/area_priv.h"

/* Free addresses [start, end), and the area that follows them, or NULL. */
struct free_range {
    uaddr_t start;
    uaddr_t end;
    const struct vma *above;
};

static bool has_gap(const struct vma *subtree, uint64_t length)
{
    return subtree != NULL && subtree->max_gap >= length;
}

/* The area in SUBTREE that is the furthest to SIDE and has a gap of LENGTH
 * below it; there is one. */
static struct vma *furthest_gap(struct vma *subtree, uint64_t length, int side)
{
    for (;;) {
        if (has_gap(subtree->child[side], length)) {
            subtree = subtree->child[side];
        } else if (subtree->gap >= length) {
            return subtree;
        } else {
            subtree = subtree->child[!side];
        }
    }
}

/* The nearest area to SIDE of NODE that has a gap of LENGTH below it, or NULL.
 */
static struct vma *nearest_gap(struct vma *node, uint64_t length, int side)
{
    if (has_gap(node->child[side], length)) {
        return furthest_gap(node->child[side], length, !side);
    }
    for (;;) {
        struct vma *parent = node->parent;
        if (parent == NULL) {
            return NULL;
        }
        bool is_beyond = parent->child[!side] == node;
        if (is_beyond && parent->gap >= length) {
            return parent;
        }
        if (is_beyond && has_gap(parent->child[side], length)) {
            return furthest_gap(parent->child[side], length, !side);
        }
        node = parent;
    }
}

/* The gap below ABOVE, or above all areas if NULL, as far as it is in
 * [low, high). Returns whether it has LENGTH bytes. */
static bool clip(const struct area_tree *tree, const struct vma *above,
                 const struct area_gap *in, uint64_t length,
                 struct free_range *out)
{
    const struct vma *below = above == NULL ? tree->last : above->prev;

    out->start = below == NULL ? in->low : MAX(in->low, below->end);
    out->end = above == NULL ? in->high : MIN(in->high, above->start);
    out->above = above;
    return out->end > out->start && out->end - out->start >= length;
}

static bool find_topmost(struct area_tree *tree, const struct area_gap *in,
                         uint64_t length, struct free_range *out)
{
    struct vma *above = area_find(tree, in->high);

    if (clip(tree, above, in, length, out)) {
        return true;
    }
    if (above != NULL) {
        above = nearest_gap(above, length, LOWER);
    } else if (has_gap(tree->root, length)) {
        above = furthest_gap(tree->root, length, HIGHER);
    }
    return above != NULL && clip(tree, above, in, length, out);
}

static bool find_lowest(struct area_tree *tree, const struct area_gap *in,
                        uint64_t length, struct free_range *out)
{
    struct vma *above = area_find(tree, in->low);

    if (clip(tree, above, in, length, out)) {
        return true;
    }
    if (above == NULL) {
        return false;
    }
    above = nearest_gap(above, length, HIGHER);
    return clip(tree, above, in, length, out);
}

/* The bytes that a gap must have, or 0 if that overflows. */
static uint64_t padded_length(const struct area_gap *gap)
{
    uint64_t length = gap->length + (gap->alignment - PAGE_SIZE);
    return length < gap->length ? 0 : length;
}

static bool has_guard(const struct vma *area)
{
    return area != NULL && (area->flags & AREA_GROWSDOWN) != 0;
}

/* Where a guard gap reaches into the range that was found, Linux searches again
 * below the guard, even if that passes over the gaps of areas inside it. */
uaddr_t area_gap_topmost(struct area_tree *tree, const struct area_gap *gap)
{
    uint64_t length = padded_length(gap);
    struct area_gap in = *gap;
    struct free_range found;

    if (length == 0) {
        return AREA_NO_GAP;
    }
    for (;;) {
        if (!find_topmost(tree, &in, length, &found)) {
            return AREA_NO_GAP;
        }
        if (!has_guard(found.above) ||
            area_guarded_start(found.above) >= found.end) {
            break;
        }
        in.high = area_guarded_start(found.above);
    }
    uaddr_t address = found.end - gap->length;
    return address - ((address - gap->offset) & (gap->alignment - 1));
}

uaddr_t area_gap_lowest(struct area_tree *tree, const struct area_gap *gap)
{
    uint64_t length = padded_length(gap);
    struct area_gap in = *gap;
    struct free_range found;
    uaddr_t address;

    if (length == 0) {
        return AREA_NO_GAP;
    }
    for (;;) {
        if (!find_lowest(tree, &in, length, &found)) {
            return AREA_NO_GAP;
        }
        address =
            found.start + ((gap->offset - found.start) & (gap->alignment - 1));
        if (!has_guard(found.above) ||
            area_guarded_start(found.above) >= address + length) {
            return address;
        }
        in.low = found.above->end;
    }
}
