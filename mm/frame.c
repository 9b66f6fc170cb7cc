/* Frames of split large pages. */
#include "mm/frame.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/log.h"
#include "kernel/lib/string.h"
#include "mm/byte_map_priv.h"

static bool is_filled(size_t page, uint64_t word)
{
    for (size_t i = 0; i < FRAME_WORDS; i++) {
        if (byte_map.frames[page].word[i] != word) {
            return false;
        }
    }
    return true;
}

/* The topmost page with a free frame, split for it when need be. */
static size_t page_to_take_from(void)
{
    for (size_t page = byte_map.page_count; page-- > 0;) {
        if (state_is(page, BYTE_MAP_SPLIT)) {
            return page;
        }
    }
    for (size_t page = byte_map.page_count; page-- > 0;) {
        if (state_is(page, BYTE_MAP_FREE)) {
            memset(&byte_map.frames[page], 0xff, sizeof(struct frame_bits));
            byte_map.free_count--;
            byte_map.state[page] = BYTE_MAP_SPLIT;
            return page;
        }
    }
    return byte_map.page_count;
}

static paddr_t take_frame(void)
{
    size_t page = page_to_take_from();
    if (page == byte_map.page_count) {
        return PADDR_NONE;
    }
    size_t i = FRAME_WORDS - 1;
    uint64_t *word = byte_map.frames[page].word;
    while (word[i] == 0) {
        i--;
    }
    size_t bit = 63 - (size_t)__builtin_clzll(word[i]);
    word[i] &= ~BIT(bit);
    if (is_filled(page, 0)) {
        byte_map.state[page] = BYTE_MAP_SPLIT_FULL;
    }
    return ((paddr_t)page << LARGE_PAGE_SHIFT) + (i * 64 + bit) * FRAME_SIZE;
}

paddr_t frame_alloc(enum byte_map_owner owner)
{
    (void)owner;
    spin_lock(&byte_map.lock);
    paddr_t frame = take_frame();
    spin_unlock(&byte_map.lock);
    return frame;
}

size_t frame_alloc_batch(paddr_t *frames, size_t count,
                         enum byte_map_owner owner)
{
    for (size_t i = 0; i < count; i++) {
        frames[i] = frame_alloc(owner);
        if (frames[i] == PADDR_NONE) {
            return i;
        }
    }
    return count;
}

static const char *put_frame(paddr_t frame)
{
    size_t page = frame >> LARGE_PAGE_SHIFT;
    if (!is_aligned(frame, FRAME_SIZE)) {
        return "not aligned to a frame";
    }
    if (page >= byte_map.page_count ||
        !state_is(page, BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) {
        return "not in a split page";
    }
    size_t bit = frame / FRAME_SIZE % FRAMES_PER_LARGE_PAGE;
    uint64_t *word = &byte_map.frames[page].word[bit / 64];
    if ((*word & BIT(bit % 64)) != 0) {
        return "already free";
    }
    *word |= BIT(bit % 64);
    byte_map.state[page] = BYTE_MAP_SPLIT;
    if (is_filled(page, ~0ull)) {
        byte_map.state[page] = BYTE_MAP_FREE;
        byte_map.free_count++;
    }
    return NULL;
}

int frame_free(paddr_t frame)
{
    spin_lock(&byte_map.lock);
    const char *rule = put_frame(frame);
    spin_unlock(&byte_map.lock);
    if (rule != NULL) {
        log_warn("frames: release of 0x%llx refused: %s",
                 (unsigned long long)frame, rule);
        return -EINVAL;
    }
    return 0;
}

size_t frame_free_batch(const paddr_t *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (frame_free(frames[i]) != 0) {
            return i;
        }
    }
    return count;
}

size_t frame_free_count(void)
{
    size_t count = 0;
    spin_lock(&byte_map.lock);
    for (size_t page = 0; page < byte_map.page_count; page++) {
        for (size_t i = 0; i < FRAME_WORDS && state_is(page, BYTE_MAP_SPLIT);
             i++) {
            count +=
                (size_t)__builtin_popcountll(byte_map.frames[page].word[i]);
        }
    }
    spin_unlock(&byte_map.lock);
    return count;
}
