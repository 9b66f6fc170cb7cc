/* Page trees: from the page numbers of an object to words that say what lies
 * there. Pure: nothing here knows what the words mean, only that 0 is nothing.
 *
 * A tree is as high as its largest number asks for; one that has number 0 alone
 * is the word itself. Each node is a frame.
 *
 *     height 0: [0]      1: [0 .. 511]      2: [0 .. 511]
 *                                               |      |
 *                                            [0 .. 511] [0 .. 511]
 *
 * Numbers that a tree is too low for are not in it: they never come out as
 * others. The tree is protected by the lock of whoever it belongs to.
 */
#pragma once

#include "mm/layout.h"

#define PAGE_TREE_BITS 9
#define PAGE_TREE_FAN  (1u << PAGE_TREE_BITS)

/* Numbers are below this: all pages that 64 bits of bytes have. */
#define PAGE_TREE_END  BIT(64 - PAGE_SHIFT)

struct page_tree {
    uint64_t root;   /* the word of number 0, or where the first node is */
    unsigned height; /* levels of nodes */
};

/* The word at INDEX, or 0. */
uint64_t page_tree_find(const struct page_tree *tree, uint64_t index);

/* Where the word of INDEX, which is below PAGE_TREE_END, lies; nodes are made.
 * NULL, with the tree as it was, when there is no memory for them. Whoever asks
 * writes a word there that is not 0 before anything else is done. */
uint64_t *page_tree_place(struct page_tree *tree, uint64_t index);

/* Where the first word that is not 0 in [*INDEX, end) lies, and in *INDEX its
 * number; or NULL. The word may be set to 0 if page_tree_trim follows. */
uint64_t *page_tree_next(struct page_tree *tree, uint64_t *index, uint64_t end);

/* Frees the nodes of [start, end) that have become empty. */
void page_tree_trim(struct page_tree *tree, uint64_t start, uint64_t end);

/* Does VISIT with the frame of each node. False when one answered so: it was
 * the last. */
bool page_tree_for_nodes(const struct page_tree *tree,
                         bool (*visit)(paddr_t frame));

/* Of the layer that has memory: a frame of zeros, or NULL. */
void *page_tree_node_alloc(void);
void page_tree_node_free(void *node);
