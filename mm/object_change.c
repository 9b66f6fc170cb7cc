/* Memory objects: pages that go, and sizes that change. See mm/object.h. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/object_priv.h"

#define IN_PAGE (PAGE_SIZE - 1)

static void mark(struct memory_object *object, uint64_t index, uint64_t *word,
                 struct list *removals)
{
    *word |= OBJECT_REMOVED;
    if (list_is_empty(&object->removal)) {
        list_append(removals, &object->removal);
        object->removed_first = index;
        object->removed_end = index;
    }
    object->removed_first = MIN(object->removed_first, index);
    object->removed_end = MAX(object->removed_end, index + 1);
}

/* Has the pages [first, end) that the data says something of, and the tree does
 * not, be holes, and marks them. */
static int make_holes(struct memory_object *object, uint64_t first,
                      uint64_t end, struct list *removals)
{
    for (uint64_t i = first; i < MIN(end, object_data_pages(object)); i++) {
        if (page_tree_find(&object->tree, i) != 0) {
            continue;
        }
        uint64_t *word = object_word(object, i);
        if (word == NULL) {
            return -ENOMEM;
        }
        *word = OBJECT_HOLE;
        object->has_replaced = true;
        mark(object, i, word, removals);
    }
    return 0;
}

int object_remove(struct memory_object *object, uint64_t first, uint64_t end,
                  struct list *removals)
{
    int error = make_holes(object, first, end, removals);
    uint64_t *word;

    for (uint64_t at = first;
         error == 0 && (word = page_tree_next(&object->tree, &at, end)) != NULL;
         at++) {
        bool is_touched = (*word & OBJECT_UNTOUCHED) == 0;
        if (object_frame_of(*word) != PADDR_NONE && is_touched) {
            mark(object, at, word, removals);
        }
    }
    return error;
}

bool object_is_removed(const struct memory_object *object, uint64_t index)
{
    return (page_tree_find(&object->tree, index) & OBJECT_REMOVED) != 0;
}

void object_drop_marked(struct memory_object *object, uint64_t first,
                        uint64_t end, uint64_t stays)
{
    uint64_t *word;

    object_unmap(object, first, end, OBJECT_LEAVES_REMOVED);
    for (uint64_t at = first;
         (word = page_tree_next(&object->tree, &at, end)) != NULL; at++) {
        if ((*word & OBJECT_REMOVED) != 0) {
            object_drop_word(object, word);
            *word = at < object_data_pages(object) ? stays : 0;
        }
    }
    page_tree_trim(&object->tree, first, end);
}

static void finish_removal(struct memory_object *object)
{
    object_drop_marked(object, object->removed_first, object->removed_end,
                       OBJECT_HOLE);
    list_remove(&object->removal);
}

void object_finish_removals(struct list *removals)
{
    while (!list_is_empty(removals)) {
        finish_removal(
            list_entry(removals->next, struct memory_object, removal));
    }
}

/* The page that the end lies in holds nothing behind it. If it LAY_IN_DATA, it
 * does so no more. */
static void clear_tail(struct memory_object *object, bool lay_in_data)
{
    uint64_t index = object->size >> PAGE_SHIFT;
    uint64_t in_page = object->size & IN_PAGE;
    paddr_t frame = object_find(object, index);

    if (in_page != 0 && frame != PADDR_NONE) {
        memset((char *)direct_map(frame) + in_page, 0, PAGE_SIZE - in_page);
    } else if (in_page != 0 && lay_in_data) {
        object_unmap(object, index, index + 1, OBJECT_LEAVES_SHOWN);
    }
}

/* Less than before: the data ends there too. */
static void shrink(struct memory_object *object, uint64_t old_pages)
{
    uint64_t first = object_pages(object);
    uint64_t whole = object->size >> PAGE_SHIFT;
    bool lay_in_data = whole < object->pages_in_data;
    uint64_t *word;

    object->data_size = MIN(object->data_size, object->size);
    object->pages_in_data = MIN(object->pages_in_data, whole);
    object_unmap(object, first, old_pages, OBJECT_LEAVES_ALL);
    for (uint64_t at = first;
         (word = page_tree_next(&object->tree, &at, old_pages)) != NULL; at++) {
        object_drop_word(object, word);
    }
    page_tree_trim(&object->tree, first, old_pages);
    clear_tail(object, lay_in_data);
}

void object_truncate(struct memory_object *object, uint64_t size)
{
    uint64_t old_size = object->size;
    uint64_t old_pages = object_pages(object);

    ASSERT(list_is_empty(&object->removal));
    object->size = size;
    if (size < old_size) {
        shrink(object, old_pages);
    }
}

/* Clears [from, end) of the page at INDEX, if it may hold anything else. */
static int clear_part(struct memory_object *object, uint64_t index, size_t from,
                      size_t end)
{
    paddr_t frame;

    if (!object_is_resident(object, index)) {
        return 0;
    }
    int error = object_page_to_write(object, index, &frame);
    if (error == 0) {
        memset((char *)direct_map(frame) + from, 0, end - from);
    }
    return error;
}

/* Clears the first page and the last one of [start, end), where only a part of
 * them is meant. */
static int clear_edges(struct memory_object *object, uint64_t start,
                       uint64_t end)
{
    uint64_t first = start >> PAGE_SHIFT;
    uint64_t last = end >> PAGE_SHIFT;
    int error = 0;

    if (first == last) {
        return clear_part(object, first, start & IN_PAGE, end & IN_PAGE);
    }
    if ((start & IN_PAGE) != 0) {
        error = clear_part(object, first, start & IN_PAGE, PAGE_SIZE);
    }
    if (error == 0 && (end & IN_PAGE) != 0) {
        error = clear_part(object, last, 0, end & IN_PAGE);
    }
    return error;
}

int object_punch(struct memory_object *object, uint64_t start, uint64_t end)
{
    struct list removals = LIST_EMPTY(removals);

    end = MIN(end, object->size);
    if (start >= end) {
        return 0;
    }
    int error = clear_edges(object, start, end);
    uint64_t first = (start >> PAGE_SHIFT) + ((start & IN_PAGE) != 0);
    uint64_t last =
        end == object->size ? object_pages(object) : end >> PAGE_SHIFT;
    if (error == 0 && first < last) {
        error = object_remove(object, first, last, &removals);
        object_finish_removals(&removals);
    }
    return error;
}
