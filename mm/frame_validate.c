/* What holds of the frames of a page at any time. */
#include "mm/byte_map_priv.h"

const char *frame_validate(size_t page)
{
    bool is_indexed = bit_tree_has(&byte_map.split, place_of(page));
    bool is_split = page_is(page, BYTE_MAP_SPLIT);
    size_t free = frame_count_free_of(page);

    if (is_indexed != (is_split && !frame_is_taken_from(page))) {
        return "a split page is in the index or some CPU's frame page";
    }
    if (is_indexed && (free == 0 || free == FRAMES_PER_LARGE_PAGE)) {
        return "a split page has 1 to 511 free frames";
    }
    if (page_is(page, BYTE_MAP_SPLIT_FULL) && free != 0) {
        return "a full split page has no free frame";
    }
    return NULL;
}
