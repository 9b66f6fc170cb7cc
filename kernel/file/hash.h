/* A hash of what an archive says, to find names and files by. Its key is drawn
 * at random: no archive can be made so that what it has shares a bucket. */
#pragma once

#include "kernel/lib.h"

#define HASH_MULTIPLIER 0x9e3779b97f4a7c15ull /* 2^64 / golden ratio, odd */
#define HASH_SHIFT      32

/* Draws a key. */
void hash_draw(uint64_t *key);

/* A hash of nothing. *KEY is the table's, 0 until the first time. */
static inline uint64_t hash_begin(uint64_t *key)
{
    if (*key == 0) {
        hash_draw(key);
    }
    return *key;
}

static inline uint64_t hash_add(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * HASH_MULTIPLIER;
    return hash ^ hash >> HASH_SHIFT;
}

/* Adds SIZE bytes of text, four at a time: who could choose all 64 bits of a
 * word could make up for what the word before it has changed. */
static inline uint64_t hash_add_text(uint64_t hash, const char *text,
                                     size_t size)
{
    uint32_t word = 0;
    size_t at = 0;

    hash ^= size;
    for (; at + sizeof(word) < size; at += sizeof(word)) {
        __builtin_memcpy(&word, text + at, sizeof(word));
        hash = hash_add(hash, word);
    }
    if (size >= sizeof(word)) {
        /* The last four, of which some were added already. */
        __builtin_memcpy(&word, text + size - sizeof(word), sizeof(word));
        return hash_add(hash, word);
    }
    for (; at < size; at++) {
        word = word << 8 | (uint8_t)text[at];
    }
    return hash_add(hash, word);
}
