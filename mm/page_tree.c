/* Page trees: see mm/page_tree.h. */
#include "mm/page_tree.h"

#include "kernel/lib.h"

/* The numbers that a node of LEVEL, or a word for 0, leads to. */
static uint64_t span_of(unsigned level)
{
    return BIT(level * PAGE_TREE_BITS);
}

static uint64_t *node_of(uint64_t word)
{
    return (uint64_t *)word;
}

static unsigned slot_of(uint64_t index, unsigned level)
{
    return index >> ((level - 1) * PAGE_TREE_BITS) & (PAGE_TREE_FAN - 1);
}

uint64_t page_tree_find(const struct page_tree *tree, uint64_t index)
{
    uint64_t word = tree->root;

    if (index >= span_of(tree->height)) {
        return 0;
    }
    for (unsigned level = tree->height; level > 0 && word != 0; level--) {
        word = node_of(word)[slot_of(index, level)];
    }
    return word;
}

/* One level more, of which the tree so far is the first part. */
static bool grow(struct page_tree *tree)
{
    if (tree->root != 0) {
        uint64_t *node = page_tree_node_alloc();
        if (node == NULL) {
            return false;
        }
        node[0] = tree->root;
        tree->root = (uintptr_t)node;
    }
    tree->height++;
    return true;
}

/* Levels that lead to number 0 alone go. */
static void shrink(struct page_tree *tree)
{
    while (tree->height > 0 && tree->root != 0) {
        uint64_t *node = node_of(tree->root);
        for (unsigned i = 1; i < PAGE_TREE_FAN; i++) {
            if (node[i] != 0) {
                return;
            }
        }
        tree->root = node[0];
        tree->height--;
        page_tree_node_free(node);
    }
    tree->height = tree->root == 0 ? 0 : tree->height;
}

uint64_t *page_tree_place(struct page_tree *tree, uint64_t index)
{
    ASSERT_CMP(index, <, PAGE_TREE_END);
    while (index >= span_of(tree->height)) {
        if (!grow(tree)) {
            shrink(tree);
            return NULL;
        }
    }
    uint64_t *word = &tree->root;
    for (unsigned level = tree->height; level > 0; level--) {
        if (*word == 0) {
            *word = (uintptr_t)page_tree_node_alloc();
            if (*word == 0) {
                page_tree_trim(tree, index, index + 1);
                return NULL;
            }
        }
        word = &node_of(*word)[slot_of(index, level)];
    }
    return word;
}

uint64_t *page_tree_next(struct page_tree *tree, uint64_t *index, uint64_t end)
{
    uint64_t at = *index;

    while (at < MIN(end, span_of(tree->height))) {
        uint64_t *word = &tree->root;
        unsigned level = tree->height;
        while (level > 0 && *word != 0) {
            word = &node_of(*word)[slot_of(at, level)];
            level--;
        }
        if (*word != 0) {
            *index = at;
            return word;
        }
        at = align_up(at + 1, span_of(level));
    }
    return NULL;
}

/* Frees the empty nodes below WORD, of LEVEL, whose first number is FIRST, as
 * far as they are for [start, end); and its own. No deeper than a tree is high.
 */
static void trim(uint64_t *word, unsigned level, uint64_t first, uint64_t start,
                 uint64_t end)
{
    if (level == 0 || *word == 0) {
        return;
    }
    uint64_t *node = node_of(*word);
    uint64_t span = span_of(level - 1);
    bool is_empty = true;
    for (unsigned i = 0; i < PAGE_TREE_FAN; i++) {
        uint64_t at = first + i * span;
        if (at < end && start < at + span) {
            trim(&node[i], level - 1, at, start, end);
        }
        is_empty = is_empty && node[i] == 0;
    }
    if (is_empty) {
        page_tree_node_free(node);
        *word = 0;
    }
}

void page_tree_trim(struct page_tree *tree, uint64_t start, uint64_t end)
{
    trim(&tree->root, tree->height, 0, start, end);
    shrink(tree);
}

static bool for_nodes(uint64_t word, unsigned level,
                      bool (*visit)(paddr_t frame))
{
    bool is_done =
        level == 0 || word == 0 || visit(direct_map_address(node_of(word)));

    for (unsigned i = 0; is_done && level > 1 && word != 0 && i < PAGE_TREE_FAN;
         i++) {
        is_done = for_nodes(node_of(word)[i], level - 1, visit);
    }
    return is_done;
}

bool page_tree_for_nodes(const struct page_tree *tree,
                         bool (*visit)(paddr_t frame))
{
    return for_nodes(tree->root, tree->height, visit);
}
