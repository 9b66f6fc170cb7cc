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

#include "kernel/lib.h"

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

/* Is each level what the level below says? */
bool bit_tree_is_valid(const struct bit_tree *tree, size_t limit);

/* The parts that most changes do without: when a word of level 0 was 0 before
 * or is 0 after. */
void bit_tree_set_above(struct bit_tree *tree, size_t word);
void bit_tree_clear_above(struct bit_tree *tree, size_t word);
size_t bit_tree_take_slowly(struct bit_tree *tree);

static inline void bit_tree_insert_bits(struct bit_tree *tree, size_t word,
                                        uint64_t bits)
{
    uint64_t before = tree->level[0][word];
    tree->level[0][word] = before | bits;
    if (word < tree->first_word) {
        tree->first_word = word;
    }
    if (before == 0) {
        bit_tree_set_above(tree, word);
    }
}

static inline void bit_tree_remove_bits(struct bit_tree *tree, size_t word,
                                        uint64_t bits)
{
    uint64_t after = tree->level[0][word] & ~bits;
    tree->level[0][word] = after;
    if (after == 0) {
        bit_tree_clear_above(tree, word);
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

/* Removes the lowest number and returns it, or BIT_TREE_NONE. */
static inline size_t bit_tree_take_first(struct bit_tree *tree)
{
    size_t word = tree->first_word;
    uint64_t bits = tree->level[0][word];
    uint64_t left = bits & (bits - 1);
    if (left == 0) {
        return bit_tree_take_slowly(tree);
    }
    tree->level[0][word] = left;
    return word * 64 + (size_t)__builtin_ctzll(bits);
}
