/* Areas: does everything in the tree agree? Walks the list and, by it, the
 * tree, without recursion: each area is compared with its children. */
#include "mm/area.h"

#include "mm/area_priv.h"

static const char *check_place(const struct vma *area)
{
    uaddr_t below = area->prev == NULL ? 0 : area->prev->end;

    if (area->start >= area->end) {
        return "an area is empty";
    }
    if (!is_aligned(area->start | area->end, PAGE_SIZE)) {
        return "an area is not aligned to pages";
    }
    if (area->start < below) {
        return "areas overlap or are out of order";
    }
    if (area->gap != area_gap_below(area)) {
        return "a gap is wrong";
    }
    return NULL;
}

/* NODE's rank is 1 or 2 above that of CHILD, 0 for a missing one. */
static bool is_step(const struct vma *node, const struct vma *child)
{
    uint32_t step = node->rank - (child == NULL ? 0 : child->rank);
    return step == 1 || step == 2;
}

static uint64_t max_gap_of(const struct vma *node)
{
    return node == NULL ? 0 : node->max_gap;
}

static const char *check_node(const struct vma *area)
{
    const struct vma *lower = area->child[LOWER];
    const struct vma *higher = area->child[HIGHER];
    uint64_t max_gap = MAX(max_gap_of(lower), max_gap_of(higher));

    if ((lower != NULL && lower->parent != area) ||
        (higher != NULL && higher->parent != area)) {
        return "a child has another parent";
    }
    if ((lower != NULL && lower->end > area->start) ||
        (higher != NULL && higher->start < area->end)) {
        return "a child is on the wrong side";
    }
    if (!is_step(area, lower) || !is_step(area, higher)) {
        return "the tree is out of balance";
    }
    if (lower == NULL && higher == NULL && area->rank != 1) {
        return "a leaf has a wrong rank";
    }
    if (area->max_gap != MAX(max_gap, area->gap)) {
        return "a largest gap is wrong";
    }
    return NULL;
}

/* Is AREA where a search for it from ROOT ends? */
static bool is_reached(const struct vma *root, const struct vma *area)
{
    const struct vma *node = root;

    while (node != NULL && node != area) {
        node = node->child[area->start >= node->end];
    }
    return node == area;
}

static void add_totals(struct area_totals *totals, const struct vma *area)
{
    bool is_stack = (area->flags & AREA_GROWSDOWN) != 0;
    bool is_private = (area->flags & AREA_SHARED) == 0;
    bool is_writable = (area->flags & AREA_WRITE) != 0;

    totals->pages += area_pages(area);
    totals->stack += is_stack ? area_pages(area) : 0;
    totals->locked += (area->flags & AREA_LOCKED) != 0 ? area_pages(area) : 0;
    totals->data +=
        is_private && is_writable && !is_stack ? area_pages(area) : 0;
}

static const char *check_totals(const struct area_tree *tree,
                                const struct area_totals *counted)
{
    if (tree->totals.pages != counted->pages) {
        return "the total of pages is wrong";
    }
    if (tree->totals.data != counted->data) {
        return "the total of data pages is wrong";
    }
    if (tree->totals.stack != counted->stack) {
        return "the total of stack pages is wrong";
    }
    if (tree->totals.locked != counted->locked) {
        return "the total of locked pages is wrong";
    }
    return NULL;
}

static const char *check_area(const struct area_tree *tree,
                              const struct vma *area)
{
    const char *broken = check_place(area);

    if (broken == NULL) {
        broken = check_node(area);
    }
    if (broken == NULL && !is_reached(tree->root, area)) {
        broken = "an area is in the list and not in the tree";
    }
    if (broken == NULL && (area->anon & ~AREA_INHERITED) > tree->last_anon) {
        broken = "an area has a number that was never given";
    }
    return broken;
}

const char *area_validate(const struct area_tree *tree)
{
    struct area_totals counted = {0};
    const struct vma *prev = NULL;
    bool cached_is_there = tree->cached == NULL;
    uint32_t count = 0;

    for (const struct vma *area = tree->first; area != NULL;
         area = area->next) {
        const char *broken = check_area(tree, area);
        if (broken != NULL) {
            return broken;
        }
        if (area->prev != prev) {
            return "the list is broken";
        }
        cached_is_there = cached_is_there || area == tree->cached;
        add_totals(&counted, area);
        count++;
        prev = area;
    }
    if (tree->last != prev) {
        return "the list ends elsewhere";
    }
    if (tree->count != count) {
        return "the count of areas is wrong";
    }
    if (!cached_is_there) {
        return "the cached area is gone";
    }
    return check_totals(tree, &counted);
}
