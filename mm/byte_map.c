/* The byte map of large pages: allocation and release. */
#include "mm/byte_map.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/assert.h"
#include "kernel/lib/log.h"
#include "kernel/lib/string.h"
#include "mm/byte_map_priv.h"

struct byte_map byte_map;

static struct magazine *my_magazine(void)
{
    return &byte_map.magazines[cpu_index()];
}

/* Takes COUNT pages, of which the topmost is at PLACE, out of the index. */
static size_t take_pages(size_t place, size_t count, uint8_t state)
{
    size_t page = byte_map.place_count - place - count;
    bit_tree_remove_range(&byte_map.free, place, count);
    memset(&byte_map.state[page], state, count);
    STORE(byte_map.free_count, byte_map.free_count - count);
    return page;
}

size_t byte_map_take_page(uint8_t state)
{
    size_t place = bit_tree_first(&byte_map.free);
    if (place == BIT_TREE_NONE) {
        return NO_PAGE;
    }
    size_t page = place_of(place);
    bit_tree_remove(&byte_map.free, place);
    STORE(byte_map.state[page], state);
    STORE(byte_map.free_count, byte_map.free_count - 1);
    return page;
}

void byte_map_put_pages(size_t page, size_t count)
{
    size_t place = byte_map.place_count - page - count;
    memset(&byte_map.state[page], BYTE_MAP_FREE, count);
    bit_tree_insert_range(&byte_map.free, place, count);
    free_runs_grow(&byte_map.runs, place, count);
    STORE(byte_map.free_count, byte_map.free_count + count);
    STORE(byte_map.refused_alignments, 0);
}

/* An aligned run may be missing where a longer one is. This is what stands for
 * a failed search of REQUEST; 0 when it is not aligned. */
static uint64_t alignment_bit(const struct free_run_request *request)
{
    return request->alignment == 1 ? 0 : request->alignment;
}

/* Is it known without a search that the map has no place for REQUEST? */
static bool is_hopeless(const struct free_run_request *request)
{
    return request->count > LOAD(byte_map.runs.bound) ||
           (LOAD(byte_map.refused_alignments) & alignment_bit(request)) != 0;
}

/* Under the map's lock. */
static size_t find_and_take(const struct free_run_request *request,
                            uint8_t state)
{
    if (is_hopeless(request)) {
        return NO_PAGE;
    }
    if (request->count == 1 && request->from == 0) {
        return byte_map_take_page(state);
    }
    size_t place = free_runs_find(&byte_map.runs, request);
    if (place == FREE_RUNS_NONE) {
        STORE(byte_map.refused_alignments,
              byte_map.refused_alignments | alignment_bit(request));
        return NO_PAGE;
    }
    return take_pages(place, request->count, state);
}

/* Searches the map and, before refusing, once more with all that the CPUs have
 * at hand put back into it. */
static paddr_t alloc_run(const struct free_run_request *request,
                         enum byte_map_owner owner)
{
    uint8_t state = BYTE_MAP_USED | (uint8_t)owner;
    bool is_drained =
        !__atomic_load_n(&byte_map.magazines_hold, __ATOMIC_ACQUIRE);
    if (request->count == 0 || (is_drained && is_hopeless(request))) {
        return PADDR_NONE;
    }
    spin_lock(&byte_map.lock);
    size_t page = find_and_take(request, state);
    spin_unlock(&byte_map.lock);
    if (page == NO_PAGE && LOAD(byte_map.magazines_hold)) {
        byte_map_lock_and_drain();
        page = find_and_take(request, state);
        byte_map_unlock_all();
    }
    return page == NO_PAGE ? PADDR_NONE : page_address(page);
}

/* A page from this CPU's magazine, or NO_PAGE. */
static inline size_t alloc_from_magazine(uint8_t state)
{
    struct magazine *magazine = my_magazine();
    spin_lock(&magazine->lock);
    if (magazine->count == 0) {
        spin_unlock(&magazine->lock);
        return byte_map_refill_magazine(magazine, state);
    }
    STORE(magazine->count, magazine->count - 1);
    size_t page = magazine->pages[magazine->count];
    STORE(byte_map.state[page], state);
    spin_unlock(&magazine->lock);
    return page;
}

paddr_t byte_map_alloc(size_t count, enum byte_map_owner owner)
{
    if (count == 1) {
        size_t page = alloc_from_magazine(BYTE_MAP_USED | (uint8_t)owner);
        if (page != NO_PAGE) {
            return page_address(page);
        }
    }
    struct free_run_request request = {count, 1, 0};
    return alloc_run(&request, owner);
}

paddr_t byte_map_alloc_aligned(size_t count, enum byte_map_owner owner)
{
    ASSERT(count == 0 || is_power_of_two(count));
    struct free_run_request request = {count, count, 0};
    return alloc_run(&request, owner);
}

paddr_t byte_map_alloc_below(size_t count, paddr_t limit,
                             enum byte_map_owner owner)
{
    size_t end = MIN(byte_map.page_count, limit >> LARGE_PAGE_SHIFT);
    struct free_run_request request = {count, 1, byte_map.place_count - end};
    return alloc_run(&request, owner);
}

/* The number of the page that starts at ADDRESS; of an address within a page,
 * a number past the end of any map. */
static inline size_t page_at(paddr_t address)
{
    return address >> LARGE_PAGE_SHIFT | address << (64 - LARGE_PAGE_SHIFT);
}

