/* mm/area*.c against the plainest model: an array of pages, each with what is
 * mapped there and whether an area begins there. Random calls are made to both,
 * and after each one the tree must be valid and show the same areas.
 *
 * The model merges as the text of Linux 6.1 says, page by page: see
 * is_mergeable_anon_vma, vma_merge and mmap_region in its mm/mmap.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mm/vma_pool.h"
#include "test/host/area_host.h"
#include "test/host/random.h"

#define PAGES_MAX 4096
#define FILES     2

struct page {
    bool is_mapped;
    bool begins; /* an area begins here */
    uint32_t flags;
    struct file *file;
    uint64_t offset;
    uint64_t anon; /* the same in all pages of an area */
};

static struct page model[PAGES_MAX];
static size_t pages;   /* of the model that are in use */
static size_t longest; /* range that a call is made for */
static uint64_t last_anon;
static struct file files[FILES];
static struct area_tree tree;
static uint64_t seed;

/* The page before or behind [start, end), or NULL where nothing is mapped. */
static struct page *page_before(size_t start)
{
    return start > 0 && model[start - 1].is_mapped ? &model[start - 1] : NULL;
}

static struct page *page_behind(size_t end)
{
    return end < pages && model[end].is_mapped ? &model[end] : NULL;
}

/* The first page behind PAGE that is not in its area. */
static size_t area_end(size_t page)
{
    size_t end = page + 1;

    while (end < pages && model[end].is_mapped && !model[end].begins) {
        end++;
    }
    return end;
}

static size_t area_start(size_t page)
{
    while (!model[page].begins) {
        page--;
    }
    return page;
}

static bool linux_anon_merges(uint64_t one, uint64_t other, bool is_singular)
{
    if ((one == 0 || other == 0) && is_singular) {
        return true;
    }
    return one == other;
}

/* The list of a neighbour that was touched has one entry, else none. */
static bool merges(const struct page *low, const struct page *high,
                   uint64_t anon, const struct page *neighbour)
{
    return low->flags == high->flags && low->file == high->file &&
           low->offset + 1 == high->offset &&
           (low->flags & AREA_NO_MERGE) == 0 &&
           linux_anon_merges(anon, neighbour->anon, neighbour->anon != 0);
}

static void model_merge(size_t start, size_t end, enum area_join join)
{
    struct page *first = &model[start];
    struct page *last = &model[end - 1];
    struct page *prev = page_before(start);
    struct page *next = page_behind(end);
    uint64_t anon = first->anon;
    bool with_next =
        join != AREA_JOIN_BRK && next != NULL && merges(last, next, anon, next);

    if (join == AREA_JOIN_MMAP && with_next) {
        anon = next->anon;
    }
    bool with_prev = prev != NULL && merges(prev, first, anon, prev);
    if (join == AREA_JOIN_MOVE && with_prev && with_next) {
        with_next = linux_anon_merges(prev->anon, next->anon, true);
    }
    first->begins = !with_prev;
    if (next != NULL) {
        next->begins = !with_next;
    }
    anon = with_prev ? MAX(anon, prev->anon) : anon;
    anon = with_next ? MAX(anon, next->anon) : anon;
    size_t to = area_end(start);
    for (size_t page = area_start(start); page < to; page++) {
        model[page].anon = anon;
    }
}

static void model_fill(size_t start, size_t end, const struct vma *piece)
{
    for (size_t page = start; page < end; page++) {
        model[page] = (struct page){
            .is_mapped = true,
            .begins = page == start,
            .flags = piece->flags,
            .file = piece->file,
            .offset = piece->page_offset + (page - start),
            .anon = piece->anon,
        };
    }
    if (end < pages && model[end].is_mapped) {
        model[end].begins = true;
    }
}

static void model_remove(size_t start, size_t end)
{
    for (size_t page = start; page < end; page++) {
        model[page].is_mapped = false;
    }
    if (end < pages && model[end].is_mapped) {
        model[end].begins = true;
    }
}

