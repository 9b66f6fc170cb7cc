/* Chooses random operations, and touches memory: see operation.h. */
#include "test/conformance/operation.h"

#include "test/conformance/case.h"

/* Of a range, pages from its start; and what a touch keeps away from. */
#define TOUCHED_PAGES  64
#define IMAGE_START    0x400000ul
#define OWN_STACK      (1ul << 20)

/* Operations whose calls go through int 0x80, in the 64-bit program too. */
#define DOOR_32_ONE_IN 5

struct operation {
    struct range (*run)(void);
    uint32_t weight;
};

static struct range only_touch(void)
{
    return draw_range();
}

static const struct operation operations[] = {
    {operation_map_at_place, 24},
    {operation_map_anywhere, 12},
    {operation_unmap, 7},
    {operation_protect, 16},
    {operation_remap, 14},
    {operation_advise, 12},
    {operation_ask_resident, 4},
    {operation_synchronise, 3},
    {operation_lock, 5},
    {operation_lock_all, 1},
    {operation_change_break, 6},
    {operation_change_heap, 3},
    {operation_change_limit, 1},
    {operation_remap_file, 1},
    {operation_read_file, 6},
    {operation_change_personality, 1},
    {only_touch, 12},
};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static uint32_t sum_of_weights(void)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < OPERATIONS; i++) {
        sum += operations[i].weight;
    }
    return sum;
}

struct range operation_do(void)
{
    call_choose(draw_one_in(DOOR_32_ONE_IN) ? DOOR_32 : DOOR_OWN);
    uint32_t number = draw(sum_of_weights());
    size_t chosen = 0;
    while (number >= operations[chosen].weight) {
        number -= operations[chosen].weight;
        chosen++;
    }
    return operations[chosen].run();
}

/* Would a touch of PAGE hurt the program? */
static bool is_own(unsigned long page)
{
    bool is_image = page >= IMAGE_START && page < case_first_break();
    bool is_stack = page >= TASK_END - OWN_STACK && page < TASK_END;
    return is_image || is_stack;
}

void operation_touch(struct range range, uint32_t value)
{
    unsigned long pages = range.length / PAGE_SIZE;
    uint32_t count = pages < TOUCHED_PAGES ? (uint32_t)pages : TOUCHED_PAGES;
    unsigned long page = range.start / PAGE_SIZE * PAGE_SIZE;
    page += PAGES(draw(count + 2)) - PAGES(draw(2));
    if (is_own(page)) {
        return;
    }
    switch (draw(4)) {
    case 0:
        touch_read(page);
        break;
    case 1:
        touch_all(page, value);
        break;
    default:
        touch_write(page, value);
    }
}
