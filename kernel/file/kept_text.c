/* See kernel/file/kept_text.h. */
#include "kernel/file/kept_text.h"

#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/object_cache.h"

struct short_text {
    char bytes[64];
};

struct long_text {
    char bytes[KEPT_TEXT_SMALL];
};

static struct object_cache short_cache =
    OBJECT_CACHE(short_cache, struct short_text);
static struct object_cache long_cache =
    OBJECT_CACHE(long_cache, struct long_text);

static_assert(KEPT_TEXT_MAX <= FRAME_SIZE, "the longest text fits in a frame");

/* For texts of SIZE bytes. NULL: they have a frame each. */
static struct object_cache *cache_for(size_t size)
{
    if (size <= sizeof(struct short_text)) {
        return &short_cache;
    }
    return size <= sizeof(struct long_text) ? &long_cache : NULL;
}

static void *alloc_frame(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    return frame != PADDR_NONE ? direct_map(frame) : NULL;
}

char *kept_text_create(const char *text, size_t size)
{
    struct object_cache *cache = cache_for(size);

    ASSERT_CMP(size, <=, (size_t)KEPT_TEXT_MAX);
    char *copy = cache != NULL ? object_alloc(cache) : alloc_frame();
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

void kept_text_free(const void *text, size_t size)
{
    struct object_cache *cache = cache_for(size);

    if (cache != NULL) {
        object_free(cache, (void *)(uintptr_t)text);
        return;
    }
    int error = frame_free(direct_map_address(text));
    ASSERT_CMP(error, ==, 0);
}
