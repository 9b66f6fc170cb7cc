/* A hash of what an archive says, to find names and files by. Its key is drawn
 * at random: no archive can be made so that what it has shares a bucket. */
#pragma once

#include "kernel/base.h"

#define HASH_BUCKETS_BITS 12
#define HASH_BUCKETS      (1 << HASH_BUCKETS_BITS)
#define HASH_MULTIPLIER   0x9e3779b97f4a7c15ull /* 2^64 / golden ratio, odd */
#define HASH_SHIFT        32

/* A hash of nothing. *KEY is the table's, 0 until the first time. */
static inline uint64_t hash_begin(uint64_t *key)
{
    if (*key == 0) {
        random_bytes(key, sizeof(*key));
    }
    return *key;
}

static inline uint64_t hash_add(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * HASH_MULTIPLIER;
    return hash ^ hash >> HASH_SHIFT;
}

/* The bucket, of HASH_BUCKETS. */
static inline unsigned hash_bucket(uint64_t hash)
{
    return (unsigned)((hash * HASH_MULTIPLIER) >> (64 - HASH_BUCKETS_BITS));
}
