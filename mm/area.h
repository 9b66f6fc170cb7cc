/* Areas: what an address space promises its program, as an ordered tree.
 *
 * An area (struct vma) is a range of pages with one set of rights and one
 * backing. Areas are split, merged and placed as Linux 6.1 does it, so that
 * /proc/self/maps shows the same lines. Nothing here knows page tables.
 *
 * Prepare, then commit: area_reserve() is all that can lack memory. It is
 * called before each operation marked "takes nodes", and one call is enough
 * for one area_remove followed by one area_insert, or for one of any other.
 *
 * The tree belongs to one address space and is protected by its lock. All
 * addresses and lengths are multiples of PAGE_SIZE.
 */
#pragma once

#include "mm/object.h"

/* An open file, as the layer above knows it. Two areas can merge only when
 * they name the same open file, not just the same file on disk. */
struct file;

/* Rights, with the values of PROT_READ, PROT_WRITE and PROT_EXEC. */
#define AREA_READ          0x1u
#define AREA_WRITE         0x2u
#define AREA_EXEC          0x4u
#define AREA_RIGHTS        (AREA_READ | AREA_WRITE | AREA_EXEC)

/* Rights that mprotect may give. */
#define AREA_MAY_SHIFT     4
#define AREA_MAY_READ      (AREA_READ << AREA_MAY_SHIFT)
#define AREA_MAY_WRITE     (AREA_WRITE << AREA_MAY_SHIFT)
#define AREA_MAY_EXEC      (AREA_EXEC << AREA_MAY_SHIFT)

/* Of the memory of MAP_STACK: no large page at the first touch, because a
 * thread mostly needs a few KiB at the end of a stack of MiBs. Linux does not
 * keep this flag, so it is not compared when areas merge: the one that is there
 * keeps its own. */
#define AREA_STACK         0x02000000u

/* All that follows is compared when areas merge, so a flag must be here if
 * Linux keeps it in vm_flags, and must not be if Linux does not. Labels such as
 * [heap] and [stack] are no flags: they follow from addresses. */
#define AREA_SHARED        0x00000100u /* what is written, others see */
#define AREA_MAY_SHARE     0x00800000u /* MAP_SHARED; clear: MAP_PRIVATE */
#define AREA_GROWSDOWN     0x00000200u /* a stack, or MAP_GROWSDOWN */
#define AREA_LOCKED        0x00000400u
#define AREA_LOCK_ON_FAULT 0x00000800u /* with AREA_LOCKED: MLOCK_ONFAULT */
#define AREA_HUGETLB       0x00001000u /* and AREA_NO_MERGE, as on Linux */
/* Of private MAP_HUGETLB: what was reserved is this area's, not a child's; and
 * its pages may have gone to the one they were reserved for. Linux keeps both
 * elsewhere. */
#define AREA_HUGE_OWNER    0x04000000u
#define AREA_HUGE_LOST     0x08000000u
#define AREA_NORESERVE     0x00002000u
/* Its file is told of each area, so none merge: Linux's vm_ops->close. */
#define AREA_COUNTED       0x10000000u
/* Counted as promised: set where a private mapping is or becomes writable
 * without AREA_NORESERVE, and kept when it is made read-only again. */
#define AREA_ACCOUNT       0x00004000u
#define AREA_HUGEPAGE      0x00008000u /* MADV_HUGEPAGE */
#define AREA_NOHUGEPAGE    0x00010000u /* MADV_NOHUGEPAGE */
#define AREA_RANDOM        0x00020000u /* MADV_RANDOM */
#define AREA_SEQUENTIAL    0x00040000u /* MADV_SEQUENTIAL */
#define AREA_DONTFORK      0x00080000u /* MADV_DONTFORK */
#define AREA_WIPEONFORK    0x00100000u /* MADV_WIPEONFORK */
#define AREA_DONTDUMP      0x00200000u /* MADV_DONTDUMP */
#define AREA_MERGEABLE     0x01000000u /* MADV_MERGEABLE */
#define AREA_NO_MERGE      0x00400000u /* special mappings: vdso and the like */

/* Areas that an address space may have, unless area_count_max says otherwise:
 * Linux's vm.max_map_count. */
#define AREA_COUNT_MAX     65530
extern int32_t area_count_max;

/* Pages below a GROWSDOWN area that no other area may be placed in. */
#define AREA_GUARD_PAGES 256u

/* In vma.anon: the area came by a fork. Nothing new joins it. */
#define AREA_INHERITED   BIT(63)

struct vma {
    uaddr_t start;
    uaddr_t end;
    uint32_t flags; /* AREA_* */
    uint32_t rank;  /* of mm/area_tree.c alone, as all from `tree` on */
    /* The page of the file that START shows. Without a file it is START's page
     * number when the area was made, and moves with an area that has been
     * touched: Linux's vm_pgoff. */
    uint64_t page_offset;
    struct file *file; /* NULL: anonymous and private, or MAP_HUGETLB */
    uint64_t anon;     /* see area_touch; 0: never touched; AREA_INHERITED */