/* In one area. */
static void model_change(size_t start, size_t end, uint32_t flags)
{
    if (model[start].flags == flags) {
        return;
    }
    for (size_t page = start; page < end; page++) {
        model[page].flags = flags;
        model[page].begins = page == start;
    }
    if (end < pages && model[end].is_mapped) {
        model[end].begins = true;
    }
    model_merge(start, end, AREA_JOIN_MOVE);
}

static bool may_share(const struct page *low, const struct page *high)
{
    return low != NULL && high != NULL && low->file == high->file &&
           ((low->flags ^ high->flags) & ~AREA_RIGHTS) == 0 &&
           low->offset + 1 == high->offset;
}

static void model_touch(size_t page)
{
    size_t start = area_start(page);
    size_t end = area_end(page);
    const struct page *next = page_behind(end);
    const struct page *prev = page_before(start);
    uint64_t anon = 0;

    if (model[page].anon != 0) {
        return;
    }
    if (may_share(&model[end - 1], next)) {
        anon = next->anon;
    }
    if (anon == 0 && may_share(prev, &model[start])) {
        anon = prev->anon;
    }
    if (anon == 0) {
        anon = ++last_anon;
    }
    for (; start < end; start++) {
        model[start].anon = anon;
    }
}

static void check_same(void)
{
    const struct vma *area = tree.first;
    const char *broken = area_validate(&tree);

    if (broken != NULL) {
        fail_msg("seed 0x%lx: %s", seed, broken);
    }
    for (size_t page = 0; page < pages; page++) {
        const struct page *expected = &model[page];
        if (!expected->is_mapped || !expected->begins) {
            continue;
        }
        if (area == NULL || area->start != PAGE_AT(page) ||
            area->end != PAGE_AT(area_end(page)) ||
            area->flags != expected->flags || area->file != expected->file ||
            area->page_offset != expected->offset ||
            area->anon != expected->anon) {
            fail_msg("seed 0x%lx: another area at page %zu", seed, page);
        }
        area = area->next;
    }
    assert_null(area);
    assert_int_equal(tree.last_anon, last_anon);
}

static void random_range(size_t *start, size_t *end)
{
    size_t most = 1 + (longest >> random_below(&seed, 6));

    *start = random_below(&seed, pages);
    *end = MIN(pages, *start + 1 + random_below(&seed, most));
}

/* Few, so that neighbours often match. */
static uint32_t random_flags(void)
{
    static const uint32_t kinds[] = {
        AREA_READ | AREA_WRITE,
        AREA_READ | AREA_WRITE,
        AREA_READ | AREA_WRITE,
        AREA_READ,
        AREA_READ,
        AREA_READ | AREA_WRITE | AREA_LOCKED,
        AREA_READ | AREA_WRITE | AREA_GROWSDOWN,
        AREA_READ | AREA_NO_MERGE,
    };

    return kinds[random_below(&seed, ARRAY_COUNT(kinds))];
}

/* Sometimes a file, with offsets that run on from page to page. */
static struct vma random_piece(size_t start, size_t end)
{
    struct vma piece = area_host_piece(start, end - start, 'n');

    piece.flags = random_flags();
    if (random_below(&seed, 4) == 0) {
        piece.file = &files[random_below(&seed, FILES)];
        piece.page_offset = start + random_below(&seed, 2);
    }
    return piece;
}

static void reserve(void)
{
    assert_int_equal(area_reserve(&tree), 0);
}

static void remove_range(size_t start, size_t end)
{
    reserve();
    assert_int_equal(area_remove_check(&tree, PAGE_AT(start), PAGE_AT(end)), 0);
    area_remove(&tree, PAGE_AT(start), PAGE_AT(end));
    model_remove(start, end);
}

/* mmap over whatever is there; one reserve for both. */
static void try_map(void)
{
    size_t start;
    size_t end;
    enum area_join join = (enum area_join)random_below(&seed, 4);

    random_range(&start, &end);
    struct vma piece = random_piece(start, end);
    remove_range(start, end);
    if (join == AREA_JOIN_MOVE && random_below(&seed, 2) == 0) {
        piece.anon = random_below(&seed, last_anon + 1);
    }
    area_insert(&tree, &piece, join);
    model_fill(start, end, &piece);
    if (join != AREA_JOIN_NONE) {
        model_merge(start, end, join);
    }
}

