/* Random operations on MAP_HUGETLB: see operation.h. */
#include "test/conformance/case.h"
#include "test/conformance/operation.h"

#define LARGE       (2ul << 20)
#define LARGE_PAGES (LARGE / PAGE_SIZE)
#define LARGE_MOST  20 /* of one mapping: a few of them exhaust the pool */

/* Of a range, mostly whole large pages. */
static struct range draw_huge_range(void)
{
    struct range range = draw_range_in(WINDOW_HUGE);
    if (draw_one_in(4)) {
        range.length -= draw_one_in(4) ? draw(LARGE) : 0;
        return range;
    }
    range.start = range.start / LARGE * LARGE;
    range.length = (1 + draw(draw_one_in(4) ? LARGE_MOST : 4)) * LARGE;
    return range;
}

static unsigned long draw_huge_protection(void)
{
    return draw_one_in(2) ? READ_WRITE : draw_protection();
}

/* Where a private mapping that can't be written shows what its file has not,
 * Linux remembers how long that file was. */
static unsigned long draw_offset(unsigned long protection)
{
    if (draw_one_in(24)) {
        return PAGES(1 + draw(LARGE_PAGES - 1));
    }
    return (protection & PROT_WRITE) != 0 && draw_one_in(4) ? draw(9) * LARGE
                                                            : 0;
}

/* What the last mapping of shared pages gives back is there on Linux when the
 * call has ended, so it is unmapped before others are asked for in its place.
 */
static void unmap_shared(struct range range)
{
    struct maps_area area;
    for (unsigned long at = range.start; at < range.start + range.length;
         at += LARGE) {
        if (maps_find(at, &area) && area.is_shared) {
            CALL(munmap, area.start, area.end - area.start);
        }
    }
}

static struct range map_huge(void)
{
    struct range range = draw_huge_range();
    unsigned long protection = draw_huge_protection();
    unsigned long flags = MAP_ANONYMOUS | MAP_HUGETLB;
    flags |= draw_one_in(2) ? MAP_PRIVATE : MAP_SHARED;
    flags |= draw_one_in(6) ? MAP_FIXED_NOREPLACE : MAP_FIXED;
    flags |= draw_one_in(4) ? MAP_NORESERVE : 0;
    flags |= draw_one_in(8) ? MAP_POPULATE : 0;
    flags |= draw_one_in(16) ? MAP_LOCKED : 0;
    unmap_shared(range);
    map(range.start, range.length, protection, flags, NO_FILE,
        draw_offset(protection));
    return range;
}

/* Other memory, over or beside it. */
static struct range map_small(void)
{
    struct range range = draw_huge_range();
    map(range.start, PAGES(1 + draw(4)), draw_protection(),
        ANONYMOUS | MAP_FIXED, NO_FILE, 0);
    return range;
}

static struct range unmap(void)
{
    struct range range = draw_huge_range();
    CALL(munmap, range.start, range.length);
    return range;
}

static struct range protect(void)
{
    struct range range = draw_huge_range();
    CALL(mprotect, range.start, range.length, draw_huge_protection());
    return range;
}

static struct range advise(void)
{
    static const unsigned char advices[] = {
        MADV_DONTNEED,      MADV_DONTNEED,       MADV_DONTNEED,
        MADV_REMOVE,        MADV_REMOVE,         MADV_REMOVE,
        MADV_HUGEPAGE,      MADV_NOHUGEPAGE,     MADV_DONTNEED_LOCKED,
        MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_WILLNEED,
        MADV_DONTFORK,      MADV_DOFORK,         MADV_DONTDUMP,
        MADV_DODUMP,        MADV_WIPEONFORK,     MADV_KEEPONFORK,
        MADV_FREE,          MADV_COLD,           MADV_PAGEOUT,
        MADV_MERGEABLE,     MADV_UNMERGEABLE,    MADV_RANDOM,
        MADV_SEQUENTIAL,    MADV_NORMAL,         MADV_COLLAPSE,
    };
    struct range range = draw_huge_range();
    CALL(madvise, range.start, range.length, DRAW_OF(advices));
    return range;
}

/* When a part of private memory moves, Linux 6.1 forgets what the rest has
 * reserved, for ever (clear_vma_resv_huge_pages): all of it moves. */
static struct range draw_moved_range(void)
{
    struct range range = draw_huge_range();
    struct maps_area area;
    if (maps_find(range.start, &area) && !area.is_shared) {
        range = (struct range){area.start, area.end - area.start};
    }
    return range;
}

static struct range move(void)
{
    static const unsigned char flags_of[] = {
        0,
        MREMAP_MAYMOVE,
        MREMAP_MAYMOVE | MREMAP_FIXED,
        MREMAP_MAYMOVE | MREMAP_FIXED,
        MREMAP_MAYMOVE | MREMAP_FIXED,
        MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP,
    };
    struct range old = draw_moved_range();
    struct range place = draw_huge_range();
    unsigned long length = old.length;
    if (draw_one_in(3)) {
        length = draw_one_in(4) ? old.length + LARGE : old.length / 2;
    }
    long start = CALL(mremap, old.start, old.length, length, DRAW_OF(flags_of),
                      place.start);
    return is_error(start) ? old : (struct range){(unsigned long)start, length};
}

/* Of each large page of the window one page. */
static struct range ask_resident(void)
{
    static unsigned char is_there;
    struct range range = draw_huge_range();
    for (unsigned long at = range.start; at < range.start + range.length;
         at += LARGE) {
        is_there = 0;
        CALL(mincore, at / PAGE_SIZE * PAGE_SIZE, PAGE_SIZE,
             (unsigned long)&is_there);
        text_decimal(is_there);
        text_line();
    }
    return range;
}

static struct range lock(void)
{
    struct range range = draw_huge_range();
    if (draw_one_in(2)) {
        CALL(mlock, range.start, range.length);
    } else {
        CALL(munlock, range.start, range.length);
    }
    return range;
}

static struct range read_file(void)
{
    struct range range = draw_huge_range();
    CALL(pread64, DATA_FILE, range.start + draw(LARGE), 2 * PAGE_SIZE, 0, 0);
    return range;
}

struct range operation_do_huge(void)
{
    static struct range (*const operations[])(void) = {
        map_huge, map_huge, map_huge, map_huge, map_small,    unmap,  unmap,
        protect,  protect,  advise,   advise,   advise,       advise, advise,
        move,     move,     move,     move,     ask_resident, lock,   read_file,
    };
    struct range range = DRAW_OF(operations)();
    for (uint32_t touches = draw(4); touches > 0; touches--) {
        unsigned long at = range.start / LARGE + draw(8);
        operation_touch((struct range){at * LARGE, PAGES(2)}, touches);
    }
    maps_say_pool();
    if (draw_one_in(8)) {
        maps_say_huge();
    }
    return range;
}
