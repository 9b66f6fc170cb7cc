/* Address spaces: their life, and the memory behind their pages. */
#include "mm/aspace.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/aspace_local.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"
#include "mm/share.h"
#include "mm/vma_pool.h"

/* Beyond this many pages, forgetting all is quicker than one by one: Linux's
 * tlb_single_page_flush_ceiling. */
#define FLUSH_PAGES_MAX 33

const char *aspace_refusals[CPUS_MAX];

static paddr_t kernel_root; /* for when no program runs */

static struct list all = LIST_EMPTY(all);

/* The gap between the stack's top and the first mapping: Linux's mmap_base in
 * arch/x86/mm/mmap.c. */
#define MMAP_GAP_MIN      (128 * MIB)
#define MMAP_GAP_MAX(end) ((end) / 6 * 5)

static struct aspace_bases choose_bases(const struct aspace_span *span,
                                        uint64_t stack_limit)
{
    uint64_t pad = span->stack_maximum + AREA_GUARD_PAGES * PAGE_SIZE;
    uint64_t gap = stack_limit;

    gap = gap + pad > gap ? gap + pad : gap;
    gap = MAX(gap, (uint64_t)MMAP_GAP_MIN);
    gap = MIN(gap, MMAP_GAP_MAX(span->end));
    return (struct aspace_bases){
        .top = align_up(span->end - gap - span->mmap_shift, PAGE_SIZE),
        .low = align_up(span->end / 3, PAGE_SIZE) + span->mmap_shift,
    };
}

/* Like MODEL, but empty, and with one reference. */
static struct aspace *create_like(const struct aspace *model)
{
    if (kernel_root == 0) {
        kernel_root = read_cr3() & PTE_ADDRESS;
    }
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
    if (frame == PADDR_NONE) {
        return NULL;
    }
    struct aspace *aspace = direct_map(frame);
    static_assert(sizeof(*aspace) <= FRAME_SIZE, "one frame each");

    *aspace = *model;
    aspace->root = page_table_create();
    if (aspace->root == PADDR_NONE) {
        int error = frame_free(frame);
        ASSERT_CMP(error, ==, 0);
        return NULL;
    }
    area_init(&aspace->areas);
    aspace->references = 1;
    aspace->tag = 0;
    aspace->default_flags = 0;
    aspace->local = NULL;
    aspace->local_count = 0;
    aspace->has_shared_tables = false;
    aspace->is_reaped = false;
    aspace->resident_pages = 0;
    aspace->resident_peak = 0;
    aspace->large_leaves = 0;
    list_append(&all, &aspace->all);
    return aspace;
}

struct aspace *aspace_next(const struct aspace *aspace)
{
    struct list *next = aspace == NULL ? all.next : aspace->all.next;

    return next == &all ? NULL : list_entry(next, struct aspace, all);
}

struct aspace *aspace_create(const struct aspace_plan *plan)
{
    struct aspace model = {
        .end = plan->own.end,
        .compat_end = plan->compat.end,
        .limits = plan->limits,
        .bases = choose_bases(&plan->own, plan->limits.stack),
        .compat_bases = choose_bases(&plan->compat, plan->limits.stack),
        .places_upwards = plan->places_upwards,
    };

    return create_like(&model);
}

struct aspace *aspace_create_beside(const struct aspace *aspace)
{
    return create_like(aspace);
}

struct aspace *aspace_get(struct aspace *aspace)
{
    aspace->references++;
    return aspace;
}

/* Frees the memory of AREA. Of shared tables all goes at once, whatever areas
 * they are for. */
static void release_area(struct aspace *aspace, const struct vma *area)
{
    uint64_t span = aspace->has_shared_tables ? LARGE_PAGE_SIZE : PAGE_SIZE;

    aspace_release(aspace, align_down(area->start, span),
                   align_up(area->end, span));
}

/* Frees all memory and all tables, area by area: nothing is mapped between. */
static void release_all(struct aspace *aspace)
{
    for (const struct vma *a = aspace->areas.first; a != NULL; a = a->next) {
        uaddr_t next = a->next != NULL ? a->next->start : DIRECT_MAP_BASE;
        release_area(aspace, a);
        page_table_free_range(aspace->root, a->start, a->end, 0, next);
    }
}

void aspace_reap(struct aspace *aspace)
{
    for (const struct vma *a = aspace->areas.first; a != NULL; a = a->next) {
        if ((a->flags & AREA_HUGETLB) == 0) {
            release_area(aspace, a);
        }
    }
    aspace->is_reaped = true;
}

void aspace_put(struct aspace *aspace)
{
    ASSERT_CMP(aspace->references, >, 0u);
    if (--aspace->references > 0) {
        return;
    }
    release_all(aspace);
    if ((read_cr3() & PTE_ADDRESS) == aspace->root) {
        aspace_activate(NULL);
    }
    area_clear(&aspace->areas);
    page_table_destroy(aspace->root);
    aspace_free_local(aspace);
    list_remove(&aspace->all);

    int error = frame_free(direct_map_address(aspace));
    ASSERT_CMP(error, ==, 0);
}

