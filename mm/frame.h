/* Frames: 4 KiB of physical memory, carved from split large pages.
 *
 * A split page has 512 frames and a 64-byte bitmap of the free ones. When the
 * last frame comes back the page is a whole large page again. Frames and byte
 * map share one lock and one state: this is the second half of byte_map.h.
 */
#pragma once

#include "mm/byte_map.h"

/* Allocates one frame for OWNER. Its contents are undefined. Returns its
 * physical address, or PADDR_NONE when there is no memory at all. */
paddr_t frame_alloc(enum byte_map_owner owner);

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

/* Free frames in split pages and magazines; frames of free large pages are
 * not counted (see byte_map_free_count). */
size_t frame_free_count(void);
