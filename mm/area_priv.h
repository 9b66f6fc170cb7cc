/* What mm/area*.c share: the tree and the rules of merging. */
#pragma once

#include "mm/area.h"

/* Indices of vma.child: lower and higher addresses. */
enum {
    LOWER,
    HIGHER,
};

/* Puts AREA (start and end set) behind PREV, or first if PREV is NULL. */
void area_tree_link(struct area_tree *tree, struct vma *area, struct vma *prev);

/* Takes AREA out. */
void area_tree_unlink(struct area_tree *tree, struct vma *area);

/* AREA->start or the end of the area before it has changed: the gap between
 * them follows. AREA may be NULL. */
void area_tree_update_gap(struct vma *area);

/* The sides on which a piece is merged. */
enum area_sides {
    AREA_SIDE_NONE = 0,
    AREA_SIDE_PREV = 1,
    AREA_SIDE_NEXT = 2,
    AREA_SIDE_BOTH = AREA_SIDE_PREV | AREA_SIDE_NEXT,
};

/* Which of PREV and NEXT (NULL: none) PIECE is merged with. */
enum area_sides area_merge_sides(const struct vma *piece,
                                 const struct vma *prev, const struct vma *next,
                                 enum area_join join);

/* Does B go on where A ends, in addresses and in what is mapped there? */
static inline bool area_continues(const struct vma *a, const struct vma *b)
{
    return a->end == b->start && a->file == b->file &&
           a->page_offset + area_pages(a) == b->page_offset;
}
