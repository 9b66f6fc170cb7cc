/* Memory objects: their life, and their pages. See mm/object.h. */
#include "mm/object.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/large_page.h"
#include "mm/object_cache.h"
#include "mm/object_priv.h"
#include "mm/share.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct memory_object);
static struct list all_objects = LIST_EMPTY(all_objects);

struct object_totals object_totals;

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

/* OBJECT has FRAMES more, CLEAN of which are. Also fewer. */
static void count_frames(struct memory_object *object, int frames, int clean)
{
    object->frames += (uint64_t)frames;
    object->clean += (uint64_t)clean;
    object_totals.frames += (uint64_t)frames;
    object_totals.clean += (uint64_t)clean;
    if (object->account != NULL) {
        object->account->frames += (uint64_t)(frames - clean);
    }
}

static bool is_full(const struct memory_object *object)
{
    return object->account != NULL &&
           object->account->frames >= object->account->limit;
}

/* No page may be reclaimed while nodes are made for another. */
uint64_t *object_word(struct memory_object *object, uint64_t index)
{
    object->is_busy = true;
    uint64_t *word = page_tree_place(&object->tree, index);
    object->is_busy = false;
    return word;
}

void object_drop_word(struct memory_object *object, uint64_t *word)
{
    uint64_t dropped = *word;
    paddr_t frame = object_frame_of(dropped);
    bool is_clean = (dropped & OBJECT_DIRTY) == 0;

    *word = 0;
    if (object->is_huge) {
        object_huge_drop(object, dropped);
    } else if (frame != PADDR_NONE) {
        count_frames(object, -1, is_clean ? -1 : 0);
        if (frame_unshare(frame)) {
            free_frame(frame);
        }
    }
}

static void drop_all(struct memory_object *object)
{
    uint64_t *word;

    for (uint64_t at = 0;
         (word = page_tree_next(&object->tree, &at, PAGE_TREE_END)) != NULL;
         at++) {
        object_drop_word(object, word);
    }
    page_tree_trim(&object->tree, 0, PAGE_TREE_END);
}

void object_put(struct memory_object *object)
{
    ASSERT_CMP(object->references, >, 0u);
    if (--object->references > 0) {
        return;
    }
    ASSERT(list_is_empty(&object->areas) && list_is_empty(&object->removal));
    drop_all(object);
    ASSERT_CMP(object->frames, ==, 0u);
    list_remove(&object->all);
    object_free(&cache, object);
}

paddr_t object_find_own(const struct memory_object *object, uint64_t index)
{
    uint64_t word = page_tree_find(&object->tree, index);

    if (word != 0) {
        return object_frame_of(word);
    }
    return index < object->pages_in_data ? object_place(object, index)
                                         : PADDR_NONE;
}

bool object_is_resident(const struct memory_object *object, uint64_t index)
{
    uint64_t word = page_tree_find(&object->tree, index);

    return word != 0 ? object_frame_of(word) != PADDR_NONE
                     : index < object_data_pages(object);
}

size_t object_first_bytes(const struct memory_object *object, uint64_t index,
                          const char **from)
{
    uint64_t start = index << PAGE_SHIFT;
    bool has_data = index < object_data_pages(object) &&
                    page_tree_find(&object->tree, index) == 0;

    *from = has_data ? (const char *)object->data + start : NULL;
    return has_data ? MIN(object->data_size - start, (uint64_t)PAGE_SIZE) : 0;
}

static void fill(const struct memory_object *object, uint64_t index, char *to)
{
    const char *from;
    size_t count = object_first_bytes(object, index, &from);

    if (count == 0) {
        frame_clear(to);
        return;
    }
    memcpy(to, from, count);
    memset(to + count, 0, PAGE_SIZE - count);
}

