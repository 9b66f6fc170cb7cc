/* Frames: how many are free. */
#include "mm/byte_map_priv.h"
#include "mm/frame.h"

size_t frame_free_count(void)
{
    size_t count = 0;
    spin_lock(&byte_map.lock);
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        size_t page = byte_map.magazines[cpu].frame_page;
        count += page == NO_PAGE ? 0 : frame_count_free_of(page);
    }
    for (size_t i = 0; i < byte_map.place_count / 64; i++) {
        uint64_t bits = byte_map.split.level[0][i];
        for (; bits != 0; bits &= bits - 1) {
            size_t place = i * 64 + (size_t)__builtin_ctzll(bits);
            count += frame_count_free_of(place_of(place));
        }
    }
    spin_unlock(&byte_map.lock);
    return count;
}
