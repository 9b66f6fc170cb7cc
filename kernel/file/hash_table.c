/* See kernel/file/hash_table.h. */
#include "kernel/file/hash_table.h"

#include "kernel/abi/errno.h"
#include "kernel/base.h"
#include "mm/frame.h"

/* One frame has all segments, so there are no more buckets. */
#define BUCKETS_MAX (HASH_TABLE_SEGMENT * HASH_TABLE_SEGMENT)

void hash_draw(uint64_t *key)
{
    random_bytes(key, sizeof(*key));
}

/* A frame of null pointers, or NULL. */
static void *alloc_pointers(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    return frame != PADDR_NONE ? memset(direct_map(frame), 0, FRAME_SIZE)
                               : NULL;
}

static void free_pointers(void *pointers)
{
    int error = frame_free(direct_map_address(pointers));
    ASSERT_CMP(error, ==, 0);
}

static int begin(struct hash_table *table)
{
    struct hash_node ***segments = alloc_pointers();
    struct hash_node **buckets = segments != NULL ? alloc_pointers() : NULL;

    if (buckets == NULL) {
        if (segments != NULL) {
            free_pointers(segments);
        }
        return -ENOMEM;
    }
    segments[0] = buckets;
    table->segments = segments;
    table->bucket_count = HASH_TABLE_SEGMENT;
    table->mask = 2 * HASH_TABLE_SEGMENT - 1;
    return 0;
}

/* Is there room for one bucket more? */
static bool has_room(struct hash_table *table)
{
    size_t segment = table->bucket_count / HASH_TABLE_SEGMENT;

    if (table->bucket_count == BUCKETS_MAX) {
        return false;
    }
    if (table->segments[segment] == NULL) {
        table->segments[segment] = alloc_pointers();
    }
    return table->segments[segment] != NULL;
}

static void push(struct hash_table *table, struct hash_node *node)
{
    struct hash_node **bucket = hash_table_bucket(table, node->hash);

    node->next = *bucket;
    *bucket = node;
}

/* One bucket more, for what belongs there of the bucket that has had it. */
static void split(struct hash_table *table)
{
    struct hash_node **bucket = hash_table_bucket(table, table->bucket_count);
    struct hash_node *node = *bucket;

    *bucket = NULL;
    table->bucket_count++;
    while (node != NULL) {
        struct hash_node *next = node->next;
        push(table, node);
        node = next;
    }
    if (table->bucket_count > table->mask) {
        table->mask = 2 * table->mask + 1;
    }
}

int hash_table_insert(struct hash_table *table, struct hash_node *node,
                      uint64_t hash)
{
    int error = table->bucket_count == 0 ? begin(table) : 0;
    if (error != 0) {
        return error;
    }
    node->hash = hash;
    push(table, node);
    table->count++;
    if (table->count > table->bucket_count && has_room(table)) {
        split(table);
    }
    return 0;
}

/* One bucket less: what was split last is together again. */
static void join(struct hash_table *table)
{
    size_t last = table->bucket_count - 1;
    struct hash_node *node = *hash_table_bucket(table, last);

    table->bucket_count = last;
    if (table->bucket_count <= table->mask >> 1) {
        table->mask >>= 1;
    }
    while (node != NULL) {
        struct hash_node *next = node->next;
        push(table, node);
        node = next;
    }
    if (last % HASH_TABLE_SEGMENT == 0) {
        free_pointers(table->segments[last / HASH_TABLE_SEGMENT]);
        table->segments[last / HASH_TABLE_SEGMENT] = NULL;
    }
}

void hash_table_remove(struct hash_table *table, struct hash_node *node)
{
    struct hash_node **link = hash_table_bucket(table, node->hash);

    while (*link != node) {
        link = &(*link)->next;
    }
    *link = node->next;
    node->next = NULL;
    table->count--;
    while (table->count < table->bucket_count / 2 &&
           table->bucket_count > HASH_TABLE_SEGMENT) {
        join(table);
    }
}

void hash_table_clear(struct hash_table *table)
{
    for (size_t i = 0; i < HASH_TABLE_SEGMENT; i++) {
        if (table->segments != NULL && table->segments[i] != NULL) {
            free_pointers(table->segments[i]);
        }
    }
    if (table->segments != NULL) {
        free_pointers(table->segments);
    }
    *table = (struct hash_table){.key = table->key};
}

const char *hash_table_validate(const struct hash_table *table)
{
    size_t count = 0;

    for (size_t i = 0; i < table->bucket_count; i++) {
        struct hash_node **bucket = hash_table_bucket(table, i);
        for (const struct hash_node *n = *bucket; n != NULL; n = n->next) {
            if (hash_table_bucket(table, n->hash) != bucket) {
                return "what is in a hash table is in its hash's bucket";
            }
            count++;
        }
    }
    return count == table->count ? NULL : "a hash table counts what is in it";
}