const char *aspace_take_refusal(void)
{
    const char *rule = aspace_refusals[cpu_index()];

    aspace_refusals[cpu_index()] = NULL;
    return rule;
}

void aspace_activate(struct aspace *aspace)
{
    paddr_t root = aspace == NULL ? kernel_root : aspace->root;
    if (root != (read_cr3() & PTE_ADDRESS)) {
        write_cr3(root);
        gdt_set_local(aspace == NULL ? NULL : aspace->local,
                      aspace == NULL ? 0 : aspace->local_count);
    }
}

void aspace_flush(const struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    if ((read_cr3() & PTE_ADDRESS) != aspace->root) {
        return;
    }
    if ((end - start) / PAGE_SIZE > FLUSH_PAGES_MAX) {
        write_cr3(aspace->root);
        return;
    }
    for (uaddr_t at = start; at < end; at += PAGE_SIZE) {
        invlpg(at);
    }
}

int aspace_split_leaf(struct aspace *aspace, const struct page_table_leaf *leaf)
{
    paddr_t page = page_table_leaf_target(leaf);
    bool is_shared = (*leaf->entry & PTE_SHARED) != 0;
    int error = page_table_split(leaf);

    if (error != 0) {
        return error;
    }
    if (is_shared) {
        large_split(page);
    } else {
        error = byte_map_split(page);
        ASSERT_CMP(error, ==, 0);
    }
    aspace->large_leaves--;
    aspace_flush(aspace, leaf->start, leaf->start + PAGE_SIZE);
    return 0;
}

int aspace_cut_leaf(struct aspace *aspace, uaddr_t address)
{
    struct page_table_leaf leaf;

    if (is_aligned(address, LARGE_PAGE_SIZE)) {
        return 0;
    }
    if (aspace->has_shared_tables && !page_table_own(aspace->root, address)) {
        return -ENOMEM;
    }
    if (aspace->large_leaves == 0 ||
        !page_table_next_leaf(aspace->root, address, address + PAGE_SIZE,
                              &leaf) ||
        leaf.level == 1) {
        return 0;
    }
    return aspace_split_leaf(aspace, &leaf);
}

int aspace_own_all_tables(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    struct page_table_leaf leaf;

    while (page_table_next_leaf(aspace->root, start, end, &leaf)) {
        if (aspace_must_stop()) {
            return -EINTR;
        }
        if (!page_table_own(aspace->root, leaf.start)) {
            return -ENOMEM;
        }
        start = align_up(leaf.start + 1, LARGE_PAGE_SIZE);
    }
    return 0;
}

/* Takes the pt of LEAF, if it is shared, out of [start, end), which it lies in
 * as a whole. */
static bool drop_table(struct aspace *aspace, uaddr_t start, uaddr_t end,
                       struct page_table_leaf *leaf)
{
    uint64_t owned = 0;

    if (!aspace->has_shared_tables ||
        !page_table_drop(aspace->root, leaf, &owned)) {
        return false;
    }
    ASSERT(start <= leaf->start && page_table_leaf_end(leaf) <= end);
    aspace->resident_pages -= owned;
    return true;
}

static void free_large_page(struct aspace *aspace,
                            const struct page_table_leaf *leaf)
{
    paddr_t page = page_table_leaf_target(leaf);

    if ((*leaf->entry & PTE_POOL) != 0) {
        aspace_huge_release(leaf);
    } else if ((*leaf->entry & PTE_SHARED) != 0) {
        large_release(page);
        aspace->resident_pages -= FRAMES_PER_LARGE_PAGE;
    } else {
        int error = byte_map_free(page, 1);
        ASSERT_CMP(error, ==, 0);
        aspace->resident_pages -= FRAMES_PER_LARGE_PAGE;
    }
    page_table_set(leaf, 0);
    aspace->large_leaves--;
}

/* Frees LEAF, of level 1, and some that follow it in its table. LEAF becomes
 * the last that it looked at. */
static void free_frames(struct aspace *aspace, uaddr_t end,
                        struct page_table_leaf *leaf)
{
    struct page_table_batch batch;

    page_table_take(leaf, end, &batch);
    size_t freed = frame_free_batch(batch.frames, batch.count);
    ASSERT_CMP(freed, ==, batch.count);
    aspace->resident_pages -= batch.count + batch.kept;
}

void aspace_release(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    size_t steps = 0;

    if (found) {
        aspace->resident_peak = aspace_resident_peak(aspace);
    }
    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        if (leaf.level == 2) {
            free_large_page(aspace, &leaf);
        } else if (!drop_table(aspace, start, end, &leaf)) {
            free_frames(aspace, end, &leaf);
        }
        aspace_step(++steps);
    }
    if (steps > 0) {
        aspace_flush(aspace, start, end);
    }
}

void *vma_pool_frame_alloc(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
    return frame == PADDR_NONE ? NULL : direct_map(frame);
}

void vma_pool_frame_free(void *frame)
{
    int error = frame_free(direct_map_address(frame));
    ASSERT_CMP(error, ==, 0);
}