    /* What its pages show at PAGE_OFFSET, and its place there among the areas
     * that show it. NULL: nothing but zeros. */
    struct memory_object *object;
    struct list object_link;
    struct area_tree *tree; /* with an object: the one that it is in */

    struct vma *next; /* in address order; NULL at the ends */
    struct vma *prev;
    /* tree: */
    struct vma *parent;
    struct vma *child[2];
    uint64_t gap;     /* free bytes between the previous area and this one, */
    uint64_t max_gap; /* and the most of that in the subtree: capped */
};

/* Pages, kept up to date by every operation. */
struct area_totals {
    uint64_t pages;  /* all: RLIMIT_AS, VmSize */
    uint64_t data;   /* private, writable, no stack: RLIMIT_DATA, VmData */
    uint64_t stack;  /* GROWSDOWN: VmStk */
    uint64_t locked; /* RLIMIT_MEMLOCK, VmLck */
};

struct area_tree {
    struct vma *root;
    struct vma *first;
    struct vma *last;
    struct vma *cached; /* the area found last */
    struct vma *spare;  /* reserved nodes, linked by `next` */
    uint32_t spare_count;
    uint32_t count; /* areas in the tree */
    uint64_t last_anon;
    struct area_totals totals;
    uint64_t peak_pages; /* the most that totals.pages was before it shrank */
};

/* How many more areas there may be; less than 0 when there are too many. */
static inline int64_t area_room(const struct area_tree *tree)
{
    return (int64_t)area_count_max - tree->count;
}

/* An empty tree. */
void area_init(struct area_tree *tree);

/* Removes all areas and gives all nodes back. */
void area_clear(struct area_tree *tree);

/* What one operation takes at most. */
#define AREA_RESERVED_NODES 2

/* Makes sure that the next operations find the COUNT nodes that they may take
 * together. Returns 0, or -ENOMEM. */
int area_reserve_nodes(struct area_tree *tree, uint32_t count) MUST_CHECK;
MUST_CHECK static inline int area_reserve_count(struct area_tree *tree,
                                                uint32_t count)
{
    bool has_enough = tree->spare_count >= count;

    return has_enough ? 0 : area_reserve_nodes(tree, count);
}

/* The same for the next operation alone. */
MUST_CHECK static inline int area_reserve(struct area_tree *tree)
{
    return area_reserve_count(tree, AREA_RESERVED_NODES);
}

/* The first area that ends above ADDRESS, or NULL. It contains ADDRESS if
 * `start <= ADDRESS`. Mostly it is the one found last. */
struct vma *area_search(struct area_tree *tree, uaddr_t address);
static inline struct vma *area_find(struct area_tree *tree, uaddr_t address)
{
    struct vma *cached = tree->cached;

    if (cached != NULL && cached->start <= address && address < cached->end) {
        return cached;
    }
    return area_search(tree, address);
}

/* The first area that shares a byte with [start, end), or NULL. */
static inline struct vma *area_find_overlap(struct area_tree *tree,
                                            uaddr_t start, uaddr_t end)
{
    struct vma *area = area_find(tree, start);

    return area != NULL && area->start < end ? area : NULL;
}

/* The lowest address that AREA keeps others from: its start, less the guard
 * gap for GROWSDOWN (0 at the least). A hint is free for a mapping if it ends
 * at or below this. */
static inline uaddr_t area_guarded_start(const struct vma *area)
{
    uint64_t guard = AREA_GUARD_PAGES * PAGE_SIZE;
    if ((area->flags & AREA_GROWSDOWN) == 0) {
        return area->start;
    }
    return area->start > guard ? area->start - guard : 0;
}

static inline uint64_t area_pages(const struct vma *area)
{
    return (area->end - area->start) >> PAGE_SHIFT;
}

/* The page of its file that AREA shows at ADDRESS, which need not be in it. */
static inline uint64_t area_index(const struct vma *area, uaddr_t address)
{
    return area->page_offset + ((address - area->start) >> PAGE_SHIFT);
}

/* Does AREA show zeros of its own? To Linux MAP_HUGETLB is a file. */
static inline bool area_is_anonymous(const struct vma *area)
{
    return area->object == NULL &&
           (area->flags & (AREA_MAY_SHARE | AREA_HUGETLB)) == 0;
}

/* Where to look for a free gap. */
struct area_gap {
    uint64_t length;    /* bytes, not 0 */
    uaddr_t low;        /* all of it at or above (at least mmap_min_addr) */
    uaddr_t high;       /* all of it below */
    uint64_t alignment; /* a power of two, at least PAGE_SIZE */
    uint64_t offset;    /* the result is OFFSET modulo ALIGNMENT */
};
#define AREA_NO_GAP (~(uaddr_t)0)

/* The topmost, and the lowest, address of a free gap, or AREA_NO_GAP. As in
 * Linux 6.1 a gap must have room for LENGTH + ALIGNMENT - PAGE_SIZE even when
 * it happens to be aligned, and each guard gap that is in the way of a fitting
 * one costs another search. */
