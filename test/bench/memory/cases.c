/* Cases with areas in random order, and mremap's. */
#include "test/bench/memory/cases.h"

#include "test/bench/memory/call.h"

#define RANDOM_TOUCH_SIZE (RANDOM_TOUCH_PAGES * PAGE_SIZE)
#define REMAPPED          (16 * MIB)

static uintptr_t start;
static uintptr_t areas[MANY_AREAS];
static unsigned touch_order[RANDOM_TOUCH_PAGES];
static unsigned area_order[MANY_AREAS];

/* The next of a row of numbers that is the same each time (Numerical Recipes'
 * generator; its low bits are poor). */
static unsigned next_random(void)
{
    static unsigned state = 1;
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

/* The numbers below COUNT in random order: drawn before, because drawing takes
 * instructions too. */
static void shuffle(unsigned *order, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned j = next_random() % (i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

void random_touch_prepare(void)
{
    start = map(RANDOM_TOUCH_SIZE);
    shuffle(touch_order, RANDOM_TOUCH_PAGES);
}

void random_touch_run(void)
{
    for (unsigned i = 0; i < RANDOM_TOUCH_PAGES; i++) {
        touch(start + touch_order[i] * PAGE_SIZE);
    }
}

void random_touch_undo(void)
{
    random_touch_finish();
    start = map(RANDOM_TOUCH_SIZE);
}

void random_touch_finish(void)
{
    unmap(start, RANDOM_TOUCH_SIZE);
}

static void map_area(unsigned number)
{
    int prot = number % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE;
    areas[number] = map_at(0, PAGE_SIZE, prot, 0);
}

void many_areas_prepare(void)
{
    for (unsigned i = 0; i < MANY_AREAS; i++) {
        map_area(i);
    }
    shuffle(area_order, MANY_AREAS);
}

void many_areas_run(void)
{
    for (unsigned i = 0; i < MANY_AREAS; i++) {
        unmap(areas[area_order[i]], PAGE_SIZE);
        map_area(area_order[i]);
    }
}

void many_areas_finish(void)
{
    for (unsigned i = 0; i < MANY_AREAS; i++) {
        unmap(areas[i], PAGE_SIZE);
    }
}

void grow_prepare(void)
{
    start = map(REMAPPED + PAGE_SIZE);
    unmap(start + REMAPPED, PAGE_SIZE);
}

void grow_run(void)
{
    call6(SYS_mremap, start, REMAPPED, (long)(REMAPPED + PAGE_SIZE), 0, 0, 0);
}

void grow_undo(void)
{
    unmap(start + REMAPPED, PAGE_SIZE);
}

void grow_finish(void)
{
    unmap(start, REMAPPED);
}

/* Both places begin where a large page does. */
static uintptr_t places[2];

void move_prepare(void)
{
    const uintptr_t large_page = 2 * MIB;
    const uintptr_t size = 2 * REMAPPED + large_page;

    start = map(size);
    places[0] = (start + large_page - 1) & -large_page;
    places[1] = places[0] + REMAPPED;
    touch_pages(places[0], REMAPPED);
    unmap(places[1], start + size - places[1]);
}

void move_run(void)
{
    call6(SYS_mremap, places[0], REMAPPED, (long)REMAPPED,
          MREMAP_MAYMOVE | MREMAP_FIXED, places[1], 0);
    uintptr_t place = places[0];
    places[0] = places[1];
    places[1] = place;
}

void move_finish(void)
{
    unmap(places[0], REMAPPED);
}
