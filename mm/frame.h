/* Frames: 4 KiB of physical memory, carved from split large pages.
 *
 * A split page has 512 frames and a 64-byte bitmap of the free ones. Frames
 * come from the topmost page that has some, one page a CPU at a time, and when
 * the last frame of a page comes back it is a whole large page again: at once,
 * or when the CPU that takes its frames there leaves it (byte_map_drain makes
 * it). Frames and byte map share one state: this is the second half of
 * byte_map.h.
 *
 * Frames that boot has taken (of the kernel, of modules) are allocated frames
 * and can be released. So can, by mistake, those where a split page has no RAM:
 * the map can't tell, so whoever releases must have been given the frame.
 */
#pragma once

#include "mm/byte_map.h"

/* Allocates one frame. When a large page is split for it, OWNER is noted as
 * the page's. The frame's contents are undefined. Returns its
 * physical address, or PADDR_NONE when there is no memory at all, not even by
 * frame_reclaim. */
paddr_t frame_alloc(enum byte_map_owner owner);

/* How often that was so, what a test made fail apart. */
extern uint64_t frame_shortages;

/* Of the layer above: frees frames whose contents can be had again (see
 * mm/reclaim.c). False when there are none. */
bool frame_reclaim(void);

/* Allocates up to COUNT frames into FRAMES. Returns how many it found; fewer
 * than COUNT means that no memory is left. */
size_t frame_alloc_batch(paddr_t *frames, size_t count,
                         enum byte_map_owner owner);

/* Releases a frame. Returns 0, or -EINVAL after logging address, state and
 * rule when FRAME is not aligned, not in a split page, or already free. */
int frame_free(paddr_t frame) MUST_CHECK;

/* Releases COUNT frames. Stops at the first that is refused (as frame_free
 * does) and returns how many were released. */
size_t frame_free_batch(const paddr_t *frames, size_t count) MUST_CHECK;

/* Free frames in split pages; frames of free large pages are not counted (see
 * byte_map_free_count). Looks at all split pages. */
size_t frame_free_count(void);

/* The state of a frame, by its number, in the words of kernel/abi/bytemap.h: of
 * a split page it is free, or used and its owner that of the page; else it is
 * the page's. Frames that a split page has no RAM for are used, too. */
uint8_t frame_state(size_t number);

/* The frame of zeros that pages show until they are written. It is nobody's. */
paddr_t frame_of_zeros(void);
