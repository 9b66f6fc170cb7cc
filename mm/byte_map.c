/* The byte map of large pages: allocation and release. */
#include "mm/byte_map.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/byte_map_priv.h"
#include "mm/fault_injection.h"

struct byte_map byte_map;

/* This CPU's magazine, as an address that the compiler takes as it comes: from
 * an index it works out the address of each field anew. */
static inline struct magazine *magazine_at_hand(void)
{
    struct magazine *magazine = my_magazine();
    __asm__("" : "+r"(magazine));
    return magazine;
}

/* After a try to lock it that returned COUNT. */
static inline void magazine_give_up(struct magazine *magazine, uint32_t count)
{
    if (count != MAGAZINE_LOCKED) {
        magazine_unlock(magazine, count);
    }
}

/* Gives COUNT pages STATE, eight at a time. A CPU whose last frame of a page
 * came back may still look at the byte when others already have the page, so no
 * store may be torn. */
static void set_states(size_t page, size_t count, uint8_t state)
{
    const uint64_t states = 0x0101010101010101ull * state;
    uint8_t *at = &byte_map.state[page];
    uint8_t *end = at + count;
    while (at < end && !is_aligned((uintptr_t)at, sizeof(states))) {
        STORE(*at, state);
        at++;
    }
    for (; at + sizeof(states) <= end; at += sizeof(states)) {
        STORE(*(uint64_t *)at, states);
    }
    for (; at < end; at++) {
        STORE(*at, state);
    }
    byte_map_told(page, count, state);
}

/* Takes COUNT pages, of which the topmost is at PLACE, out of the index. */
static size_t take_pages(size_t place, size_t count, uint8_t state)
{
    size_t page = byte_map.place_count - place - count;
    bit_tree_remove_range(&byte_map.free, place, count);
    set_states(page, count, state);
    STORE(byte_map.free_count, byte_map.free_count - count);
    return page;
}

/* Makes COUNT pages free. Under the map's lock. */
static void put_pages(size_t page, size_t count)
{
    size_t place = byte_map.place_count - page - count;
    set_states(page, count, BYTE_MAP_FREE);
    bit_tree_insert_range(&byte_map.free, place, count);
    free_runs_grow(&byte_map.runs, place, count);
    STORE(byte_map.free_count, byte_map.free_count + count);
    STORE(byte_map.refused, 0);
}

/* An aligned run may be missing where a longer one is. This is the bit of a
 * request in `refused`, and 0 when it is not aligned. */
static uint64_t refused_bit(const struct free_run_request *request)
{
    return request->alignment == 1 ? 0 : request->alignment;
}

/* Is it known without a search that the map has no place for REQUEST? */
static inline bool is_hopeless(const struct free_run_request *request)
{
    return request->count > LOAD(byte_map.runs.bound) ||
           request->count > LOAD(byte_map.free_count) ||
           (LOAD(byte_map.refused) & refused_bit(request)) != 0;
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
        STORE(byte_map.refused, byte_map.refused | refused_bit(request));
        return NO_PAGE;
    }
    return take_pages(place, request->count, state);
}

static bool magazines_hold(void)
{
    return __atomic_load_n(&byte_map.magazines_hold, __ATOMIC_ACQUIRE);
}

/* Searches the map and, before refusing, once more with all that the CPUs have
 * at hand put back into it. */
static size_t search(const struct free_run_request *request, uint8_t state)
{
    spin_lock(&byte_map.lock);
    size_t page = find_and_take(request, state);
    spin_unlock(&byte_map.lock);
    if (page == NO_PAGE && magazines_hold()) {
        byte_map_lock_and_drain();
        page = find_and_take(request, state);
        byte_map_unlock_all();
    }
    return page;
}

static paddr_t alloc_run(const struct free_run_request *request,
                         enum byte_map_owner owner)
{
    if (request->count == 0 || (!magazines_hold() && is_hopeless(request)) ||
        fault_injection_strikes()) {
        return PADDR_NONE;
    }
    size_t page = search(request, BYTE_MAP_USED | (uint8_t)owner);
    return page == NO_PAGE ? PADDR_NONE : page_address(page);
}

NOINLINE static paddr_t alloc_pages(size_t count, enum byte_map_owner owner)
{
    const struct free_run_request request = {count, 1, 0};
    return alloc_run(&request, owner);
}

/* One page from the map; and the magazine is filled by half, unless there are
 * no magazines. */
static size_t take_page(enum byte_map_owner owner)
{
    if (byte_map.magazine_size > 0) {
        return byte_map_refill(owner);
    }
    spin_lock(&byte_map.lock);
    size_t page = byte_map_take_page(BYTE_MAP_USED | (uint8_t)owner);
    spin_unlock(&byte_map.lock);
    return page;
}

