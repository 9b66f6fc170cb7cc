/* What the files of the address space share. */
#pragma once

#include "mm/aspace.h"
#include "mm/page_table.h"

/* The bits of a leaf that an area with FLAGS gives its pages. */
uint64_t aspace_leaf_bits(uint32_t flags);

/* Makes sure that no large page crosses ADDRESS. Returns 0 or -ENOMEM. */
int aspace_cut(struct aspace *aspace, uaddr_t address) MUST_CHECK;

/* Frees the memory behind [start, end), whose ends no large page crosses. */
void aspace_release(struct aspace *aspace, uaddr_t start, uaddr_t end);

/* Has the CPU forget [start, end) if it runs in ASPACE. */
void aspace_flush(const struct aspace *aspace, uaddr_t start, uaddr_t end);

/* The frame of zeros that pages share until they are written. */
paddr_t aspace_zero_frame(void);