/* The first page of [PAGE, PAGE + COUNT) that is not allocated, or the end. */
static size_t find_not_allocated(size_t page, size_t count)
{
    static const uint64_t all_used = 0x0101010101010101ull * BYTE_MAP_USED;
    size_t end = page + count;
    uint64_t states;
    for (; end - page >= sizeof(states); page += sizeof(states)) {
        memcpy(&states, &byte_map.state[page], sizeof(states));
        if ((states & all_used) != all_used) {
            break;
        }
    }
    while (page < end && page_is(page, BYTE_MAP_USED)) {
        page++;
    }
    return page;
}

/* The rule that a release of [START, START + COUNT pages) breaks, or NULL; and
 * at which page. */
static const char *broken_rule(paddr_t start, size_t count, size_t *at)
{
    size_t page = page_at(start);
    *at = start >> LARGE_PAGE_SHIFT;
    if (!is_aligned(start, LARGE_PAGE_SIZE)) {
        return "not aligned to a large page";
    }
    if (page >= byte_map.page_count || count > byte_map.page_count - page) {
        return "past the end of the map";
    }
    *at = find_not_allocated(page, count);
    return *at == page + count ? NULL : "not allocated";
}

const char *byte_map_state_name(uint8_t state)
{
    static const char *const names[] = {
        "hole", "free", "used", "split", "split full", "held", "reserved"};
    return names[__builtin_ffs(state & ~BYTE_MAP_OWNER_MASK)];
}

static int refuse(const char *what, paddr_t start, size_t count, size_t page,
                  const char *rule)
{
    uint8_t state = byte_map_state(page);
    log_warn("byte map: %s of %zu large pages at 0x%llx refused: page 0x%llx "
             "(state %s, 0x%02x) is %s",
             what, count, (unsigned long long)start,
             (unsigned long long)page_address(page), byte_map_state_name(state),
             state, rule);
    return -EINVAL;
}

static int free_run(paddr_t start, size_t count)
{
    size_t at;
    spin_lock(&byte_map.lock);
    const char *rule = broken_rule(start, count, &at);
    if (rule == NULL && count > 0) {
        byte_map_put_pages(page_at(start), count);
    }
    spin_unlock(&byte_map.lock);
    return rule == NULL ? 0 : refuse("release", start, count, at, rule);
}

static inline bool free_to_magazine(size_t page)
{
    struct magazine *magazine = my_magazine();
    spin_lock(&magazine->lock);
    bool has_room = magazine->count < magazine->size;
    if (has_room) {
        magazine->pages[magazine->count] = (uint32_t)page;
        STORE(magazine->count, magazine->count + 1);
        STORE(byte_map.state[page], BYTE_MAP_HELD);
        if (!LOAD(byte_map.magazines_hold)) {
            STORE(byte_map.magazines_hold, true);
        }
    }
    spin_unlock(&magazine->lock);
    return has_room;
}

int byte_map_free(paddr_t start, size_t count)
{
    size_t page = page_at(start);
    if (count != 1 || page >= byte_map.page_count ||
        !page_is(page, BYTE_MAP_USED)) {
        return free_run(start, count);
    }
    if (free_to_magazine(page)) {
        return 0;
    }
    byte_map_flush_magazine(my_magazine());
    return free_run(start, count);
}

int byte_map_split(paddr_t start)
{
    size_t at;
    spin_lock(&byte_map.lock);
    const char *rule = broken_rule(start, 1, &at);
    if (rule == NULL) {
        size_t page = page_at(start);
        uint8_t owner = byte_map.state[page] & BYTE_MAP_OWNER_MASK;
        frame_split(page, 0, BYTE_MAP_SPLIT_FULL | owner);
    }
    spin_unlock(&byte_map.lock);
    return rule == NULL ? 0 : refuse("split", start, 1, at, rule);
}

size_t byte_map_free_count(void)
{
    size_t count = LOAD(byte_map.free_count);
    unsigned cpu_count = LOAD(byte_map.cpu_count);
    for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
        count += LOAD(byte_map.magazines[cpu].count);
    }
    return count;
}

size_t byte_map_largest_run_bound(void)
{
    return LOAD(byte_map.runs.bound);
}

size_t byte_map_largest_run(void)
{
    byte_map_lock_and_drain();
    size_t longest = 0;
    while (longest < byte_map.runs.bound) {
        size_t bound = byte_map.runs.bound;
        size_t tried = bound - (bound - longest) / 2;
        struct free_run_request request = {tried, 1, 0};
        if (free_runs_find(&byte_map.runs, &request) != FREE_RUNS_NONE) {
            longest = tried;
        }
    }
    byte_map_unlock_all();
    return longest;
}

size_t byte_map_page_count(void)
{
    return byte_map.page_count;
}

uint8_t byte_map_state(size_t page)
{
    return page < byte_map.page_count ? LOAD(byte_map.state[page])
                                      : BYTE_MAP_HOLE;
}

void byte_map_set_tag(paddr_t start, size_t count, uint16_t tag)
{
    size_t page = page_at(start);
    ASSERT(page < byte_map.page_count && count <= byte_map.page_count - page);
    for (size_t i = 0; i < count; i++) {
        byte_map.tags[page + i] = tag;
    }
}

uint16_t byte_map_tag(size_t page)
{
    return page < byte_map.page_count && page_is(page, BYTE_MAP_USED)
               ? byte_map.tags[page]
               : 0;
}

void byte_map_drain(void)
{
    byte_map_lock_and_drain();
    byte_map_unlock_all();
}
