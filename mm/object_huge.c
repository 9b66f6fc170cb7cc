/* Objects of shared MAP_HUGETLB memory. See mm/object_huge.h. */
#include "mm/object_huge.h"

#include "kernel/abi/errno.h"
#include "mm/huge_pool.h"
#include "mm/object_priv.h"

void object_huge_drop(struct memory_object *object, uint64_t word)
{
    paddr_t page = object_frame_of(word);

    object->frames--;
    if ((word & OBJECT_UNTOUCHED) != 0) {
        huge_pool_free_untouched(page);
    } else {
        huge_pool_free(page);
    }
}

/* Puts pages that were set aside in the pool at [first, end). */
static int place_reserved(struct memory_object *object, uint64_t first,
                          uint64_t end)
{
    for (uint64_t at = first; at < end; at += FRAMES_PER_LARGE_PAGE) {
        uint64_t *word = object_word(object, at);
        if (word == NULL) {
            huge_pool_unreserve((end - at) / FRAMES_PER_LARGE_PAGE);
            return -ENOMEM;
        }
        *word = huge_pool_take() | OBJECT_DIRTY | OBJECT_UNTOUCHED;
        object->frames++;
    }
    return 0;
}

struct memory_object *object_create_huge(uint64_t bytes, uint64_t first,
                                         uint64_t end,
                                         enum object_reserve reserve)
{
    struct memory_object *object = object_create(bytes, NULL);

    if (object == NULL) {
        return NULL;
    }
    object->is_huge = true;
    if (reserve == OBJECT_UNRESERVED) {
        return object;
    }
    int error = huge_pool_reserve((end - first) / FRAMES_PER_LARGE_PAGE);
    if (error == 0) {
        error = place_reserved(object, first, end);
    }
    if (error != 0) {
        object_put(object);
        return NULL;
    }
    return object;
}

static int make_page(struct memory_object *object, uint64_t index,
                     paddr_t *page)
{
    *page = huge_pool_alloc();
    if (*page == PADDR_NONE) {
        return -EIO;
    }
    uint64_t *word = object_word(object, index);
    if (word == NULL) {
        huge_pool_free(*page);
        return -ENOMEM;
    }
    *word = *page | OBJECT_DIRTY;
    object->frames++;
    return 0;
}

int object_huge_page(struct memory_object *object, uint64_t index,
                     paddr_t *page)
{
    ASSERT(is_aligned(index, FRAMES_PER_LARGE_PAGE));
    if (index >= object_pages(object)) {
        return -EIO;
    }
    uint64_t word = page_tree_find(&object->tree, index);
    if (word == 0) {
        return make_page(object, index, page);
    }
    *page = object_frame_of(word);
    if ((word & OBJECT_UNTOUCHED) != 0) {
        *object_word(object, index) = *page | OBJECT_DIRTY;
        huge_pool_touch(*page);
    }
    return 0;
}

/* Makes the pages [first, end), a part of one large page, zero. */
static void clear_part(const struct memory_object *object, uint64_t first,
                       uint64_t end)
{
    uint64_t index = align_down(first, FRAMES_PER_LARGE_PAGE);
    uint64_t word = page_tree_find(&object->tree, index);

    if (first < end && word != 0 && (word & OBJECT_UNTOUCHED) == 0) {
        char *page = direct_map(object_frame_of(word));
        memset(page + ((first - index) << PAGE_SHIFT), 0,
               (end - first) << PAGE_SHIFT);
    }
}

int object_huge_remove(struct memory_object *object, uint64_t first,
                       uint64_t end, struct list *removals)
{
    uint64_t whole = align_up(first, FRAMES_PER_LARGE_PAGE);
    uint64_t whole_end = align_down(end, FRAMES_PER_LARGE_PAGE);

    if (whole > whole_end) {
        clear_part(object, first, end);
        return 0;
    }
    clear_part(object, first, whole);
    clear_part(object, whole_end, end);
    return object_remove(object, whole, whole_end, removals);
}
