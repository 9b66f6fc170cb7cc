/* The byte map, told to those who keep a record of it. */
#include "mm/byte_map_priv.h"

void byte_map_tell(size_t first, size_t end)
{
    while (first < end) {
        uint8_t state = byte_map_state(first);
        size_t next = first + 1;
        while (next < end && byte_map_state(next) == state) {
            next++;
        }
        byte_map_changed(first, next - first, state);
        first = next;
    }
}

void byte_map_tell_changes(void)
{
    byte_map_limit_magazines(0);
    byte_map_lock_all();
    byte_map_tell(0, byte_map.page_count);
    byte_map.is_told = true;
    byte_map_unlock_all();
}
