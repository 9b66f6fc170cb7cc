/* Areas: free gaps, found as Linux 6.1 finds them.
 *
 * The gap below an area is in the tree; the one above the last area is not.
 * Only the gaps at the two ends of [low, high) can stick out of it, so a search
 * looks at the gap at its near end, then asks the tree for the nearest gap that
 * is long enough. That one fits, or it is at the far end and there is none, or
 * more was asked for than AREA_GAP_CAP and a few more must be looked at.
 */
#include "mm/area_priv.h"

/* Free addresses [start, end), and the area that follows them, or NULL. */
struct free_range {
    uaddr_t start;
    uaddr_t end;
    struct vma *above;
};

static bool has_gap(const struct vma *subtree, uint64_t length)
{
    return subtree != NULL && subtree->max_gap >= length;
}

/* The area in SUBTREE that is the furthest to SIDE and has a gap of LENGTH
 * below it; there is one. */
static struct vma *furthest_gap(struct vma *subtree, uint64_t length, int side)
{
    ASSERT(has_gap(subtree, length));
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
static bool clip(const struct area_tree *tree, struct vma *above,
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
    uint64_t wanted = MIN(length, AREA_GAP_CAP);
    struct vma *above = area_find(tree, in->high);

    if (above == NULL) {
        if (clip(tree, NULL, in, length, out)) {
            return true;
        }
        above = has_gap(tree->root, wanted)
                    ? furthest_gap(tree->root, wanted, HIGHER)
                    : NULL;
    }
    while (above != NULL && above->start > in->low) {
        if (clip(tree, above, in, length, out)) {
            return true;
        }
        above = nearest_gap(above, wanted, LOWER);
    }
    return false;
}

static bool find_lowest(struct area_tree *tree, const struct area_gap *in,
                        uint64_t length, struct free_range *out)
{
    uint64_t wanted = MIN(length, AREA_GAP_CAP);
    struct vma *above = area_find(tree, in->low);

    while (above != NULL) {
        if (clip(tree, above, in, length, out)) {
            return true;
        }
        if (above->start >= in->high) {
            return false;
        }
        above = nearest_gap(above, wanted, HIGHER);
    }
    return clip(tree, NULL, in, length, out);
}

/* The bytes that a gap must have, or 0 if that overflows. */
static uint64_t padded_length(const struct area_gap *gap)
{
    ASSERT(is_power_of_two(gap->alignment) && gap->alignment >= PAGE_SIZE);
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
    tree->cached = found.above;
    address -= (address - gap->offset) & (gap->alignment - 1);
    ASSERT_CMP(address, >=, found.start);
    return address;
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
            break;
        }
        in.low = found.above->end;
    }
    tree->cached = found.above;
    return address;
}
