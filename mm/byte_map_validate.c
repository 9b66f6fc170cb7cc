/* What holds of the byte map at any time, checked one rule after the other. */
#include "mm/byte_map_priv.h"

static const char *validate_index(void)
{
    size_t free_count = 0;
    for (size_t page = 0; page < byte_map.page_count; page++) {
        bool is_free = byte_map.state[page] == BYTE_MAP_FREE;
        free_count += is_free;
        if (bit_tree_has(&byte_map.free, place_of(page)) != is_free) {
            return "a page is in the index where its byte says free";
        }
    }
    if (free_count != byte_map.free_count) {
        return "the free count is the number of free bytes";
    }
    if (!bit_tree_is_valid(&byte_map.free, byte_map.place_count) ||
        !bit_tree_is_valid(&byte_map.split, byte_map.place_count)) {
        return "a bit of the index is set where the word below is not 0";
    }
    return free_runs_is_valid(&byte_map.runs)
               ? NULL
               : "a bound is at least the longest run that it bounds";
}

static const char *validate_magazines(void)
{
    size_t held = 0;
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        const struct magazine *magazine = &byte_map.magazines[cpu];
        bool is_used = magazine->size > 0 || magazine->frame_page != NO_PAGE;
        if (is_used && !byte_map.magazines_hold) {
            return "magazines are closed when nothing says that they hold";
        }
        if (magazine->locked_count > magazine->size) {
            return "a magazine holds as many pages as it may";
        }
        for (uint32_t i = 0; i < magazine->locked_count; i++) {
            if (byte_map.state[magazine->pages[i]] != BYTE_MAP_HELD) {
                return "a page in a magazine is held";
            }
        }
        held += magazine->locked_count;
    }
    for (size_t page = 0; page < byte_map.page_count; page++) {
        held -= byte_map.state[page] == BYTE_MAP_HELD;
    }
    return held == 0 ? NULL : "a held page is in one magazine";
}

static const char *validate_states(void)
{
    for (size_t page = 0; page < byte_map.page_count; page++) {
        unsigned state = state_of(page);
        if ((state & (state - 1)) != 0) {
            return "a page has one state";
        }
        const char *rule = frame_validate(page);
        if (rule != NULL) {
            return rule;
        }
    }
    return NULL;
}

const char *byte_map_validate(void)
{
    byte_map_lock_all();
    const char *rule = validate_index();
    if (rule == NULL) {
        rule = validate_magazines();
    }
    if (rule == NULL) {
        rule = validate_states();
    }
    byte_map_unlock_all();
    return rule;
}