/* A frame of the object's own for the page at INDEX, which has none. */
NOINLINE static int make_page(struct memory_object *object, uint64_t index,
                              paddr_t *frame)
{
    bool is_clean = index < object_data_pages(object) &&
                    page_tree_find(&object->tree, index) == 0;

    if (!is_clean && is_full(object)) {
        return -ENOSPC;
    }
    *frame = frame_alloc(BYTE_MAP_PROGRAM);
    if (*frame == PADDR_NONE) {
        return -ENOMEM;
    }
    uint64_t *word = object_word(object, index);
    if (word == NULL) {
        free_frame(*frame);
        return -ENOMEM;
    }
    fill(object, index, direct_map(*frame));
    frame_set_alone(*frame);
    *word = *frame | (is_clean ? 0 : OBJECT_DIRTY);
    count_frames(object, 1, is_clean ? 1 : 0);
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

/* The page at INDEX is shown in the data: a copy comes in its place. */
NOINLINE static int replace(struct memory_object *object, uint64_t index,
                            paddr_t *frame)
{
    int error = make_page(object, index, frame);

    if (error == 0) {
        object->has_replaced = true;
        object_unmap(object, index, index + 1, OBJECT_LEAVES_SHOWN);
    }
    return error;
}

/* The page at INDEX, which the data says something of, is about to change. */
static int page_of_data_to_write(struct memory_object *object, uint64_t index,
                                 paddr_t *frame)
{
    bool is_in_place =
        index < object->pages_in_data && *frame == object_place(object, index);
    int error = is_in_place ? replace(object, index, frame) : 0;

    if (error != 0) {
        return error;
    }
    uint64_t *word = page_tree_next(&object->tree, &index, index + 1);
    if ((*word & OBJECT_DIRTY) == 0) {
        if (is_full(object)) {
            return -ENOSPC;
        }
        *word |= OBJECT_DIRTY;
        count_frames(object, 0, -1);
    }
    return 0;
}

int object_page_to_write(struct memory_object *object, uint64_t index,
                         paddr_t *frame)
{
    int error = object_page(object, index, frame);

    return error == 0 && index < object_data_pages(object)
               ? page_of_data_to_write(object, index, frame)
               : error;
}

/* A page that is not there is not made to be read, if it holds zeros. */
static int find_to_read(struct memory_object *object, uint64_t index,
                        paddr_t *frame)
{
    bool is_zeros =
        index < object_pages(object) && !object_is_resident(object, index);

    *frame = frame_of_zeros();
    return is_zeros ? 0 : object_page(object, index, frame);
}

int object_get_page(struct memory_object *object, uint64_t index,
                    enum object_access access, struct object_pin *pin)
{
    int error = access == OBJECT_READ
                    ? find_to_read(object, index, &pin->frame)
                    : object_page_to_write(object, index, &pin->frame);

    if (error != 0) {
        return error;
    }
    pin->is_counted =
        pin->frame == object_frame_of(page_tree_find(&object->tree, index));
    if (pin->is_counted) {
        frame_share(pin->frame);
    }
    return 0;
}

void object_put_page(const struct object_pin *pin)
{
    if (pin->is_counted && frame_unshare(pin->frame)) {
        free_frame(pin->frame);
    }
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

uint64_t object_find_page(struct memory_object *object, uint64_t first)
{
    uint64_t end = object_pages(object);
    uint64_t data_end = object_data_pages(object);

    while (first < data_end && !object_is_resident(object, first)) {
        first++;
    }
    if (first < data_end) {
        return first;
    }
    return page_tree_next(&object->tree, &first, end) != NULL ? first : end;
}

uint64_t object_find_hole(struct memory_object *object, uint64_t first)
{
    uint64_t end = object_pages(object);
    uint64_t data_end = object_data_pages(object);

    while (first < data_end && object_is_resident(object, first)) {
        first++;
    }
    if (first < data_end) {
        return first;
    }
    uint64_t at = first;
    while (page_tree_next(&object->tree, &at, end) != NULL && at == first) {
        first = ++at;
    }
    return MIN(first, end);
}

uint64_t object_count_pages(struct memory_object *object)
{
    uint64_t data_end = object_data_pages(object);
    uint64_t count = data_end;
    uint64_t *word;

    if (data_end == 0) {
        return object->frames;
    }
    for (uint64_t at = 0;
         (word = page_tree_next(&object->tree, &at, PAGE_TREE_END)) != NULL;
         at++) {
        bool is_hole = object_frame_of(*word) == PADDR_NONE;
        count += at >= data_end;
        count -= is_hole;
    }
    return count;
}

struct memory_object *object_next(const struct memory_object *previous)
{
    const struct list *from = previous == NULL ? &all_objects : &previous->all;
    struct list *next = list_next(&all_objects, from);

    return next == NULL ? NULL : list_entry(next, struct memory_object, all);
}
