/* See test/bench/byte_loop.h. */
#include "test/bench/byte_loop.h"

#include <string.h>

size_t byte_loop_alloc(struct byte_loop *map, size_t count)
{
    const uint8_t *state = map->state;
    size_t run = 0;
    for (size_t page = map->page_count; page-- > 0;) {
        if (state[page] != BYTE_LOOP_FREE) {
            run = 0;
        } else if (++run == count) {
            memset(&map->state[page], BYTE_LOOP_USED, count);
            return page;
        }
    }
    return BYTE_LOOP_NONE;
}

int byte_loop_free(struct byte_loop *map, size_t page, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (map->state[page + i] != BYTE_LOOP_USED) {
            return -1;
        }
    }
    memset(&map->state[page], BYTE_LOOP_FREE, count);
    return 0;
}
