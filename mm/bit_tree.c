/* The parts of a bit tree that take more than a few instructions. */
#include "mm/bit_tree.h"

#include "kernel/lib/string.h"

static size_t words_of(size_t numbers)
{
    return (numbers + 63) / 64;
}

size_t bit_tree_size(size_t limit)
{
    size_t words = 0;
    size_t level = limit;
    do {
        level = words_of(level);
        words += level;
    } while (level > 1);
    return words * sizeof(uint64_t);
}

void bit_tree_init(struct bit_tree *tree, size_t limit, void *memory)
{
    memset(memory, 0, bit_tree_size(limit));
    *tree = (struct bit_tree){0};
    uint64_t *word = memory;
    size_t level = limit;
    do {
        tree->level[tree->height++] = word;
        level = words_of(level);
        word += level;
    } while (level > 1);
}

/* The bits of the first word of [start, start + *count); *count becomes how
 * many they are. */
static uint64_t first_bits(size_t start, size_t *count)
{
    size_t shift = start % 64;
    *count = MIN(*count, 64 - shift);
    return (~0ull >> (64 - *count)) << shift;
}

void bit_tree_insert_range(struct bit_tree *tree, size_t start, size_t count)
{
    size_t end = start + count;
    for (size_t at = start, step; at < end; at += step) {
        step = end - at;
        uint64_t bits = first_bits(at, &step);
        bit_tree_insert_bits(tree, at / 64, bits);
    }
}

void bit_tree_remove_range(struct bit_tree *tree, size_t start, size_t count)
{
    size_t end = start + count;
    for (size_t at = start, step; at < end; at += step) {
        step = end - at;
        uint64_t bits = first_bits(at, &step);
        bit_tree_remove_bits(tree, at / 64, bits);
    }
}

void bit_tree_set_above(struct bit_tree *tree, size_t word)
{
    for (unsigned i = 1; i < tree->height; i++) {
        uint64_t *above = &tree->level[i][word / 64];
        uint64_t before = *above;
        *above = before | BIT(word % 64);
        if (before != 0) {
            break;
        }
        word /= 64;
    }
}

void bit_tree_clear_above(struct bit_tree *tree, size_t word)
{
    for (unsigned i = 1; i < tree->height; i++) {
        uint64_t *above = &tree->level[i][word / 64];
        *above &= ~BIT(word % 64);
        if (*above != 0) {
            break;
        }
        word /= 64;
    }
}

/* The first word that is not 0, or any when all are 0. */
static size_t find_first_word(const struct bit_tree *tree)
{
    size_t word = tree->first_word;
    if (tree->level[0][word] != 0) {
        return word;
    }
    word = 0;
    for (unsigned i = tree->height; i-- > 1 && tree->level[i][word] != 0;) {
        word = word * 64 + (size_t)__builtin_ctzll(tree->level[i][word]);
    }
    return word;
}

size_t bit_tree_take_slowly(struct bit_tree *tree)
{
    size_t word = find_first_word(tree);
    uint64_t bits = tree->level[0][word];
    if (bits == 0) {
        return BIT_TREE_NONE;
    }
    tree->first_word = word;
    bit_tree_remove_bits(tree, word, bits & -bits);
    return word * 64 + (size_t)__builtin_ctzll(bits);
}

bool bit_tree_is_valid(const struct bit_tree *tree, size_t limit)
{
    size_t words = words_of(limit);
    for (size_t i = 0; i < MIN(tree->first_word, words); i++) {
        if (tree->level[0][i] != 0) {
            return false;
        }
    }
    for (unsigned i = 0; i + 1 < tree->height; i++, words = words_of(words)) {
        for (size_t word = 0; word < words; word++) {
            bool is_said =
                (tree->level[i + 1][word / 64] & BIT(word % 64)) != 0;
            if (is_said != (tree->level[i][word] != 0)) {
                return false;
            }
        }
    }
    return true;
}
