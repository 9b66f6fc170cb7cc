/* Nodes for area trees: struct vma, cut from whole frames.
 *
 * One pool serves all address spaces, under a lock of its own. It holds as many
 * frames as its nodes need, and one more while there are any. */
#pragma once

#include "mm/area.h"

/* A node with undefined contents, or NULL when there is no memory. */
struct vma *vma_alloc(void);
void vma_free(struct vma *node);

/* Nodes that are handed out, and frames that are held: both 0 when every
 * address space is gone. */
size_t vma_pool_used(void);
size_t vma_pool_frames(void);

/* Defined by the layer above: FRAME_SIZE bytes, aligned to them, or NULL. */
void *vma_pool_frame_alloc(void);
void vma_pool_frame_free(void *frame);
