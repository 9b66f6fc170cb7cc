/* A set of numbers as a tree of bits, 64 a word: level 0 has one bit a number,
 * and a bit of a higher level is set exactly where the word below is not 0.
 *
 *   level 2                      1
 *   level 1          0110...0000   ...
 *   level 0   0..0 0100 0001 0..0  ...
 *
 * Setting stops at the first word that was not 0 before and clearing at the
 * first that is not 0 after, so that most changes touch one word. The lowest
 * number is found by one look, or by one look a level.
 */
#pragma once

#include "kernel/lib/bits.h"

#define BIT_TREE_LEVELS 6 /* 64^6 numbers: 2^36 large pages are 2^57 bytes */
#define BIT_TREE_NONE   SIZE_MAX

struct bit_tree {
    uint64_t *level[BIT_TREE_LEVELS];
    unsigned height;   /* levels in use; the last of them is one word */
    size_t first_word; /* no number lies in a word of level 0 before this */
};

/* Bytes of memory for a tree of numbers below LIMIT, at least 1. */
size_t bit_tree_size(size_t limit);

/* Makes TREE empty, with bit_tree_size(LIMIT) bytes of MEMORY. */
void bit_tree_init(struct bit_tree *tree, size_t limit, void *memory);

/* The numbers [START, START + COUNT), which lie below the limit. */
void bit_tree_insert_range(struct bit_tree *tree, size_t start, size_t count);
void bit_tree_remove_range(struct bit_tree *tree, size_t start, size_t count);

/* The lowest number after descending from the root, or BIT_TREE_NONE. */
size_t bit_tree_descend(struct bit_tree *tree);

/* Is each level what the level below says? */
bool bit_tree_is_valid(const struct bit_tree *tree, size_t limit);

static inline void bit_tree_insert_bits(struct bit_tree *tree, size_t word,
                                        uint64_t bits)
{
    tree->first_word = MIN(tree->first_word, word);
    for (unsigned i = 0; i < tree->height; i++) {
        uint64_t before = tree->level[i][word];
        tree->level[i][word] = before | bits;
        if (before != 0) {
            return;
        }
        bits = BIT(word % 64);
        word /= 64;
    }
}

static inline void bit_tree_remove_bits(struct bit_tree *tree, size_t word,
                                        uint64_t bits)
{
    for (unsigned i = 0; i < tree->height; i++) {
        uint64_t after = tree->level[i][word] & ~bits;
        tree->level[i][word] = after;
        if (after != 0) {
            return;
        }
        bits = BIT(word % 64);
        word /= 64;
    }
}

static inline void bit_tree_insert(struct bit_tree *tree, size_t number)
{
    bit_tree_insert_bits(tree, number / 64, BIT(number % 64));
}

static inline void bit_tree_remove(struct bit_tree *tree, size_t number)
{
    bit_tree_remove_bits(tree, number / 64, BIT(number % 64));
}

static inline bool bit_tree_has(const struct bit_tree *tree, size_t number)
{
    return (tree->level[0][number / 64] & BIT(number % 64)) != 0;
}

/* The lowest number, or BIT_TREE_NONE. */
static inline size_t bit_tree_first(struct bit_tree *tree)
{
    uint64_t bits = tree->level[0][tree->first_word];
    if (bits == 0) {
        return bit_tree_descend(tree);
    }
    return tree->first_word * 64 + (size_t)__builtin_ctzll(bits);
}
