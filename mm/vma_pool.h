/* Nodes for area trees: a free list of struct vma, cut from whole frames.
 *
 * One pool serves all address spaces, under a lock of its own. It grows by a
 * frame at a time, from vma_pool_frame(), and keeps what it has. */
#pragma once

#include "mm/area.h"

/* A node with undefined contents, or NULL when there is no memory. */
struct vma *vma_alloc(void);
void vma_free(struct vma *node);

/* Nodes that are handed out: 0 when every address space is gone. */
size_t vma_pool_used(void);

/* Defined by the layer above: FRAME_SIZE bytes, aligned to them, that the pool
 * may keep for good; or NULL. */
void *vma_pool_frame(void);
