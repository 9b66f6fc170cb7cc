/* Small structures of one size, cut from frames. A frame begins with what is
 * known of it; its free objects are linked by their first word. */
#include "mm/object_cache.h"

#include "kernel/lib.h"
#include "mm/fault_injection.h"
#include "mm/frame.h"
#include "mm/layout.h"

struct object {
    struct object *next;
};

struct object_frame {
    struct list node; /* in `partial`, or alone when no object is free */
    struct object *free;
    size_t used;
};

#define FIRST_OFFSET align_up(sizeof(struct object_frame), OBJECT_ALIGNMENT)

static struct object_frame *frame_of(const void *object)
{
    return (struct object_frame *)align_down((uintptr_t)object, FRAME_SIZE);
}

static void push(struct object_frame *frame, void *object)
{
    struct object *free = object;

    free->next = frame->free;
    frame->free = free;
}

static struct object_frame *grow(struct object_cache *cache)
{
    paddr_t address = frame_alloc(BYTE_MAP_KERNEL);

    if (address == PADDR_NONE) {
        return NULL;
    }
    char *bytes = direct_map(address);
    struct object_frame *frame = (struct object_frame *)bytes;
    frame->free = NULL;
    frame->used = 0;
    for (size_t at = FIRST_OFFSET; at + cache->size <= FRAME_SIZE;
         at += cache->size) {
        push(frame, bytes + at);
    }
    ASSERT(frame->free != NULL);
    list_init(&frame->node);
    list_append(&cache->partial, &frame->node);
    return frame;
}

void *object_alloc(struct object_cache *cache)
{
    if (fault_injection_strikes()) {
        return NULL;
    }
    struct object_frame *frame =
        list_is_empty(&cache->partial)
            ? grow(cache)
            : list_entry(cache->partial.next, struct object_frame, node);

    if (frame == NULL) {
        return NULL;
    }
    struct object *object = frame->free;
    frame->free = object->next;
    frame->used++;
    if (frame->free == NULL) {
        list_remove(&frame->node);
    }
    return memset(object, 0, cache->size);
}

/* A frame that is empty goes back at once, so the memory that is free says
 * whether something was forgotten. */
void object_free(struct object_cache *cache, void *object)
{
    struct object_frame *frame = frame_of(object);

    ASSERT_CMP(frame->used, >, 0u);
    if (frame->free == NULL) {
        list_append(&cache->partial, &frame->node);
    }
    push(frame, object);
    frame->used--;
    if (frame->used == 0) {
        list_remove(&frame->node);
        int error = frame_free(direct_map_address(frame));
        ASSERT_CMP(error, ==, 0);
    }
}
