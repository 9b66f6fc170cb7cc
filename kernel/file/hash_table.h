/* What is found by a hash (kernel/file/hash.h): a table that grows with what is
 * in it. It has about as many buckets as elements, so a search looks at one or
 * two of them however many there are. Linear hashing: each element more splits
 * one bucket in two, and where most are empty each that goes joins two again:
 * so neither takes long.
 *
 *     segments -> a frame -> a frame of buckets -> element -> element
 *                         -> a frame of buckets -> element
 */
#pragma once

#include "kernel/file/hash.h"
#include "kernel/lib.h"
#include "mm/layout.h"

/* A frame's. */
#define HASH_TABLE_SEGMENT (FRAME_SIZE / sizeof(void *))

/* A member of what is in a table. */
struct hash_node {
    struct hash_node *next; /* of the same bucket */
    uint64_t hash;
};

/* All zero it is empty. */
struct hash_table {
    uint64_t key; /* of hash_begin */
    struct hash_node ***segments;
    size_t bucket_count;
    size_t mask;  /* of a hash, for what has been split; else a bit less */
    size_t count; /* of elements */
};

/* The bucket of HASH, of which what has been split takes one bit more. */
static inline struct hash_node **
hash_table_bucket(const struct hash_table *table, uint64_t hash)
{
    size_t bucket = hash & table->mask;

    if (bucket >= table->bucket_count) {
        bucket &= table->mask >> 1;
    }
    return &table->segments[bucket / HASH_TABLE_SEGMENT]
                           [bucket % HASH_TABLE_SEGMENT];
}

/* The first element of the bucket of HASH; others follow it. Or NULL. */
static inline struct hash_node *hash_table_first(const struct hash_table *table,
                                                 uint64_t hash)
{
    return table->bucket_count != 0 ? *hash_table_bucket(table, hash) : NULL;
}

/* Puts NODE into TABLE, to be found by HASH. Returns 0, or -ENOMEM if not even
 * the first buckets can be had; later the table just doesn't grow. */
int hash_table_insert(struct hash_table *table, struct hash_node *node,
                      uint64_t hash) MUST_CHECK;

/* Takes NODE, which is in TABLE, out of it, and with it up to two buckets where
 * most are empty. */
void hash_table_remove(struct hash_table *table, struct hash_node *node);

/* Empties TABLE, and frees what it had. */
void hash_table_clear(struct hash_table *table);

/* The rule that TABLE breaks, or NULL. */
const char *hash_table_validate(const struct hash_table *table);
