/* The plainest memory of a program: each page has bytes of its own, and is
 * copied when the program is. What the calls of mm/aspace.h do to a window of
 * addresses is done here by a loop over pages. */
#pragma once

#include "mm/aspace.h"

#define MODEL_START 0x40000000ull
#define MODEL_SIZE  (3 * LARGE_PAGE_SIZE)
#define MODEL_PAGES (MODEL_SIZE / PAGE_SIZE)

struct model_page {
    bool is_mapped;
    bool is_of_file;
    bool is_shared;  /* of a file: what is written, others see; */
    bool is_copied;  /* or it was written, and is no page of the file more */
    uint8_t rights;  /* AREA_READ, AREA_WRITE */
    uint16_t index;  /* of the file's page */
    uint32_t advice; /* AREA_DONTFORK, AREA_WIPEONFORK */
};

/* The file that all of them map. Behind its end its bytes are zeros. */
#define MODEL_FILE_SIZE  (2 * LARGE_PAGE_SIZE)
#define MODEL_FILE_PAGES (MODEL_FILE_SIZE / PAGE_SIZE)

struct model_file {
    uint8_t *bytes;
    uint64_t size;
};
extern struct model_file model_file;

struct model {
    struct aspace *aspace; /* what is compared; NULL: there is none */
    uint8_t *bytes;
    struct model_page pages[MODEL_PAGES];
};

/* Pages of the window, [first, end). */
struct model_range {
    size_t first;
    size_t end;
};

static inline uaddr_t model_address(size_t page)
{
    return MODEL_START + page * PAGE_SIZE;
}

/* mmap of private anonymous memory that can be read and written, and munmap. */
void model_map(struct model *model, struct model_range range);
void model_unmap(struct model *model, struct model_range range);

/* The same of the file's pages from INDEX on. */
void model_map_file(struct model *model, struct model_range range, size_t index,
                    bool is_shared);

/* Where the bytes of PAGE, which is mapped, are. NULL: it is behind the file's
 * end. */
uint8_t *model_bytes(const struct model *model, size_t page);

/* The same, about to be written. */
uint8_t *model_bytes_to_write(struct model *model, size_t page);

/* Does one of RANGE show the file? */
bool model_has_file(const struct model *model, struct model_range range);

/* The file gets SIZE bytes: copies that MODEL has of what is behind go. */
void model_truncate(struct model *model, uint64_t size);

/* mprotect, up to the first hole. Returns whether there was none. */
bool model_protect(struct model *model, struct model_range range,
                   uint8_t rights);

/* MADV_DONTNEED, and what is a flag: CLEAR goes and SET comes. */
void model_discard(struct model *model, struct model_range range);
void model_advise(struct model *model, struct model_range range, uint32_t clear,
                  uint32_t set);

/* mremap to the pages from TO on, where nothing is mapped. */
void model_move(struct model *model, struct model_range range, size_t to);

/* What a child gets of PARENT. */
void model_copy(struct model *child, const struct model *parent);

/* Panics unless PAGE of MODEL's address space is as the model has it. */
void model_compare(const struct model *model, size_t page);
