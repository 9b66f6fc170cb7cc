/* What the files of byte map and frames share: one state, and its locks.
 *
 * Pages are counted from address 0 up, places (mm/free_runs.h) from the top
 * down: place 0 is page place_count - 1.
 */
#pragma once

#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/byte_map.h"
#include "mm/free_runs.h"

#define NO_PAGE       SIZE_MAX

#define CACHE_LINE    64
#define MAGAZINE_SIZE 16
#define FRAME_WORDS   (FRAMES_PER_LARGE_PAGE / 64)

/* The free frames of a split page, one bit each: a cache line. All bits of
 * all pages together are one row, in which a frame's number is its bit's. */
struct frame_bits {
    uint64_t word[FRAME_WORDS];
};
static_assert(sizeof(struct frame_bits) == CACHE_LINE, "a line a page");

/* What one CPU has at hand, in cache lines of its own (two at a time, because
 * the CPU fetches them in pairs). */
struct magazine {
    uint32_t count; /* of pages, or MAGAZINE_LOCKED: the lock is the count */
    uint32_t size;  /* 0 while it is closed: nothing comes in */
    uint32_t pages[MAGAZINE_SIZE];
    uint32_t locked_count; /* what byte_map_lock_all found */

    /* The split page that this CPU takes frames from, and no other CPU; of it
     * the word to look at, and the address of the word's first frame. Changed
     * under the map's lock. The word is read without and is a hint: what counts
     * is who clears a bit. Its address is changed by this CPU alone. */
    size_t frame_page;
    uint64_t *frame_word;
    paddr_t frame_address;
} __attribute__((aligned(2 * CACHE_LINE)));

#define MAGAZINE_LOCKED UINT32_MAX

struct byte_map {
    struct magazine magazines[CPUS_MAX];

    /* Set by init. */
    uint8_t *state; /* one byte a page: see below who may change it */
    struct frame_bits *frames; /* of the pages that are split */
    uint16_t *tags;
    size_t page_count;
    size_t place_count;
    uint32_t magazine_size;

    bool is_told; /* each change: byte_map_tell_changes */

    /* When false, all magazines are closed and no CPU has a frame page. Set
     * under the map's lock, cleared under all locks. */
    bool magazines_hold;

    /* The map's lock protects all that follows, and all of `state` but the
     * byte of a page that a magazine holds or takes in: that one belongs to
     * who has locked the magazine. */
    struct spinlock lock __attribute__((aligned(2 * CACHE_LINE)));
    unsigned cpu_count;    /* 1 + the highest CPU whose magazine was open */
    size_t free_count;     /* pages in `free` */
    struct bit_tree free;  /* places of free pages */
    struct bit_tree split; /* places of pages with BYTE_MAP_SPLIT that are no
                            * CPU's frame page */
    struct free_runs runs; /* over `free` */

    /* What was refused since pages or frames last came back: bit 0 for frames,
     * bit log2(n) for n pages aligned to n. */
    uint64_t refused;
};

#define REFUSED_FRAMES BIT(0)

extern struct byte_map byte_map;

#define LOAD(variable) __atomic_load_n(&(variable), __ATOMIC_RELAXED)
#define STORE(variable, value)                                                 \
    __atomic_store_n(&(variable), value, __ATOMIC_RELAXED)

static inline struct magazine *my_magazine(void)
{
    return &byte_map.magazines[cpu_index()];
}

/* Locks the magazine and returns the number of its pages, or MAGAZINE_LOCKED
 * when somebody else has locked it. Before the map's lock, never after. */
static inline uint32_t magazine_try_lock(struct magazine *magazine)
{
    return __atomic_exchange_n(&magazine->count, MAGAZINE_LOCKED,
                               __ATOMIC_ACQUIRE);
}

/* The same, after waiting for who has locked it. */
static inline uint32_t magazine_lock(struct magazine *magazine)
{
    uint32_t count;
    while ((count = magazine_try_lock(magazine)) == MAGAZINE_LOCKED) {
        __builtin_ia32_pause();
    }
    return count;
}

