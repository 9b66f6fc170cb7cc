/* Frames: which are free, and how many. */
#include "mm/byte_map_priv.h"
#include "mm/frame.h"

#define FRAMES_PER_WORD 64

uint8_t frame_state(size_t number)
{
    size_t page = number / FRAMES_PER_LARGE_PAGE;
    size_t frame = number % FRAMES_PER_LARGE_PAGE;
    uint8_t state = byte_map_state(page);

    if ((state & (BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) == 0) {
        return state;
    }
    uint64_t word = LOAD(byte_map.frames[page].word[frame / FRAMES_PER_WORD]);
    bool is_free = (word >> frame % FRAMES_PER_WORD & 1) != 0;
    return is_free ? BYTE_MAP_FREE
                   : BYTE_MAP_USED | (state & BYTE_MAP_OWNER_MASK);
}

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
