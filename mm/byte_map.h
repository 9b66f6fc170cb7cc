/* The byte map: RAM as large pages of 2 MiB, one byte a page, and that byte is
 * the only record of the page's state. Everything else in here that makes the
 * search fast is derived from the bytes and can be rebuilt from them.
 *
 * The operations are BareMetal's: allocate N contiguous pages searched from
 * the top of memory, release, count the free ones. BYTE_MAP_FREE and
 * BYTE_MAP_USED keep BareMetal's values; all states are in
 * kernel/abi/bytemap.h, because programs see them in /proc/bytemap. Owner bits
 * are those of whom a used page was allocated for, or a split page was first
 * split for.
 */
#pragma once

#include "boot/boot_info.h"
#include "kernel/abi/bytemap.h"
#include "kernel/lib.h"

/* Bytes of memory that byte_map_init needs for RAM below TOP (a physical
 * address, from memory_map_top). */
size_t byte_map_metadata_size(paddr_t top);

/* Lays out the byte map for the RAM in RANGES below TOP (a multiple of a large
 * page) in METADATA: byte_map_metadata_size(top) bytes, aligned to a page, with
 * any contents, mapped, and covered by a MEMORY_KERNEL range. RAM itself is not
 * touched. Called once at boot, when cpu_index() works (again and again in
 * tests).
 *
 * Pages that boot's ranges (kernel, modules, loader) cover whole are used by
 * the kernel. A page that is RAM or free only in part is split, and what is
 * missing are allocated frames of it. The frame at address 0 is one of these,
 * whatever the ranges say. A page without RAM that is listed is reserved. */
void byte_map_init(const struct memory_range *ranges, size_t count, paddr_t top,
                   void *metadata);

/* Allocates COUNT contiguous large pages for OWNER, the topmost run that is
 * long enough; but a single page comes from the CPU's magazine of 16 at most,
 * where pages lie that were topmost or just released. Before a request is
 * refused, all magazines are put back into the map. Returns the physical
 * address of the lowest page, or PADDR_NONE. */
paddr_t byte_map_alloc(size_t count, enum byte_map_owner owner);

/* The same, aligned to COUNT large pages; COUNT is a power of two. */
paddr_t byte_map_alloc_aligned(size_t count, enum byte_map_owner owner);

/* The same, wholly below LIMIT: for devices that know only 32 bits. */
paddr_t byte_map_alloc_below(size_t count, paddr_t limit,
                             enum byte_map_owner owner);

/* Releases COUNT large pages from START, all or a part of what was allocated.
 * Returns 0, or -EINVAL after logging address, state and rule when START is
 * not aligned, the range wraps or ends past the map, or any page in it is not
 * allocated; nothing is changed then. (Two CPUs that release the same page at
 * the same moment are not told apart.) */
int byte_map_free(paddr_t start, size_t count) MUST_CHECK;

/* Cuts an allocated large page into 512 allocated frames, to be released one
 * by one with frame_free. Returns 0, or -EINVAL as byte_map_free does. */
int byte_map_split(paddr_t page) MUST_CHECK;

/* Makes a page that was cut an allocated large page again. The caller has all
 * of its 512 frames, and none was free since byte_map_split. */
void byte_map_join(paddr_t page);

/* Free large pages, magazines included. Costs nothing. */
size_t byte_map_free_count(void);

/* An upper bound of the longest free run in the map as it is, in large pages,
 * at no cost; and the exact length, at the cost of a look at the map, after
 * all magazines are put back. */
size_t byte_map_largest_run_bound(void);
size_t byte_map_largest_run(void);

/* Pages that the map covers, and the byte of one of them (HOLE past the end).
 */
size_t byte_map_page_count(void);
uint8_t byte_map_state(size_t page);

/* Notes TAG (a process id) for pages that the caller has allocated. The tag of
 * a page that is not allocated whole is 0; of one that nobody tagged since it
 * was allocated, it is whatever was said last. */
void byte_map_set_tag(paddr_t start, size_t count, uint16_t tag);
uint16_t byte_map_tag(size_t page);

/* Tells the whole map as it is, run by run of the same state, and from now on
 * each change of it, by byte_map_changed. There are no magazines any longer: a
 * page that is at hand comes and goes without a look at who wants to know. */
void byte_map_tell_changes(void);

/* COUNT pages from PAGE have STATE now. Defined by those who want to know; the
 * map's locks may be held, so nothing is asked of it but byte_map_state. */
void byte_map_changed(size_t page, size_t count, uint8_t state) COLD;

/* Has byte_map_changed told the pages of [FIRST, END) as they are, by runs. */
void byte_map_tell(size_t first, size_t end);

/* Puts back into the map what the CPUs have at hand: the pages in their
 * magazines, and the split page that each takes its frames from. */
void byte_map_drain(void);

/* From now on a magazine holds at most SIZE pages, of the 16 that there is room
 * for; with 0 all pages come from the map, under its lock, as they do anyway
 * once each change is told. Drains as above.
 * Returns what the limit was. For measurements and tests, while nobody else
 * uses the map. */
uint32_t byte_map_limit_magazines(uint32_t size);

/* Checks that bytes and index agree. Returns NULL, or the rule that is broken.
 */
const char *byte_map_validate(void);
