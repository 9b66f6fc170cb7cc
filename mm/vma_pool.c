/* Nodes for area trees: see mm/vma_pool.h. A frame begins with what is known of
 * it, and its free nodes are linked by `next`. */
#include "mm/vma_pool.h"

#include "kernel/lib.h"
#include "mm/fault_injection.h"

struct pool_frame {
    struct pool_frame *next; /* in `partial` or `empty` */
    struct pool_frame *prev; /* in `partial` */
    struct vma *free;
    size_t used;
};

#define NODES_PER_FRAME                                                        \
    ((FRAME_SIZE - sizeof(struct pool_frame)) / sizeof(struct vma))

static struct {
    struct spinlock lock;       /* of all that follows, frames and nodes too */
    struct pool_frame *partial; /* frames with used and free nodes */
    struct pool_frame *empty;   /* frames with no used node: one at most */
    size_t frames;
    size_t used;
} pool;

static struct pool_frame *frame_of(const struct vma *node)
{
    return (struct pool_frame *)align_down((uintptr_t)node, FRAME_SIZE);
}

static void partial_insert(struct pool_frame *frame)
{
    frame->prev = NULL;
    frame->next = pool.partial;
    if (frame->next != NULL) {
        frame->next->prev = frame;
    }
    pool.partial = frame;
}

static void partial_remove(struct pool_frame *frame)
{
    *(frame->prev == NULL ? &pool.partial : &frame->prev->next) = frame->next;
    if (frame->next != NULL) {
        frame->next->prev = frame->prev;
    }
}

static void push(struct pool_frame *frame, struct vma *node)
{
    node->next = frame->free;
    frame->free = node;
}

/* Asks for a frame without the lock: the layer above has locks of its own. */
static bool grow(void)
{
    struct pool_frame *frame = vma_pool_frame_alloc();

    if (frame == NULL) {
        return false;
    }
    struct vma *nodes = (struct vma *)(frame + 1);
    frame->free = NULL;
    frame->used = 0;
    for (size_t i = 0; i < NODES_PER_FRAME; i++) {
        push(frame, &nodes[i]);
    }
    spin_lock(&pool.lock);
    frame->next = pool.empty;
    pool.empty = frame;
    pool.frames++;
    spin_unlock(&pool.lock);
    return true;
}

static struct vma *pop(void)
{
    struct pool_frame *frame = pool.partial;

    if (frame == NULL) {
        frame = pool.empty;
        if (frame == NULL) {
            return NULL;
        }
        pool.empty = frame->next;
        partial_insert(frame);
    }
    struct vma *node = frame->free;
    frame->free = node->next;
    frame->used++;
    pool.used++;
    if (frame->free == NULL) {
        partial_remove(frame);
    }
    return node;
}

struct vma *vma_alloc(void)
{
    struct vma *node;

    if (fault_injection_strikes()) {
        return NULL;
    }
    do {
        spin_lock(&pool.lock);
        node = pop();
        spin_unlock(&pool.lock);
    } while (node == NULL && grow());
    return node;
}

static void put(struct vma *node)
{
    struct pool_frame *frame = frame_of(node);

    ASSERT_CMP(frame->used, >, 0u);
    if (frame->free == NULL) {
        partial_insert(frame);
    }
    push(frame, node);
    frame->used--;
    pool.used--;
    if (frame->used == 0) {
        partial_remove(frame);
        frame->next = pool.empty;
        pool.empty = frame;
    }
}

/* Takes the empty frames out, but for one while there are used nodes. */
static struct pool_frame *take_surplus(void)
{
    struct pool_frame **from = &pool.empty;

    if (*from != NULL && pool.used != 0) {
        from = &(*from)->next;
    }
    struct pool_frame *surplus = *from;
    *from = NULL;
    for (struct pool_frame *f = surplus; f != NULL; f = f->next) {
        pool.frames--;
    }
    return surplus;
}

void vma_free(struct vma *node)
{
    spin_lock(&pool.lock);
    put(node);
    struct pool_frame *surplus = take_surplus();
    spin_unlock(&pool.lock);
    while (surplus != NULL) {
        struct pool_frame *next = surplus->next;
        vma_pool_frame_free(surplus);
        surplus = next;
    }
}

size_t vma_pool_used(void)
{
    return __atomic_load_n(&pool.used, __ATOMIC_RELAXED);
}

size_t vma_pool_frames(void)
{
    return __atomic_load_n(&pool.frames, __ATOMIC_RELAXED);
}
