/* Shared anonymous memory. The pages of an object are found by a page table
 * that no CPU ever uses: its addresses are offsets into the object. */
#include "kernel/file/shared_memory.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/page_table.h"

#define NAME        "/dev/zero (deleted)"
#define PERMISSIONS 0777 /* as Linux gives them */

/* One frame each. Mappings may show pages past the object's end: no address of
 * the table is for those. */
struct shared_memory {
    struct inode inode; /* of the one file that mappings know */
    uint64_t pages;
    paddr_t root; /* of the table of pages */
};

static struct shared_memory *object_of(struct file *file)
{
    return list_entry(file->inode, struct shared_memory, inode);
}

static int find_frame(struct file *file, uint64_t page, paddr_t *frame)
{
    const struct shared_memory *object = object_of(file);
    if (page >= object->pages) {
        return -EIO;
    }
    struct page_table_leaf leaf;
    if (!page_table_entry(object->root, page << PAGE_SHIFT, 1, &leaf)) {
        return -ENOMEM;
    }
    if (*leaf.entry == 0) {
        paddr_t fresh = frame_alloc(BYTE_MAP_PROGRAM);
        if (fresh == PADDR_NONE) {
            return -ENOMEM;
        }
        memset(direct_map(fresh), 0, FRAME_SIZE);
        page_table_set(&leaf, fresh | PTE_PRESENT);
    }
    *frame = *leaf.entry & PTE_ADDRESS;
    return 0;
}

static void free_frame(paddr_t frame)
{
    int error = frame_free(frame);
    ASSERT_CMP(error, ==, 0);
}

static bool is_resident(struct file *file, uint64_t page)
{
    const struct shared_memory *object = object_of(file);
    struct page_table_leaf leaf;
    uint64_t at = page << PAGE_SHIFT;

    return page < object->pages &&
           page_table_next_leaf(object->root, at, at + PAGE_SIZE, &leaf);
}

static void punch(struct file *file, uint64_t start, uint64_t end)
{
    const struct shared_memory *object = object_of(file);
    paddr_t root = object->root;
    uint64_t first = MIN(start, object->pages) << PAGE_SHIFT;
    uint64_t last = MIN(end, object->pages) << PAGE_SHIFT;
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(root, first, last, &leaf);

    for (; found; found = page_table_advance(root, last, &leaf)) {
        free_frame(page_table_leaf_target(&leaf));
        page_table_set(&leaf, 0);
    }
}

static void release(struct file *file)
{
    struct shared_memory *object = object_of(file);

    punch(file, 0, object->pages);
    page_table_free_range(object->root, 0, USER_END_64, 0, DIRECT_MAP_BASE);
    page_table_free(object->root);
    free_frame(direct_map_address(object));
}

static const struct inode_operations operations = {
    .frame = find_frame,
    .is_resident = is_resident,
    .punch = punch,
    .release = release,
};

struct file *shared_memory_create(uint64_t size)
{
    static uint64_t last_number;
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
    if (frame == PADDR_NONE) {
        return NULL;
    }
    struct shared_memory *object = direct_map(frame);
    static_assert(sizeof(*object) <= FRAME_SIZE, "one frame each");

    memset(object, 0, sizeof(*object));
    object->root = page_table_alloc();
    if (object->root == PADDR_NONE) {
        free_frame(frame);
        return NULL;
    }
    ASSERT_CMP(size, <=, (uint64_t)USER_END_64);
    object->pages = size >> PAGE_SHIFT;
    object->inode = (struct inode){
        .name = NAME,
        .name_size = strlen(NAME),
        .number = ++last_number,
        .mode = S_IFREG | PERMISSIONS,
        .links = 0,
        .size = size,
        .operations = &operations,
    };
    struct place place = {.inode = &object->inode};
    struct file *file = file_create(place, O_RDWR);
    if (file == NULL) {
        free_frame(object->root);
        free_frame(frame);
    }
    return file;
}
