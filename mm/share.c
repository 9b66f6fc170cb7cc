/* Memory with several users. */
#include "mm/share.h"

#include "kernel/lib.h"
#include "mm/frame.h"

bool large_is_cut(paddr_t page)
{
    uint8_t state = byte_map_state(page >> LARGE_PAGE_SHIFT);

    return (state & (BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) != 0;
}

/* The words of the frames of PAGE that have one, the first or all of them: up
 * to this address. */
static uint32_t *words_end(paddr_t page)
{
    return frame_info(page) + (large_is_cut(page) ? FRAMES_PER_LARGE_PAGE : 1);
}

static void share_frames(paddr_t page)
{
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        frame_share(page + i * FRAME_SIZE);
    }
}

void large_share(paddr_t page)
{
    if (large_is_cut(page)) {
        share_frames(page);
    } else {
        frame_share(page);
    }
}

bool large_is_shared(paddr_t page)
{
    const uint32_t *end = words_end(page);
    const uint32_t *extra = frame_info(page);

    while (extra < end && *extra == 0) {
        extra++;
    }
    return extra < end;
}

static void release_frames(paddr_t page)
{
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        paddr_t frame = page + i * FRAME_SIZE;
        int error = frame_unshare(frame) ? frame_free(frame) : 0;
        ASSERT_CMP(error, ==, 0);
    }
}

void large_release(paddr_t page)
{
    if (large_is_cut(page)) {
        release_frames(page);
        return;
    }
    int error = frame_unshare(page) ? byte_map_free(page, 1) : 0;
    ASSERT_CMP(error, ==, 0);
}

void large_split(paddr_t page)
{
    if (large_is_cut(page)) {
        return;
    }
    uint32_t *extra = frame_info(page);
    int error = byte_map_split(page);
    ASSERT_CMP(error, ==, 0);
    for (size_t i = 1; i < FRAMES_PER_LARGE_PAGE; i++) {
        extra[i] = extra[0];
    }
}

void large_join(paddr_t page)
{
    if (large_is_cut(page)) {
        byte_map_join(page);
    }
}
