/* What the words in an object's tree mean, and what its files share. */
#pragma once

#include "mm/object.h"

/* Beside the address of the frame: it is going to be taken away. */
#define OBJECT_REMOVED   BIT(0)

/* In place of an address: zeros, whatever the data says. */
#define OBJECT_HOLE      BIT(1)

/* The frame holds something else than what the data says, or there is none. */
#define OBJECT_DIRTY     BIT(2)

/* Of a huge object, all of whose pages are dirty: reserved, and no more. */
#define OBJECT_UNTOUCHED BIT(3)

/* PADDR_NONE for a hole. */
static inline paddr_t object_frame_of(uint64_t word)
{
    return (word & OBJECT_HOLE) != 0 ? PADDR_NONE
                                     : word & ~(uint64_t)(PAGE_SIZE - 1);
}

/* The pages that the data says something of. */
static inline uint64_t object_data_pages(const struct memory_object *object)
{
    return (object->data_size >> PAGE_SHIFT) +
           ((object->data_size & (PAGE_SIZE - 1)) != 0);
}

/* The word of the page at INDEX, with nodes that are made for it: as
 * page_tree_place. */
uint64_t *object_word(struct memory_object *object, uint64_t index);

/* Takes WORD, which is not 0, out of OBJECT's tree, and its frame, which goes
 * when nobody has pinned it. */
void object_drop_word(struct memory_object *object, uint64_t *word);

/* Takes the pages of [first, end) that are marked as removed from all areas and
 * drops them. STAYS, a hole or 0, is the word of those that the data says
 * something of. */
void object_drop_marked(struct memory_object *object, uint64_t first,
                        uint64_t end, uint64_t stays);

/* Which leaves go. */
enum object_leaves {
    OBJECT_LEAVES_REMOVED, /* of pages that object_is_removed */
    OBJECT_LEAVES_SHOWN,   /* of all pages, but not of private copies */
    OBJECT_LEAVES_ALL,
};

/* Of mm/object_unmap.c: takes LEAVES of the pages [first, end) out of all areas
 * that show OBJECT. */
void object_unmap(struct memory_object *object, uint64_t first, uint64_t end,
                  enum object_leaves leaves);
/* Of mm/object_huge.c: gives the pool back what WORD of OBJECT stood for. */
void object_huge_drop(struct memory_object *object, uint64_t word);
