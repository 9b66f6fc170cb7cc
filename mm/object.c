/* Memory objects: their life, and their pages. See mm/object.h. */
#include "mm/object.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/large_page.h"
#include "mm/object_cache.h"
#include "mm/object_priv.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct memory_object);
static struct list all_objects = LIST_EMPTY(all_objects);

static void free_frame(paddr_t frame)
{
    int error = frame_free(frame);
    ASSERT_CMP(error, ==, 0);
}

void *page_tree_node_alloc(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    if (frame == PADDR_NONE) {
        return NULL;
    }
    frame_clear(direct_map(frame));
    return direct_map(frame);
}

void page_tree_node_free(void *node)
{
    free_frame(direct_map_address(node));
}

struct memory_object *object_create(uint64_t size, const void *data)
{
    struct memory_object *object = object_alloc(&cache);

    if (object == NULL) {
        return NULL;
    }
    object->references = 1;
    object->size = size;
    if (data != NULL) {
        object->data = data;
        object->data_size = size;
    }
    if (is_aligned((uintptr_t)data, PAGE_SIZE)) {
        object->pages_in_data = object->data_size >> PAGE_SHIFT;
    }
    list_init(&object->areas);
    list_init(&object->removal);
    list_append(&all_objects, &object->all);
    return object;
}

/* Frees the pages in [first, end) whose words have all of BITS. */
static void free_pages(struct memory_object *object, uint64_t first,
                       uint64_t end, uint64_t bits)
{
    uint64_t *word;

    for (uint64_t at = first;
         (word = page_tree_next(&object->tree, &at, end)) != NULL; at++) {
        if ((*word & bits) == bits) {
            free_frame(object_frame_of(*word));
            *word = 0;
            object->frames--;
        }
    }
    page_tree_trim(&object->tree, first, end);
}

void object_put(struct memory_object *object)
{
    ASSERT_CMP(object->references, >, 0u);
    if (--object->references > 0) {
        return;
    }
    ASSERT(list_is_empty(&object->areas) && list_is_empty(&object->removal));
    free_pages(object, 0, PAGE_TREE_END, 0);
    ASSERT_CMP(object->frames, ==, 0u);
    list_remove(&object->all);
    object_free(&cache, object);
}

paddr_t object_find_own(const struct memory_object *object, uint64_t index)
{
    uint64_t word = page_tree_find(&object->tree, index);

    return word == 0 ? PADDR_NONE : object_frame_of(word);
}

bool object_is_resident(const struct memory_object *object, uint64_t index)
{
    return object->data != NULL ? index < object_pages(object)
                                : page_tree_find(&object->tree, index) != 0;
}

/* What the page at INDEX shows first. */
static void fill(const struct memory_object *object, uint64_t index, char *to)
{
    uint64_t start = index << PAGE_SHIFT;
    size_t count = start < object->data_size
                       ? MIN(object->data_size - start, (uint64_t)PAGE_SIZE)
                       : 0;

    if (count == 0) {
        frame_clear(to);
        return;
    }
    memcpy(to, (const char *)object->data + start, count);
    memset(to + count, 0, PAGE_SIZE - count);
}

NOINLINE static int make_page(struct memory_object *object, uint64_t index,
                              paddr_t *frame)
{
    *frame = frame_alloc(BYTE_MAP_PROGRAM);
    if (*frame == PADDR_NONE) {
        return -ENOMEM;
    }
    uint64_t *word = page_tree_place(&object->tree, index);
    if (word == NULL) {
        free_frame(*frame);
        return -ENOMEM;
    }
    fill(object, index, direct_map(*frame));
    *word = *frame;
    object->frames++;
    return 0;
}

int object_page(struct memory_object *object, uint64_t index, paddr_t *frame)
{
    if (index >= object_pages(object)) {
        return -EIO;
    }
    *frame = object_find(object, index);
    return *frame != PADDR_NONE ? 0 : make_page(object, index, frame);
}

int object_copy_page(const struct memory_object *object, uint64_t index,
                     void *to)
{
    if (index >= object_pages(object)) {
        return -EIO;
    }
    paddr_t frame = object_find(object, index);
    if (frame == PADDR_NONE) {
        fill(object, index, to);
    } else {
        memcpy(to, direct_map(frame), PAGE_SIZE);
    }
    return 0;
}

void object_remove(struct memory_object *object, uint64_t first, uint64_t end,
                   struct list *removals)
{
    uint64_t *word;

    for (uint64_t at = first;
         (word = page_tree_next(&object->tree, &at, end)) != NULL; at++) {
        *word |= OBJECT_REMOVED;
        if (list_is_empty(&object->removal)) {
            list_append(removals, &object->removal);
            object->removed_first = at;
            object->removed_end = at;
        }
        object->removed_first = MIN(object->removed_first, at);
        object->removed_end = MAX(object->removed_end, at + 1);
    }
}

bool object_is_removed(const struct memory_object *object, uint64_t index)
{
    return (page_tree_find(&object->tree, index) & OBJECT_REMOVED) != 0;
}

void object_free_removed(struct memory_object *object)
{
    free_pages(object, object->removed_first, object->removed_end,
               OBJECT_REMOVED);
    list_remove(&object->removal);
}

struct memory_object *object_next(const struct memory_object *previous)
{
    const struct list *from = previous == NULL ? &all_objects : &previous->all;
    struct list *next = list_next(&all_objects, from);

    return next == NULL ? NULL : list_entry(next, struct memory_object, all);
}
