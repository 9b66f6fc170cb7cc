/* Pages of objects that are given back when memory runs out: those that show
 * what the data says, which nobody has written. One object's after the other,
 * and in each from where it ended last time. */
#include "kernel/lib.h"
#include "mm/object_priv.h"
#include "mm/share.h"

static bool may_go(uint64_t word)
{
    const uint64_t others = OBJECT_DIRTY | OBJECT_HOLE | OBJECT_REMOVED;

    return (word & others) == 0 && !frame_is_shared(object_frame_of(word));
}

/* Marks pages of OBJECT from *FIRST on, COUNT at most. Returns how many; *FIRST
 * becomes the first of them, and *END is behind the last. */
static size_t mark(struct memory_object *object, uint64_t *first, uint64_t *end,
                   size_t count)
{
    uint64_t at = *first;
    size_t done = 0;
    uint64_t *word;

    for (; done < count &&
           (word = page_tree_next(&object->tree, &at, PAGE_TREE_END)) != NULL;
         at++) {
        if (may_go(*word)) {
            *word |= OBJECT_REMOVED;
            *first = done == 0 ? at : *first;
            *end = at + 1;
            done++;
        }
    }
    return done;
}

static size_t reclaim(struct memory_object *object, size_t count)
{
    uint64_t first = object->reclaimed_end;
    uint64_t end = first;
    size_t done = mark(object, &first, &end, count);

    object->reclaimed_end = done == 0 ? 0 : end;
    if (done != 0) {
        object_drop_marked(object, first, end, 0);
    }
    return done;
}

/* An object of which a part was tried gets a second chance, from its start. */
size_t object_reclaim(size_t count)
{
    size_t done = 0;

    for (struct memory_object *object = NULL;
         done == 0 && (object = object_next(object)) != NULL;) {
        bool may_start_anew = object->reclaimed_end > 0;
        if (object->is_busy || object->clean == 0) {
            continue;
        }
        done = reclaim(object, count);
        if (done == 0 && may_start_anew) {
            done = reclaim(object, count);
        }
    }
    return done;
}
