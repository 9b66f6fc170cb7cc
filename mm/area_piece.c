/* Areas: the steps that the operations are made of. Nodes come from the tree's
 * spare ones, areas with a file hold a reference, and totals are kept. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/area_priv.h"
#include "mm/vma_pool.h"

/* What a tree keeps for the next operations. */
#define SPARE_NODES 4

int area_reserve_nodes(struct area_tree *tree, uint32_t count)
{
    ASSERT_CMP(count, <=, (uint32_t)SPARE_NODES);
    while (tree->spare_count < count) {
        struct vma *node = vma_alloc();
        if (node == NULL) {
            return -ENOMEM;
        }
        node->next = tree->spare;
        tree->spare = node;
        tree->spare_count++;
    }
    return 0;
}

static struct vma *take_node(struct area_tree *tree)
{
    struct vma *node = tree->spare;

    ASSERT(node != NULL);
    tree->spare = node->next;
    tree->spare_count--;
    return node;
}

static void give_node(struct area_tree *tree, struct vma *node)
{
    if (tree->spare_count == SPARE_NODES) {
        vma_free(node);
        return;
    }
    node->next = tree->spare;
    tree->spare = node;
    tree->spare_count++;
}

static inline bool shows_something(const struct vma *area)
{
    return area->file != NULL || area->object != NULL;
}

/* AREA holds what it shows, and is known there. Behind all others: who goes
 * through them meets a copy after what it was made from. */
NOINLINE static void hold(struct area_tree *tree, struct vma *area)
{
    if (area->file != NULL) {
        area_file_get(area->file);
    }
    if (area->object != NULL) {
        object_get(area->object);
        area->tree = tree;
        list_append(&area->object->areas, &area->object_link);
    }
}

NOINLINE static void let_go(struct vma *area)
{
    if (area->object != NULL) {
        list_remove(&area->object_link);
        object_put(area->object);
    }
    if (area->file != NULL) {
        area_file_put(area->file);
    }
}

void area_clear(struct area_tree *tree)
{
    struct vma *next;

    for (struct vma *area = tree->first; area != NULL; area = next) {
        next = area->next;
        if (shows_something(area)) {
            let_go(area);
        }
        vma_free(area);
    }
    while (tree->spare != NULL) {
        vma_free(take_node(tree));
    }
    area_init(tree);
}

void area_set_start(struct vma *area, uaddr_t start)
{
    area->page_offset += start >> PAGE_SHIFT;
    area->page_offset -= area->start >> PAGE_SHIFT;
    area->start = start;
    area_tree_update_gap(area);
}

void area_set_end(struct vma *area, uaddr_t end)
{
    area->end = end;
    area_tree_update_gap(area->next);
}

/* A node with the contents of AREA, not in the tree yet. */
static struct vma *copy(struct area_tree *tree, const struct vma *area)
{
    struct vma *node = take_node(tree);

    node->start = area->start;
    node->end = area->end;
    node->flags = area->flags;
    node->page_offset = area->page_offset;
    node->file = area->file;
    node->anon = area->anon;
    node->object = area->object;
    if (shows_something(node)) {
        hold(tree, node);
    }
    return node;
}

struct vma *area_node_add(struct area_tree *tree, const struct vma *piece,
                          struct vma *prev)
{
    struct vma *area = copy(tree, piece);

    area_tree_link(tree, area, prev);
    return area;
}

void area_node_drop(struct area_tree *tree, struct vma *area)
{
    area_tree_unlink(tree, area);
    if (shows_something(area)) {
        let_go(area);
    }
    give_node(tree, area);
}

struct vma *area_split(struct area_tree *tree, struct vma *area, uaddr_t at)
{
    ASSERT(area->start < at && at < area->end);
    struct vma *upper = copy(tree, area);

    upper->page_offset += (at - area->start) >> PAGE_SHIFT;
    upper->start = at;
    area->end = at;
    area_tree_link(tree, upper, area);
    return upper;
}
