/* The pool of MAP_HUGETLB: see mm/huge_pool.h. Idle pages are a list, and the
 * first word of each says where the next one is. */
#include "mm/huge_pool.h"

#include "kernel/abi/errno.h"
#include "mm/aspace.h"
#include "mm/byte_map.h"

/* Pages between two looks at aspace_must_stop. */
#define STOP_PAGES 256

struct huge_pool huge_pool;

static paddr_t first_idle = PADDR_NONE;

static paddr_t *next_of(paddr_t page)
{
    return direct_map(page);
}

static void push(paddr_t page)
{
    *next_of(page) = first_idle;
    first_idle = page;
    huge_pool.idle++;
}

static paddr_t pop(void)
{
    paddr_t page = first_idle;

    ASSERT_CMP(huge_pool.idle, >, 0u);
    first_idle = *next_of(page);
    huge_pool.idle--;
    return page;
}

/* Lets interrupts in now and then. */
static void step(uint64_t pages)
{
    if (pages % STOP_PAGES == 0) {
        (void)aspace_must_stop();
    }
}

static void give_back(paddr_t page)
{
    int error = byte_map_free(page, 1);
    ASSERT_CMP(error, ==, 0);
    huge_pool.total--;
}

/* Takes COUNT pages from the byte map, one run if there is such. Returns how
 * many there were. */
static uint64_t take_from_map(uint64_t count)
{
    paddr_t run =
        count > 0 ? byte_map_alloc(count, BYTE_MAP_PROGRAM) : PADDR_NONE;
    uint64_t taken = 0;

    while (taken < count) {
        paddr_t page = run != PADDR_NONE
                           ? run + (count - 1 - taken) * LARGE_PAGE_SIZE
                           : byte_map_alloc(1, BYTE_MAP_PROGRAM);
        if (page == PADDR_NONE) {
            break;
        }
        push(page);
        taken++;
        step(taken);
    }
    huge_pool.total += taken;
    return taken;
}

/* Takes COUNT pages that are surplus, all or none. */
static bool take_surplus(uint64_t count)
{
    uint64_t room =
        huge_pool.overcommit - MIN(huge_pool.surplus, huge_pool.overcommit);

    if (count > room || count > byte_map_free_count()) {
        return false;
    }
    uint64_t taken = take_from_map(count);
    huge_pool.surplus += taken;
    if (taken == count) {
        return true;
    }
    for (; taken > 0; taken--) {
        huge_pool_free(pop());
    }
    return false;
}

/* Linux's set_max_huge_pages. */
void huge_pool_resize(uint64_t count)
{
    uint64_t kept = huge_pool_kept();

    if (count > kept) {
        uint64_t less_surplus = MIN(count - kept, huge_pool.surplus);
        huge_pool.surplus -= less_surplus;
        uint64_t more = count - kept - less_surplus;
        (void)take_from_map(MIN(more, byte_map_free_count()));
        return;
    }
    for (; kept > count && huge_pool.idle > 0; kept--) {
        give_back(pop());
        step(kept);
    }
    huge_pool.surplus += kept - count;
}

int huge_pool_reserve(uint64_t count)
{
    uint64_t missing = count - MIN(count, huge_pool.idle);

    return missing == 0 || take_surplus(missing) ? 0 : -ENOMEM;
}

void huge_pool_unreserve(uint64_t count)
{
    for (; count > 0; count--) {
        huge_pool_free(pop());
        step(count);
    }
}

paddr_t huge_pool_take(void)
{
    huge_pool.reserved++;
    return pop();
}

void huge_pool_touch(paddr_t page)
{
    ASSERT_CMP(huge_pool.reserved, >, 0u);
    huge_pool.reserved--;
    memset(direct_map(page), 0, LARGE_PAGE_SIZE);
}

paddr_t huge_pool_alloc(void)
{
    if (huge_pool_reserve(1) != 0) {
        return PADDR_NONE;
    }
    paddr_t page = huge_pool_take();
    huge_pool_touch(page);
    return page;
}

void huge_pool_free(paddr_t page)
{
    byte_map_set_tag(page, 1, 0);
    if (huge_pool.surplus > 0) {
        huge_pool.surplus--;
        give_back(page);
    } else {
        push(page);
    }
}

void huge_pool_free_untouched(paddr_t page)
{
    ASSERT_CMP(huge_pool.reserved, >, 0u);
    huge_pool.reserved--;
    huge_pool_free(page);
}

bool huge_pool_for_idle(bool (*visit)(paddr_t page))
{
    for (paddr_t page = first_idle; page != PADDR_NONE; page = *next_of(page)) {
        if (!visit(page)) {
            return false;
        }
    }
    return true;
}

const char *huge_pool_validate(void)
{
    uint64_t idle = 0;

    for (paddr_t page = first_idle;
         page != PADDR_NONE && idle <= huge_pool.idle; page = *next_of(page)) {
        idle++;
    }
    if (idle != huge_pool.idle) {
        return "the pool of huge pages counts those that are idle";
    }
    if (huge_pool_untouched() > huge_pool.total ||
        huge_pool.surplus > huge_pool.total) {
        return "a huge page is idle, reserved or touched";
    }
    return huge_pool.surplus == 0 || huge_pool.idle == 0
               ? NULL
               : "a huge page that nobody needs is no surplus";
}