/* A page that is not at hand. Like the others below it is not inlined, so that
 * what is at hand needs no stack. */
NOINLINE static paddr_t alloc_page(enum byte_map_owner owner)
{
    bool is_empty = LOAD(byte_map.free_count) == 0 && !magazines_hold();
    if (is_empty || fault_injection_strikes()) {
        return PADDR_NONE;
    }
    size_t page = take_page(owner);
    return page == NO_PAGE ? alloc_pages(1, owner) : page_address(page);
}

paddr_t byte_map_alloc(size_t count, enum byte_map_owner owner)
{
    struct magazine *magazine = magazine_at_hand();
    if (count != 1) {
        return alloc_pages(count, owner);
    }
    uint32_t held = magazine_try_lock(magazine);
    uint32_t left = held - 1;
    if (left >= MAGAZINE_LOCKED - 1) { /* none is there, or it is locked */
        magazine_give_up(magazine, held);
        return alloc_page(owner);
    }
    size_t page = magazine->pages[left];
    STORE(byte_map.state[page], BYTE_MAP_USED | (uint8_t)owner);
    magazine_unlock(magazine, left);
    return page_address(page);
}

paddr_t byte_map_alloc_aligned(size_t count, enum byte_map_owner owner)
{
    ASSERT(count == 0 || is_power_of_two(count));
    const struct free_run_request request = {count, count, 0};
    return alloc_run(&request, owner);
}

paddr_t byte_map_alloc_below(size_t count, paddr_t limit,
                             enum byte_map_owner owner)
{
    size_t end = MIN(byte_map.page_count, limit >> LARGE_PAGE_SHIFT);
    const struct free_run_request request = {count, 1,
                                             byte_map.place_count - end};
    return alloc_run(&request, owner);
}

/* The number of the page that starts at ADDRESS; of an address within a page,
 * a number past the end of any map. */
static inline size_t page_at(paddr_t address)
{
    return address >> LARGE_PAGE_SHIFT | address << (64 - LARGE_PAGE_SHIFT);
}

/* Pages whose bytes are looked at together. */
#define STATES_AT_ONCE 32

static bool are_allocated(const uint8_t *state)
{
    static const uint64_t used = 0x0101010101010101ull * BYTE_MAP_USED;
    uint64_t states[STATES_AT_ONCE / sizeof(uint64_t)];
    /* The compiler's own: memcpy would be a call here, in the kernel. */
    __builtin_memcpy(states, state, sizeof(states));
    return (states[0] & states[1] & states[2] & states[3] & used) == used;
}

/* The first page of [PAGE, PAGE + COUNT) that is not allocated, or the end. */
static size_t find_not_allocated(size_t page, size_t count)
{
    size_t end = page + count;
    while (end - page >= STATES_AT_ONCE &&
           are_allocated(&byte_map.state[page])) {
        page += STATES_AT_ONCE;
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

NOINLINE static int free_pages(paddr_t start, size_t count)
{
    size_t at;
    spin_lock(&byte_map.lock);
    const char *rule = broken_rule(start, count, &at);
    if (rule == NULL && count > 0) {
        put_pages(page_at(start), count);
    }
    spin_unlock(&byte_map.lock);
    return rule == NULL ? 0 : refuse("release", start, count, at, rule);
}

/* An allocated page that the magazine has no room for. */
NOINLINE static int free_page(size_t page)
{
    spin_lock(&byte_map.lock);
    byte_map_put_page(page);
    spin_unlock(&byte_map.lock);
    return byte_map.magazine_size > 0 ? byte_map_flush() : 0;
}

int byte_map_free(paddr_t start, size_t count)
{
    struct magazine *magazine = magazine_at_hand();
    size_t page = page_at(start);
    if (count != 1 || page >= byte_map.page_count ||
        !page_is(page, BYTE_MAP_USED)) {
        return free_pages(start, count);
    }
    uint32_t held = magazine_try_lock(magazine);
    if (held >= LOAD(magazine->size)) { /* no room, or it is locked */
        magazine_give_up(magazine, held);
        return free_page(page);
    }
    magazine->pages[held] = (uint32_t)page;
    STORE(byte_map.state[page], BYTE_MAP_HELD);
    magazine_unlock(magazine, held + 1);
    return 0;
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

NOINLINE static size_t count_all(void)
{
    size_t count = LOAD(byte_map.free_count);
    for (unsigned cpu = 0; cpu < LOAD(byte_map.cpu_count); cpu++) {
        count += magazine_count(&byte_map.magazines[cpu]);
    }
    return count;
}

size_t byte_map_free_count(void)
{
    uint32_t held = LOAD(byte_map.magazines[0].count);
    if (LOAD(byte_map.cpu_count) > 1 || held == MAGAZINE_LOCKED) {
        return count_all();
    }
    return LOAD(byte_map.free_count) + held;
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
