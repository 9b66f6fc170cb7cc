/* What mm/area*.c share: the tree, the rules of merging, and the steps. */
#pragma once

#include "kernel/lib.h"
#include "mm/area.h"

/* Indices of vma.child: lower and higher addresses. */
enum {
    LOWER,
    HIGHER,
};

/* Gaps in the tree are no larger than this. What is carved from the great hole
 * between heap and stack then changes no largest gap, and the walk that would
 * tell all nodes up to the root ends at once. A longer gap that somebody asks
 * for is one of at most 128: no more of this length fit in 47 bits. */
#define AREA_GAP_CAP TIB

/* The free bytes between the area before AREA and AREA, capped. */
static inline uint64_t area_gap_below(const struct vma *area)
{
    uaddr_t below = area->prev == NULL ? 0 : area->prev->end;

    return MIN(area->start - below, AREA_GAP_CAP);
}

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

/* Are A and B the same but for what Linux does not know, and for BESIDE? */
static inline bool area_flags_match(uint32_t a, uint32_t b, uint32_t beside)
{
    return ((a ^ b) & ~(AREA_STACK | beside)) == 0;
}

/* Does B go on where A ends, in addresses and in what is mapped there? */
static inline bool area_continues(const struct vma *a, const struct vma *b)
{
    return a->end == b->start && a->file == b->file &&
           a->page_offset + area_pages(a) == b->page_offset;
}

static inline void area_check_range(uaddr_t start, uaddr_t end)
{
    ASSERT(is_aligned(start | end, PAGE_SIZE));
    ASSERT_CMP(start, <, end);
}

/* The part of AREA in [start, end), also beyond its end, with FLAGS. It has no
 * place in the tree, so that half is left undefined. */
static inline struct vma area_part(const struct vma *area, uaddr_t start,
                                   uaddr_t end, uint32_t flags)
{
    struct vma part;

    part.start = start;
    part.end = end;
    part.flags = flags;
    part.page_offset =
        area->page_offset + ((start - area->start) >> PAGE_SHIFT);
    part.file = area->file;
    part.object = area->object;
    part.anon = area->anon;
    return part;
}

/* Adds PAGES with FLAGS to the totals; 0 - n takes n away. */
static inline void area_account(struct area_tree *tree, uint32_t flags,
                                uint64_t pages)
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

/* Links a new area like PIECE behind PREV, with a reserved node. Unlinks AREA.
 * Totals stay. */
struct vma *area_node_add(struct area_tree *tree, const struct vma *piece,
                          struct vma *prev);
void area_node_drop(struct area_tree *tree, struct vma *area);

/* Move the ends of AREA, over free pages or back. Totals stay. */
void area_set_start(struct vma *area, uaddr_t start);
void area_set_end(struct vma *area, uaddr_t end);

/* Splits AREA in two. Returns the upper part. */
struct vma *area_split(struct area_tree *tree, struct vma *area, uaddr_t at);