static inline void magazine_unlock(struct magazine *magazine, uint32_t count)
{
    __atomic_store_n(&magazine->count, count, __ATOMIC_RELEASE);
}

/* The number of its pages as it is at some moment. */
static inline uint32_t magazine_count(const struct magazine *magazine)
{
    uint32_t count;
    while ((count = LOAD(magazine->count)) == MAGAZINE_LOCKED) {
        __builtin_ia32_pause();
    }
    return count;
}

static inline paddr_t page_address(size_t page)
{
    return (paddr_t)page << LARGE_PAGE_SHIFT;
}

static inline bool page_is(size_t page, unsigned states)
{
    return (LOAD(byte_map.state[page]) & states) != 0;
}

/* The byte without the owner. */
static inline unsigned state_of(size_t page)
{
    return LOAD(byte_map.state[page]) & (unsigned)~BYTE_MAP_OWNER_MASK;
}

/* The place of the page, and the page of the place. */
static inline size_t place_of(size_t page)
{
    return byte_map.place_count - 1 - page;
}

/* Has those told who want to know that COUNT pages from PAGE have got STATE. */
static inline void byte_map_told(size_t page, size_t count, uint8_t state)
{
    if (byte_map.is_told) {
        byte_map_changed(page, count, state);
    }
}

/* The state's name in messages, without the owner. */
const char *byte_map_state_name(uint8_t state);

/* Takes the topmost free page out of the map and gives it STATE. Returns
 * NO_PAGE when there is none. Under the map's lock. */
static inline size_t byte_map_take_page(uint8_t state)
{
    size_t place = bit_tree_take_first(&byte_map.free);
    if (place == BIT_TREE_NONE) {
        return NO_PAGE;
    }
    size_t page = place_of(place);
    STORE(byte_map.state[page], state);
    STORE(byte_map.free_count, byte_map.free_count - 1);
    byte_map_told(page, 1, state);
    return page;
}

/* Makes a page free. Under the map's lock. */
static inline void byte_map_put_page(size_t page)
{
    size_t place = place_of(page);
    STORE(byte_map.state[page], BYTE_MAP_FREE);
    bit_tree_insert(&byte_map.free, place);
    free_runs_grow_by_one(&byte_map.runs, place);
    STORE(byte_map.free_count, byte_map.free_count + 1);
    STORE(byte_map.refused, 0);
    byte_map_told(page, 1, BYTE_MAP_FREE);
}

/* Takes a page from the map for OWNER, and fills this CPU's magazine by half
 * while at it. Returns NO_PAGE when there is nothing in the map. */
size_t byte_map_refill(enum byte_map_owner owner);

/* Puts half of a full magazine back into the map. Returns 0. */
int byte_map_flush(void);

/* Locks all magazines and the map. */
void byte_map_lock_all(void);
void byte_map_unlock_all(void);

/* The same, puts all that the CPUs have at hand back into the map, and closes
 * the magazines. */
void byte_map_lock_and_drain(void);

/* Makes a page that was whole a split one of STATE, each word of whose bits is
 * WORD: all ones, or 0 for none free. Under the map's lock. */
void frame_split(size_t page, uint64_t word, uint8_t state);

/* Takes the frame pages away from all CPUs. Under all locks. */
void frame_drain(void);

/* Is it some CPU's frame page? Under the map's lock. */
static inline bool frame_is_taken_from(size_t page)
{
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        if (byte_map.magazines[cpu].frame_page == page) {
            return true;
        }
    }
    return false;
}

/* The free frames of a page. */
static inline size_t frame_count_free_of(size_t page)
{
    size_t count = 0;
    for (size_t i = 0; i < FRAME_WORDS; i++) {
        uint64_t bits = LOAD(byte_map.frames[page].word[i]);
        count += (size_t)__builtin_popcountll(bits);
    }
    return count;
}

/* The rule that the frames of a page break, or NULL. Under all locks. */
const char *frame_validate(size_t page);
