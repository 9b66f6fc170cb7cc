/* mm/area*.c against test/host/area_model.c: random calls are made to both, and
 * after each one the tree must be valid and show the same areas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mm/vma_pool.h"
#include "test/host/area_host.h"
#include "test/host/area_model.h"
#include "test/host/random.h"

#define FILES 2

static size_t longest; /* range that a call is made for */
static struct file files[FILES];
static struct area_tree tree;
static uint64_t first_seed; /* with the step, what a failure names */
static uint64_t seed;
static size_t steps_done;

static void check_same(void)
{
    const struct vma *area = tree.first;
    const char *broken = area_validate(&tree);

    if (broken != NULL) {
        fail_msg("seed %lu, step %zu: %s", first_seed, steps_done, broken);
    }
    for (size_t page = 0; page < model_pages; page++) {
        const struct page *expected = &model[page];
        if (!expected->is_mapped || !expected->begins) {
            continue;
        }
        if (area == NULL || area->start != PAGE_AT(page) ||
            area->end != PAGE_AT(model_area_end(page)) ||
            area->flags != expected->flags || area->file != expected->file ||
            area->page_offset != expected->offset ||
            area->anon != expected->anon) {
            fail_msg("seed %lu, step %zu: another area at page %zu", first_seed,
                     steps_done, page);
        }
        area = area->next;
    }
    assert_null(area);
    assert_int_equal(tree.last_anon, model_last_anon);
}

static void random_range(size_t *start, size_t *end)
{
    size_t most = 1 + (longest >> random_below(&seed, 6));

    *start = random_below(&seed, model_pages);
    *end = MIN(model_pages, *start + 1 + random_below(&seed, most));
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
        piece.anon = random_below(&seed, model_last_anon + 1);
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
        size_t to = MIN(end, model_area_end(start));
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
    size_t page = random_below(&seed, model_pages);
    struct vma *area = area_find(&tree, PAGE_AT(page));

    if (!model[page].is_mapped) {
        return;
    }
    size_t start = model_area_end(page);
    size_t end = start;
    while (end < model_pages && end < start + 3 && !model[end].is_mapped) {
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
    size_t page = random_below(&seed, model_pages);
    struct vma *area = area_find(&tree, PAGE_AT(page));

    if (!model[page].is_mapped) {
        return;
    }
    size_t end = model_area_start(page);
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
    size_t page = random_below(&seed, model_pages);

    if (!model[page].is_mapped) {
        return;
    }
    area_touch(&tree, area_find(&tree, PAGE_AT(page)));
    model_touch(page);
}

/* mremap with MREMAP_DONTUNMAP, seen from the place that is left. */
static void try_vacate(void)
{
    size_t start;
    size_t end;

    random_range(&start, &end);
    if (!model[start].is_mapped) {
        return;
    }
    end = MIN(end, model_area_end(start));
    struct vma *area = area_find(&tree, PAGE_AT(start));
    if ((area->flags & AREA_LOCKED) != 0) {
        reserve();
        area = area_isolate(&tree, area, PAGE_AT(start), PAGE_AT(end));
        model_isolate(start, end);
    }
    area_vacate(&tree, area, PAGE_AT(start), PAGE_AT(end));
    model_vacate(start, end);
}

static void try_find(void)
{
    size_t page = random_below(&seed, model_pages);
    uaddr_t address = PAGE_AT(page) + random_below(&seed, PAGE_SIZE);
    const struct vma *found = area_find(&tree, address);

    while (page < model_pages && !model[page].is_mapped) {
        page++;
    }
    if (page == model_pages) {
        assert_null(found);
        return;
    }
    assert_int_equal(found->start, PAGE_AT(model_area_start(page)));
}

static void step(void)
{
    static void (*const tries[])(void) = {
        try_map,    try_map,    try_unmap,   try_change,
        try_change, try_vacate, try_grow_up, try_grow_down,
        try_touch,  try_touch,  try_find,
    };

    tries[random_below(&seed, ARRAY_COUNT(tries))]();
}

static void run(size_t page_count, size_t longest_range, size_t steps,
                uint64_t run_seed)
{
    model_init(page_count);
    longest = longest_range;
    first_seed = run_seed;
    seed = run_seed;
    area_init(&tree);
    for (steps_done = 0; steps_done < steps; steps_done++) {
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
    run(MODEL_PAGES_MAX, 8, 15000, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_pages_many_steps),
        cmocka_unit_test(more_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
