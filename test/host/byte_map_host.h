/* What the tests of byte map and frames share: machines to lay out, and the
 * plainest byte map that does the same, to compare with. */
#pragma once

#include "mm/byte_map_priv.h"
#include "mm/frame.h"

/* Lays the byte map out for RANGES on fresh metadata filled with garbage.
 * Magazines are as init chose them. */
void host_machine(const struct memory_range *ranges, size_t count);

/* The same for RAM from address 0 to PAGES large pages, with the first page
 * whole: a kernel takes the bytes in KERNEL pages from the bottom (at least 1).
 */
void host_machine_of(size_t pages, size_t kernel);

/* The frame that is freed when memory has run out, or PADDR_NONE. */
extern paddr_t host_reclaimable;

/* Where byte_map_changed notes each page's state, or NULL. */
extern uint8_t *host_told;

/* No magazines: then pages are taken and put back one by one. */
void host_without_magazines(void);

/* Fails the running test unless byte_map_validate finds all in order. */
void host_assert_valid(void);

/* Free frames, those of whole pages too. */
size_t host_free_frames(void);

/* Frees the last machine's metadata. */
void host_machine_end(void);

/* Lines logged since the last call, and the last of them. */
unsigned host_logged(void);
extern char host_log_line[512];

/* The plain map: one byte a page, looked at one after the other from the top,
 * as BareMetal does. Its state is the bytes alone. */
struct plain_map {
    uint8_t *state;
    size_t page_count;
};

/* The same meaning as byte_map_alloc, _aligned, _below in one: pages below END,
 * start aligned to ALIGNMENT pages. Returns the lowest page, or NO_PAGE. */
size_t plain_alloc(struct plain_map *map, size_t count, size_t alignment,
                   size_t end, uint8_t state);
bool plain_free(struct plain_map *map, size_t page, size_t count);
