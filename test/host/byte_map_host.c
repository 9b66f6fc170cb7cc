/* See test/host/byte_map_host.h. */
#include "test/host/byte_map_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/lib/log.h"
#include "mm/memory_map.h"

char host_log_line[512];

paddr_t host_reclaimable = PADDR_NONE;

uint8_t *host_told;

static unsigned logged;
static void *metadata;

void log_write(enum log_level level, const char *format, ...)
{
    va_list arguments;

    (void)level;
    va_start(arguments, format);
    vsnprintf(host_log_line, sizeof(host_log_line), format, arguments);
    va_end(arguments);
    logged++;
}

unsigned host_logged(void)
{
    unsigned lines = logged;
    logged = 0;
    return lines;
}

void byte_map_changed(size_t page, size_t count, uint8_t state)
{
    assert_int_not_equal(count, 0);
    assert_int_equal(byte_map_state(page + count - 1), state);
    if (host_told != NULL) {
        memset(&host_told[page], state, count);
    }
}

bool frame_reclaim(void)
{
    if (host_reclaimable == PADDR_NONE) {
        return false;
    }
    assert_int_equal(frame_free(host_reclaimable), 0);
    host_reclaimable = PADDR_NONE;
    return true;
}

void host_machine(const struct memory_range *ranges, size_t count)
{
    paddr_t top = memory_map_top(ranges, count);
    size_t size = byte_map_metadata_size(top);
    host_machine_end();
    assert_int_equal(size % FRAME_SIZE, 0);
    metadata = aligned_alloc(FRAME_SIZE, size);
    assert_non_null(metadata);
    /* What lies in RAM before is not zero. The frame bits, most of it, are
     * left as they come, so that large machines cost little. */
    size_t bits = top / LARGE_PAGE_SIZE * sizeof(struct frame_bits);
    memset((uint8_t *)metadata + bits, 0xa5, size - bits);
    byte_map_init(ranges, count, top, metadata);
}

void host_machine_of(size_t pages, size_t kernel)
{
    const struct memory_range ranges[] = {
        {0, pages * LARGE_PAGE_SIZE, MEMORY_RAM},
        {0, kernel * LARGE_PAGE_SIZE, MEMORY_KERNEL},
    };
    host_machine(ranges, ARRAY_COUNT(ranges));
}

void host_without_magazines(void)
{
    byte_map_limit_magazines(0);
}

void host_assert_valid(void)
{
    const char *rule = byte_map_validate();
    if (rule != NULL) {
        fail_msg("byte map: broken: %s", rule);
    }
}

void host_machine_end(void)
{
    free(metadata);
    metadata = NULL;
}

static bool is_state(const struct plain_map *map, size_t page, size_t count,
                     uint8_t state)
{
    for (size_t i = 0; i < count; i++) {
        if ((map->state[page + i] & state) == 0) {
            return false;
        }
    }
    return true;
}

size_t plain_alloc(struct plain_map *map, size_t count, size_t alignment,
                   size_t end, uint8_t state)
{
    size_t run = 0;
    for (size_t page = MIN(end, map->page_count); count > 0 && page-- > 0;) {
        run = map->state[page] == BYTE_MAP_FREE ? run + 1 : 0;
        if (run >= count && page % alignment == 0) {
            memset(&map->state[page], state, count);
            return page;
        }
    }
    return NO_PAGE;
}

bool plain_free(struct plain_map *map, size_t page, size_t count)
{
    if (page >= map->page_count || count > map->page_count - page ||
        !is_state(map, page, count, BYTE_MAP_USED)) {
        return false;
    }
    memset(&map->state[page], BYTE_MAP_FREE, count);
    return true;
}

size_t host_free_frames(void)
{
    return byte_map_free_count() * FRAMES_PER_LARGE_PAGE + frame_free_count();
}