uaddr_t area_gap_topmost(struct area_tree *tree, const struct area_gap *gap);
uaddr_t area_gap_lowest(struct area_tree *tree, const struct area_gap *gap);

/* Which neighbours a new area may be merged with. Linux has a rule of its own
 * in each of these calls; they differ where a touched area is beside an
 * untouched one, or two touched ones meet (see mm/area_merge.c). */
enum area_join {
    AREA_JOIN_NONE, /* the first brk (beside bss), stacks, some of mremap */
    AREA_JOIN_BRK,  /* the area before alone: brk, and bss at exec */
    AREA_JOIN_MMAP, /* both; the one behind comes first */
    AREA_JOIN_MOVE, /* both; the one before comes first: mremap */
};

/* Anonymous memory to be inserted. It has no place in a tree, so that half is
 * left undefined. */
static inline struct vma area_wanted(uaddr_t start, uaddr_t end, uint32_t flags)
{
    struct vma wanted;

    wanted.start = start;
    wanted.end = end;
    wanted.flags = flags;
    wanted.page_offset = start >> PAGE_SHIFT;
    wanted.file = NULL;
    wanted.object = NULL;
    wanted.anon = 0;
    return wanted;
}

/* Inserts an area like WANTED (`start` to `anon` count) where nothing is
 * mapped, merging it as JOIN says. Takes nodes. Returns the area that now
 * contains it; its neighbours may have become part of it, so that other
 * pointers to areas are void. Does not look at area_room: Linux checks it
 * first thing in each call, with different bounds. */
struct vma *area_insert(struct area_tree *tree, const struct vma *wanted,
                        enum area_join join);

/* May [start, end) be removed? 0, or -ENOMEM if that would cut one area in two
 * when there is no room for another. */
int area_remove_check(struct area_tree *tree, uaddr_t start,
                      uaddr_t end) MUST_CHECK;

/* Removes all areas and parts of areas in [start, end). Takes nodes. Needs
 * area_remove_check's 0. Returns the area that follows, or NULL. */
struct vma *area_remove(struct area_tree *tree, uaddr_t start, uaddr_t end);

/* Gives the part [start, end) of AREA the flags FLAGS (all of them, not a
 * difference), splitting and merging as mprotect, mlock and madvise do.
 * Equal flags change nothing. Takes nodes. Returns 0 and in *RESULT the area
 * that contains the part, or -ENOMEM when splitting would lead past
 * area_count_max: nothing has changed then, but that of two splits the first is
 * done if there is room for it, as on Linux. AREA may be gone afterwards: go on
 * with area_find from END, or with RESULT. */
int area_change(struct area_tree *tree, struct vma *area, uaddr_t start,
                uaddr_t end, uint32_t flags, struct vma **result) MUST_CHECK;

/* Moves the end of AREA up to END, over free pages: brk and mremap. If that
 * closes the gap to the next area and they match, they merge. Returns the area.
 */
struct vma *area_grow_up(struct area_tree *tree, struct vma *area, uaddr_t end);

/* Moves the start of AREA down to START, over free pages: a stack grows. */
void area_grow_down(struct area_tree *tree, struct vma *area, uaddr_t start);

/* A private area gets memory of its own: call it before the first page of AREA
 * that is not shared with the zero page or a file is mapped. From then on it
 * has a number in `anon`, a neighbour's if they could merge but for their
 * rights, and areas with different numbers never merge: Linux's anon_vma. */
void area_touch_first(struct area_tree *tree, struct vma *area);
static inline void area_touch(struct area_tree *tree, struct vma *area)
{
    if (area->anon == 0) {
        area_touch_first(tree, area);
    }
}

/* Appends to TREE what a child has of AREA, which lies behind all that is in
 * TREE: the same, but not locked, and with a number of its own if it was
 * touched, unless it is one of AREA_WIPEONFORK. Takes nodes. */
void area_inherit(struct area_tree *tree, const struct vma *area);

/* Makes [start, end), a part of AREA or all of it, an area of its own, merged
 * with nothing. Takes nodes; needs room for two more areas. Returns it. */
struct vma *area_isolate(struct area_tree *tree, struct vma *area,
                         uaddr_t start, uaddr_t end);

/* Splits the area that has ADDRESS inside, if there is one. Takes nodes. */
void area_cut(struct area_tree *tree, uaddr_t address);

/* The pages of [start, end), a part of AREA, have moved away and left it there
 * (mremap with MREMAP_DONTUNMAP). A lock is gone, for which the part must be an
 * area of its own; and what is one is untouched again. */
void area_vacate(struct area_tree *tree, struct vma *area, uaddr_t start,
                 uaddr_t end);

/* Checks order, gaps, balance, links and totals. Returns NULL, or the rule that
 * is broken. It does not look for neighbours that match and are apart: Linux
 * leaves such, where area_touch made them match afterwards. */
const char *area_validate(const struct area_tree *tree);

/* Defined by the layer above. Each area with a file holds one reference;
 * area_insert takes it for a new area, so the caller keeps its own. */
void area_file_get(struct file *file);
void area_file_put(struct file *file);
