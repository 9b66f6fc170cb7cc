/* The parts of a bit tree that take more than a few instructions. */
#include "mm/bit_tree.h"

#include "kernel/lib.h"

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
    ASSERT_CMP(limit, >, 0u);
    memset(memory, 0, bit_tree_size(limit));
    *tree = (struct bit_tree){0};
    uint64_t *word = memory;
    size_t level = limit;
    do {
        ASSERT_CMP(tree->height, <, (unsigned)BIT_TREE_LEVELS);
        tree->level[tree->height++] = word;
        level = words_of(level);
        word += level;
    } while (level > 1);
}

/* The bits of [start, end) that lie in the word of START. */
static uint64_t bits_of_word(size_t start, size_t end)
{
    if (start % 64 == 0 && end - start >= 64) {
        return ~0ull;
    }
    size_t count = MIN(end - start, 64 - start % 64);
    return (~0ull >> (64 - count)) << (start % 64);
}

static size_t next_word(size_t number)
{
    return number / 64 * 64 + 64;
}

/* Sets bits [start, end) of a level. Was some word 0 before? */
static bool set_bits(uint64_t *level, size_t start, size_t end)
{
    bool was_zero = false;
    for (; start < end; start = next_word(start)) {
        was_zero |= level[start / 64] == 0;
        level[start / 64] |= bits_of_word(start, end);
    }
    return was_zero;
}

static void clear_bits(uint64_t *level, size_t start, size_t end)
{
    for (; start < end; start = next_word(start)) {
        level[start / 64] &= ~bits_of_word(start, end);
    }
}

void bit_tree_insert_range(struct bit_tree *tree, size_t start, size_t count)
{
    size_t end = start + count;
    ASSERT_CMP(start, <=, end);
    tree->first_word = MIN(tree->first_word, start / 64);
    for (unsigned i = 0;
         i < tree->height && set_bits(tree->level[i], start, end); i++) {
        start /= 64;
        end = words_of(end);
    }
}

void bit_tree_remove_range(struct bit_tree *tree, size_t start, size_t count)
{
    size_t end = start + count;
    ASSERT_CMP(start, <=, end);
    for (unsigned i = 0; i < tree->height && start < end; i++) {
        uint64_t *level = tree->level[i];
        clear_bits(level, start, end);
        /* All words between are 0 now, and the first and last may be. */
        size_t first = start / 64;
        size_t last = (end - 1) / 64;
        start = level[first] == 0 ? first : first + 1;
        end = level[last] == 0 ? last + 1 : last;
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
        ASSERT_CMP(tree->level[i - 1][word], !=, 0ull);
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
