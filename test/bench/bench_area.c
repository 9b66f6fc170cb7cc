/* Instructions that the tree of areas takes for what system calls ask of it,
 * counted by callgrind: `make bench-area`. */
#include <stdio.h>
#include <stdlib.h>

#include <valgrind/callgrind.h>

#include "kernel/lib/panic.h"
#include "mm/area.h"
#include "mm/fault_injection.h"
#include "mm/vma_pool.h"
#include "test/host/random.h"

#define ROUNDS    10000
#define LOW       (64 * KIB)
#define HIGH      0x7ffff7fff000ull
#define HEAP      0x555555559000ull
#define DATA      (AREA_READ | AREA_WRITE)
#define STACK_END 0x7ffffffff000ull
#define AREA_MAX  65530

static struct area_tree tree;
static uint64_t seed = 1;

/* What each area of the tree is, so that one can be picked at random. */
static struct {
    uaddr_t start;
    uint64_t length;
} mapped[AREA_MAX];

void panic(const char *format, ...)
{
    fputs(format, stderr);
    abort();
}

bool fault_injection_strikes(void)
{
    return false;
}

void *vma_pool_frame_alloc(void)
{
    return aligned_alloc(FRAME_SIZE, FRAME_SIZE);
}

void vma_pool_frame_free(void *frame)
{
    free(frame);
}

void area_file_get(struct file *file)
{
    (void)file;
}

void area_file_put(struct file *file)
{
    (void)file;
}

/* No area here has an object. */
void object_put(struct memory_object *object)
{
    (void)object;
    abort();
}

static void reserve(void)
{
    if (area_reserve(&tree) != 0) {
        panic("no memory\n");
    }
}

static uaddr_t map(uint64_t length, uint32_t flags)
{
    struct area_gap gap = {
        .length = length,
        .low = LOW,
        .high = HIGH,
        .alignment = PAGE_SIZE,
    };

    reserve();
    uaddr_t start = area_gap_topmost(&tree, &gap);
    struct vma wanted = {
        .start = start,
        .end = start + length,
        .flags = flags,
        .page_offset = start >> PAGE_SHIFT,
    };
    area_insert(&tree, &wanted, AREA_JOIN_MMAP);
    return start;
}

static void unmap(uaddr_t start, uint64_t length)
{
    reserve();
    if (area_remove_check(&tree, start, start + length) != 0) {
        panic("too many areas\n");
    }
    area_remove(&tree, start, start + length);
}

static void protect(uaddr_t start, uint64_t length, uint32_t flags)
{
    struct vma *result;

    reserve();
    if (area_change(&tree, area_find(&tree, start), start, start + length,
                    flags, &result) != 0) {
        panic("too many areas\n");
    }
}

static uint64_t random_length(void)
{
    return (1 + random_below(&seed, 16)) * PAGE_SIZE;
}

/* A stack, and COUNT areas below it, of which no two merge. */
static void fill_tree(size_t count)
{
    struct vma stack = {
        .start = STACK_END - 33 * PAGE_SIZE,
        .end = STACK_END,
        .flags = DATA | AREA_GROWSDOWN,
    };

    area_clear(&tree);
    reserve();
    area_insert(&tree, &stack, AREA_JOIN_NONE);
    for (size_t i = 0; i < count; i++) {
        mapped[i].length = random_length();
        mapped[i].start = map(mapped[i].length, DATA | AREA_NO_MERGE);
    }
}

static void pair_of_one_page(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        unmap(map(PAGE_SIZE, DATA), PAGE_SIZE);
    }
}

static void unmap_and_map_at_random(size_t count)
{
    for (int i = 0; i < ROUNDS; i++) {
        size_t at = random_below(&seed, count);
        unmap(mapped[at].start, mapped[at].length);
        mapped[at].length = random_length();
        mapped[at].start = map(mapped[at].length, DATA | AREA_NO_MERGE);
    }
}

static void find_at_random(size_t count)
{
    for (int i = 0; i < ROUNDS; i++) {
        (void)area_find(&tree, mapped[random_below(&seed, count)].start);
    }
}

static void protect_there_and_back(uaddr_t page)
{
    for (int i = 0; i < ROUNDS; i++) {
        protect(page, PAGE_SIZE, AREA_READ);
        protect(page, PAGE_SIZE, DATA);
    }
}

static void grow_and_shrink(struct vma *heap)
{
    for (int i = 0; i < ROUNDS; i++) {
        uaddr_t end = heap->end;
        area_grow_up(&tree, heap, end + PAGE_SIZE);
        unmap(end, PAGE_SIZE);
    }
}

/* Runs STATEMENT under the name NAME: test/bench/area.mk divides by ROUNDS. */
#define MEASURE(name, statement)                                               \
    do {                                                                       \
        CALLGRIND_ZERO_STATS;                                                  \
        statement;                                                             \
        CALLGRIND_DUMP_STATS_AT(name);                                         \
    } while (0)

int main(void)
{
    fill_tree(20);
    MEASURE("map + unmap 4 KiB, 20 areas", pair_of_one_page());
    fill_tree(1000);
    MEASURE("map + unmap 4 KiB, 1000 areas", pair_of_one_page());
    MEASURE("unmap + map at random, 1000 areas", unmap_and_map_at_random(1000));
    MEASURE("find at random, 1000 areas", find_at_random(1000));
    fill_tree(AREA_MAX);
    MEASURE("unmap + map at random, 65530 areas",
            unmap_and_map_at_random(AREA_MAX));
    fill_tree(20);
    uaddr_t data = map(MIB, DATA);
    MEASURE("protect there and back, 20 areas",
            protect_there_and_back(data + 16 * PAGE_SIZE));
    struct vma heap = {.start = HEAP, .end = HEAP + MIB, .flags = DATA};
    reserve();
    MEASURE("grow up + shrink 4 KiB, 20 areas",
            grow_and_shrink(area_insert(&tree, &heap, AREA_JOIN_NONE)));
    area_clear(&tree);
    return 0;
}
