/* What the host tests of areas share: the layer above mm/area.h, and areas as
 * pictures, one letter a page:
 *
 *   n none, r read, w read and write, x read and execute, . nothing mapped
 *
 * A capital letter begins an area: "Www.WwRr" has three, "WwwWw" two that
 * touch.
 */
#pragma once

#include "mm/area.h"

/* A reference count in place of an open file. */
struct file {
    unsigned references;
};

/* The address of a page of the pictures. */
#define PAGE_AT(page) (0x10000000ull + (uint64_t)(page)*PAGE_SIZE)

/* The tree of the tests that have one: new with each test, and at its end
 * nothing of it may be left. */
extern struct area_tree area_host_tree;
int area_host_set_up(void **state);
int area_host_tear_down(void **state);

/* What can't fail in those tests: insert PIECE, which makes an area or a part
 * of one; remove PAGES pages from PAGE; change their flags, which answers the
 * area that they are in. */
struct vma *area_host_insert(const struct vma *piece, enum area_join join);
void area_host_remove(size_t page, size_t pages);
struct vma *area_host_change(size_t page, size_t pages, uint32_t flags);

/* Frames that vma_pool_frame_alloc hands out before it fails. */
extern size_t area_host_frames;

/* The flags that a letter stands for, of a private mapping. */
uint32_t area_host_flags(char letter);

/* A private anonymous area of PAGES pages from PAGE. */
struct vma area_host_piece(size_t page, size_t pages, char letter);

/* Inserts the areas of PICTURE, touching what is under a digit of NUMBERS:
 *
 *   PICTURE "WwwwWww"
 *   NUMBERS "1000200"   two areas that Linux would not merge
 */
void area_host_draw(struct area_tree *tree, const char *picture,
                    const char *numbers);

/* Fails the test unless TREE is valid and looks like PICTURE. */
void area_host_expect(const struct area_tree *tree, const char *picture);
