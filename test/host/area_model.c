/* See test/host/area_model.h. */
#include "test/host/area_model.h"

#include <string.h>

#include "test/host/area_host.h"

/* What area_host_piece gives an anonymous page. */
#define NATURAL_OFFSET(page) (PAGE_AT(page) >> PAGE_SHIFT)

struct page model[MODEL_PAGES_MAX];
size_t model_pages;
uint64_t model_last_anon;

void model_init(size_t pages)
{
    memset(model, 0, sizeof(model));
    model_pages = pages;
    model_last_anon = 0;
}

/* The page before or behind [start, end), or NULL where nothing is mapped. */
static struct page *page_before(size_t start)
{
    return start > 0 && model[start - 1].is_mapped ? &model[start - 1] : NULL;
}

static struct page *page_behind(size_t end)
{
    return end < model_pages && model[end].is_mapped ? &model[end] : NULL;
}

/* The first page behind PAGE that is not in its area. */
size_t model_area_end(size_t page)
{
    size_t end = page + 1;

    while (end < model_pages && model[end].is_mapped && !model[end].begins) {
        end++;
    }
    return end;
}

size_t model_area_start(size_t page)
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

void model_merge(size_t start, size_t end, enum area_join join)
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
    size_t to = model_area_end(start);
    for (size_t page = model_area_start(start); page < to; page++) {
        model[page].anon = anon;
    }
}

void model_fill(size_t start, size_t end, const struct vma *piece)
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
    if (end < model_pages && model[end].is_mapped) {
        model[end].begins = true;
    }
}

void model_remove(size_t start, size_t end)
{
    for (size_t page = start; page < end; page++) {
        model[page].is_mapped = false;
    }
    if (end < model_pages && model[end].is_mapped) {
        model[end].begins = true;
    }
}

/* In one area. */
void model_change(size_t start, size_t end, uint32_t flags)
{
    if (model[start].flags == flags) {
        return;
    }
    for (size_t page = start; page < end; page++) {
        model[page].flags = flags;
        model[page].begins = page == start;
    }
    if (end < model_pages && model[end].is_mapped) {
        model[end].begins = true;
    }
    model_merge(start, end, AREA_JOIN_MOVE);
}

void model_isolate(size_t start, size_t end)
{
    model[start].begins = true;
    if (end < model_pages && model[end].is_mapped) {
        model[end].begins = true;
    }
}

void model_vacate(size_t start, size_t end)
{
    bool is_all = model[start].begins && model_area_end(start) == end;

    for (size_t page = start; page < end; page++) {
        struct page *left = &model[page];
        left->flags &= ~(AREA_LOCKED | AREA_LOCK_ON_FAULT);
        if (is_all) {
            left->anon = 0;
            left->offset =
                left->file == NULL ? NATURAL_OFFSET(page) : left->offset;
        }
    }
}

static bool may_share(const struct page *low, const struct page *high)
{
    return low != NULL && high != NULL && low->file == high->file &&
           ((low->flags ^ high->flags) & ~AREA_RIGHTS) == 0 &&
           low->offset + 1 == high->offset;
}

void model_touch(size_t page)
{
    size_t start = model_area_start(page);
    size_t end = model_area_end(page);
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
        anon = ++model_last_anon;
    }
    for (; start < end; start++) {
        model[start].anon = anon;
    }
}
