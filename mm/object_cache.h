/* Small structures of one size, cut from frames. */
#pragma once

#include "kernel/lib.h"

/* Static, and made by OBJECT_CACHE. One CPU runs, and no interrupt comes here.
 */
struct object_cache {
    size_t size;
    struct list partial; /* frames that have free objects */
};

/* The value of a cache NAME of objects of TYPE. */
#define OBJECT_CACHE(name, type)                                               \
    {                                                                          \
        .size = (sizeof(type) + OBJECT_ALIGNMENT - 1) / OBJECT_ALIGNMENT *     \
                OBJECT_ALIGNMENT,                                              \
        .partial = LIST_EMPTY((name).partial)                                  \
    }
#define OBJECT_ALIGNMENT 16

/* An object, all zero, or NULL when there is no memory. */
void *object_alloc(struct object_cache *cache);

/* Gives OBJECT back, which may not be NULL. */
void object_free(struct object_cache *cache, void *object);
