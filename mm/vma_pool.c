/* Nodes for area trees: see mm/vma_pool.h. A free node is linked by `next`. */
#include "mm/vma_pool.h"

#include "kernel/lib/assert.h"
#include "kernel/lib/spinlock.h"

#define NODES_PER_FRAME (FRAME_SIZE / sizeof(struct vma))

static struct {
    struct spinlock lock; /* of all that follows */
    struct vma *free;
    size_t used;
} pool;

static void push(struct vma *node)
{
    node->next = pool.free;
    pool.free = node;
}

/* Asks for a frame without the lock: the layer above has locks of its own. */
static bool grow(void)
{
    struct vma *nodes = vma_pool_frame();

    if (nodes == NULL) {
        return false;
    }
    spin_lock(&pool.lock);
    for (size_t i = 0; i < NODES_PER_FRAME; i++) {
        push(&nodes[i]);
    }
    spin_unlock(&pool.lock);
    return true;
}

static struct vma *pop(void)
{
    spin_lock(&pool.lock);
    struct vma *node = pool.free;
    if (node != NULL) {
        pool.free = node->next;
        pool.used++;
    }
    spin_unlock(&pool.lock);
    return node;
}

struct vma *vma_alloc(void)
{
    struct vma *node;

    do {
        node = pop();
    } while (node == NULL && grow());
    return node;
}

void vma_free(struct vma *node)
{
    spin_lock(&pool.lock);
    ASSERT_CMP(pool.used, >, 0u);
    push(node);
    pool.used--;
    spin_unlock(&pool.lock);
}

size_t vma_pool_used(void)
{
    spin_lock(&pool.lock);
    size_t used = pool.used;
    spin_unlock(&pool.lock);
    return used;
}
