/* What the files of byte map and frames share: one state, and its locks.
 *
 * Pages are counted from address 0 up, places (mm/free_runs.h) from the top
 * down: place 0 is page place_count - 1.
 */
#pragma once

#include "kernel/lib/spinlock.h"
#include "kernel/x86/percpu.h"
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
    struct spinlock lock; /* protects the next three; taken before the map's */
    uint32_t count;
    uint32_t size; /* 0 until the CPU comes for the first time */
    uint32_t pages[MAGAZINE_SIZE];

    /* The split page that this CPU takes frames from, and no other CPU, and
     * the word of it to look at. Changed under the map's lock; the word is
     * read without and is a hint: what counts is who clears a bit. */
    size_t frame_page;
    uint64_t *frame_word;
} __attribute__((aligned(2 * CACHE_LINE)));

struct byte_map {
    /* Set by init. */
    uint8_t *state; /* one byte a page: see below who may change it */
    struct frame_bits *frames; /* of the pages that are split */
    uint16_t *tags;
    size_t page_count;
    size_t place_count;
    uint32_t magazine_size;

    /* When false, all magazines are empty and no CPU has a frame page. Set
     * under any magazine's lock or the map's, cleared under all of them. */
    bool magazines_hold;

    struct magazine magazines[CPUS_MAX];

    /* The map's lock protects all that follows, and all of `state` but the
     * byte of a page that a magazine holds or takes in: that one belongs to
     * the holder of the magazine's lock. */
    struct spinlock lock;
    struct bit_tree free;  /* places of free pages */
    struct bit_tree split; /* places of pages with BYTE_MAP_SPLIT that are no
                            * CPU's frame page */
    struct free_runs runs; /* over `free` */
    size_t free_count;     /* pages in `free` */
    unsigned cpu_count;    /* 1 + the highest CPU with a magazine size */
    uint64_t refused_alignments; /* a bit for each log2(count) that was looked
                                  * for in vain since the last release */
};

extern struct byte_map byte_map;

#define LOAD(variable) __atomic_load_n(&(variable), __ATOMIC_RELAXED)
#define STORE(variable, value)                                                 \
    __atomic_store_n(&(variable), value, __ATOMIC_RELAXED)

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

/* The state's name in messages, without the owner. */
const char *byte_map_state_name(uint8_t state);

/* Takes the topmost free page out of the map and gives it STATE. Returns
 * NO_PAGE when there is none. Under the map's lock. */
size_t byte_map_take_page(uint8_t state);

/* Makes COUNT pages free. Under the map's lock. */
void byte_map_put_pages(size_t page, size_t count);

/* Takes a page from the map and gives it STATE, and fills the CPU's empty
 * magazine by half while at it. Returns NO_PAGE when the map has none. */
size_t byte_map_refill_magazine(struct magazine *magazine, uint8_t state);

/* Puts half of a full magazine back into the map. */
void byte_map_flush_magazine(struct magazine *magazine);

/* Takes the locks of all magazines and of the map. */
void byte_map_lock_all(void);
void byte_map_unlock_all(void);

/* The same, and puts all that the CPUs have at hand back into the map. */
void byte_map_lock_and_drain(void);

/* Makes a page that was whole a split one of STATE, each word of whose bits is
 * WORD: all ones, or 0 for none free. Under the map's lock. */
void frame_split(size_t page, uint64_t word, uint8_t state);

/* Takes the frame pages away from all CPUs. Under all locks. */
void frame_drain(void);

/* The rule that the frames of a page break, or NULL. Under all locks. */
const char *frame_validate(size_t page);
