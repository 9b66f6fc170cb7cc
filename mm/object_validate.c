/* Is an object what its header says? */
#include "mm/object.h"
#include "mm/object_priv.h"

unsigned object_count_areas(const struct memory_object *object)
{
    unsigned count = 0;

    list_for_each(link, &object->areas)
    {
        count++;
    }
    return count;
}

/* Huge memory that nobody can write may be reserved behind its end, as Linux
 * does it; there it is never touched. */
static bool may_own(const struct memory_object *object, uint64_t index,
                    uint64_t word)
{
    if (index >= object_pages(object)) {
        return object->is_huge && (word & OBJECT_UNTOUCHED) != 0;
    }
    return index >= object->pages_in_data || object->has_replaced;
}

const char *object_validate(const struct memory_object *object)
{
    struct page_tree tree = object->tree;
    uint64_t count = 0;
    uint64_t clean = 0;
    const uint64_t *word;

    if (!list_is_empty(&object->removal)) {
        return "no pages of an object are on their way out";
    }
    for (uint64_t at = 0;
         (word = page_tree_next(&tree, &at, PAGE_TREE_END)) != NULL; at++) {
        if (!may_own(object, at, *word)) {
            return "an object owns pages before its end that lie nowhere else";
        }
        if ((*word & OBJECT_REMOVED) != 0) {
            return "no page of an object is on its way out";
        }
        if (*word == OBJECT_HOLE && at >= object_data_pages(object)) {
            return "an object has holes only where its data ends later";
        }
        count += *word != OBJECT_HOLE;
        clean += (*word & (OBJECT_HOLE | OBJECT_DIRTY)) == 0;
        if ((*word & (OBJECT_HOLE | OBJECT_DIRTY)) == 0 &&
            at >= object_data_pages(object)) {
            return "an object's page that can be made again is of its data";
        }
    }
    return count == object->frames && clean == object->clean
               ? NULL
               : "an object counts the pages it owns";
}

bool object_for_memory(const struct memory_object *object,
                       bool (*visit_frame)(paddr_t frame),
                       bool (*visit_large)(paddr_t page))
{
    bool (*visit)(paddr_t) = object->is_huge ? visit_large : visit_frame;
    struct page_tree tree = object->tree;
    uint64_t *word;

    for (uint64_t at = 0;
         (word = page_tree_next(&tree, &at, PAGE_TREE_END)) != NULL; at++) {
        if (*word != OBJECT_HOLE && !visit(object_frame_of(*word))) {
            return false;
        }
    }
    return page_tree_for_nodes(&object->tree, visit_frame);
}
