/* The plainest model of mm/area.h: an array of pages, each with what is mapped
 * there and whether an area begins there. It merges as the text of Linux 6.1
 * says: is_mergeable_anon_vma, vma_merge and mmap_region in its mm/mmap.c. */
#pragma once

#include "mm/area.h"

#define MODEL_PAGES_MAX 4096

struct page {
    bool is_mapped;
    bool begins; /* an area begins here */
    uint32_t flags;
    struct file *file;
    uint64_t offset;
    uint64_t anon; /* the same in all pages of an area */
};

extern struct page model[MODEL_PAGES_MAX];
extern size_t model_pages; /* of the model that are in use */
extern uint64_t model_last_anon;

/* Empties the model and gives it PAGES pages. */
void model_init(size_t pages);

/* The ends of the area that PAGE, which is mapped, is in. */
size_t model_area_start(size_t page);
size_t model_area_end(size_t page);

/* Maps [start, end) as PIECE says, as an area of its own; merges it. */
void model_fill(size_t start, size_t end, const struct vma *piece);
void model_merge(size_t start, size_t end, enum area_join join);

void model_remove(size_t start, size_t end);

/* New flags for [start, end), which is in one area. */
void model_change(size_t start, size_t end, uint32_t flags);

/* The area of PAGE is touched. */
void model_touch(size_t page);

/* [start, end), in one area, becomes an area of its own. */
void model_isolate(size_t start, size_t end);

/* The pages of [start, end), in one area, have moved away. */
void model_vacate(size_t start, size_t end);