static void try_unmap(void)
{
    size_t start;
    size_t end;

    random_range(&start, &end);
    remove_range(start, end);
}

/* mprotect over several areas and holes. */
static void try_change(void)
{
    size_t start;
    size_t end;
    uint32_t flags = random_flags();

    random_range(&start, &end);
    while (start < end) {
        struct vma *area = area_find(&tree, PAGE_AT(start));
        struct vma *result;

        if (!model[start].is_mapped) {
            start++;
            continue;
        }
        size_t to = MIN(end, area_end(start));
        reserve();
        assert_int_equal(area_change(&tree, area, PAGE_AT(start), PAGE_AT(to),
                                     flags, &result),
                         0);
        assert_true(result->start <= PAGE_AT(start));
        assert_true(result->end >= PAGE_AT(to));
        model_change(start, to, flags);
        start = to;
    }
}

static void try_grow_up(void)
{
    size_t page = random_below(&seed, pages);
    struct vma *area = area_find(&tree, PAGE_AT(page));

    if (!model[page].is_mapped) {
        return;
    }
    size_t start = area_end(page);
    size_t end = start;
    while (end < pages && end < start + 3 && !model[end].is_mapped) {
        end++;
    }
    if (start == end) {
        return;
    }
    struct vma piece = *area;
    piece.page_offset += area_pages(area);
    model_fill(start, end, &piece);
    model_merge(start, end, AREA_JOIN_MOVE);
    model[start].begins = false;
    area_grow_up(&tree, area, PAGE_AT(end));
}

static void try_grow_down(void)
{
    size_t page = random_below(&seed, pages);
    struct vma *area = area_find(&tree, PAGE_AT(page));

    if (!model[page].is_mapped) {
        return;
    }
    size_t end = area_start(page);
    size_t start = end;
    while (start > 0 && end - start < 3 && !model[start - 1].is_mapped) {
        start--;
    }
    if (start == end || area->page_offset < end - start) {
        return;
    }
    area_grow_down(&tree, area, PAGE_AT(start));
    struct vma grown = *area;
    model_fill(start, end, &grown);
    model[end].begins = false;
}

static void try_touch(void)
{
    size_t page = random_below(&seed, pages);

    if (!model[page].is_mapped) {
        return;
    }
    area_touch(&tree, area_find(&tree, PAGE_AT(page)));
    model_touch(page);
}

static void try_find(void)
{
    size_t page = random_below(&seed, pages);
    uaddr_t address = PAGE_AT(page) + random_below(&seed, PAGE_SIZE);
    const struct vma *found = area_find(&tree, address);

    while (page < pages && !model[page].is_mapped) {
        page++;
    }
    if (page == pages) {
        assert_null(found);
        return;
    }
    assert_int_equal(found->start, PAGE_AT(area_start(page)));
}

static void step(void)
{
    static void (*const tries[])(void) = {
        try_map,     try_map,       try_unmap, try_change, try_change,
        try_grow_up, try_grow_down, try_touch, try_touch,  try_find,
    };

    tries[random_below(&seed, ARRAY_COUNT(tries))]();
}

static void run(size_t page_count, size_t longest_range, size_t steps,
                uint64_t first_seed)
{
    pages = page_count;
    longest = longest_range;
    seed = first_seed;
    last_anon = 0;
    memset(model, 0, sizeof(model));
    area_init(&tree);
    for (size_t i = 0; i < steps; i++) {
        step();
        check_same();
    }
    area_clear(&tree);
    assert_int_equal(vma_pool_used(), 0);
    assert_int_equal(vma_pool_frames(), 0);
    assert_int_equal(files[0].references + files[1].references, 0);
}

static void few_pages_many_steps(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 10; i++) {
        run(24, 24, 400000, i);
    }
}

static void more_pages(void **state)
{
    (void)state;
    run(200, 50, 200000, 11);
    run(PAGES_MAX, 8, 15000, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_pages_many_steps),
        cmocka_unit_test(more_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
