/* Frames: one bit each, cleared and set without a lock.
 *
 * Each CPU takes frames from a split page of its own. Who clears a free
 * frame's bit has it, and who sets a bit has released the frame, wherever it
 * lies; so a frame that is released twice is found out at once. The map's lock
 * is taken where a page changes: when a CPU goes on to another, when a full
 * page has a free frame again, and when all frames of a page are back.
 */
#include "mm/frame.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/byte_map_priv.h"
#include "mm/fault_injection.h"

#define FRAMES_PER_WORD 64

/* Where a CPU without a frame page looks. */
static uint64_t no_frames;

/* Changes *WORD from *EXPECTED to DESIRED, or returns false with *EXPECTED as
 * it is now. A full barrier. */
static inline bool try_change(uint64_t *word, uint64_t *expected,
                              uint64_t desired)
{
    return __atomic_compare_exchange_n(word, expected, desired, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

/* The number of the frame that starts at ADDRESS; of an address within a
 * frame, a number past the end of any map. And back. */
static inline size_t number_of(paddr_t address)
{
    return address >> PAGE_SHIFT | address << (64 - PAGE_SHIFT);
}

static inline paddr_t frame_at(size_t number)
{
    return number << PAGE_SHIFT | number >> (64 - PAGE_SHIFT);
}

/* The first word of the page that has a free frame, or NULL. */
static uint64_t *find_free_word(size_t page)
{
    uint64_t *word = byte_map.frames[page].word;
    for (size_t i = 0; i < FRAME_WORDS; i++) {
        if (LOAD(word[i]) != 0) {
            return &word[i];
        }
    }
    return NULL;
}

static bool is_all_free(size_t page)
{
    const uint64_t *word = byte_map.frames[page].word;
    size_t i = 0;
    while (i < FRAME_WORDS && LOAD(word[i]) == ~0ull) {
        i++;
    }
    return i == FRAME_WORDS;
}

/* Takes all frames of the page at once, or none. Who looks for one meanwhile
 * finds none and has to wait for the map's lock. */
static bool take_all(size_t page)
{
    uint64_t *word = byte_map.frames[page].word;
    size_t taken = 0;
    uint64_t all = ~0ull;
    while (taken < FRAME_WORDS && try_change(&word[taken], &all, 0)) {
        taken++;
    }
    bool is_taken = taken == FRAME_WORDS;
    while (!is_taken && taken-- > 0) {
        __atomic_store_n(&word[taken], ~0ull, __ATOMIC_SEQ_CST);
    }
    return is_taken;
}

void frame_split(size_t page, uint64_t word, uint8_t state)
{
    ASSERT_CMP(page, <, byte_map.page_count);
    ASSERT((state & (BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) != 0);
    __atomic_store_n(&byte_map.state[page], state, __ATOMIC_SEQ_CST);
    for (size_t i = 0; i < FRAME_WORDS; i++) {
        STORE(byte_map.frames[page].word[i], word);
    }
    byte_map_told(page, 1, state);
}

/* Brings byte and index in line with the bits of a split page that is no CPU's
 * frame page. Under the map's lock; releases go on meanwhile. Each of them
 * first sets its bit and then looks at the byte and at the other bits, so it
 * either is seen here or calls this again. */
static void settle(size_t page)
{
    uint8_t before = LOAD(byte_map.state[page]);
    uint8_t owner = before & BYTE_MAP_OWNER_MASK;
    size_t place = place_of(page);
    ASSERT_CMP(page, <, byte_map.page_count);
    if (!page_is(page, BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL) ||
        frame_is_taken_from(page)) {
        return;
    }
    bit_tree_remove(&byte_map.split, place);
    do {
        if (take_all(page)) {
            byte_map_put_page(page);
            return;
        }
    } while (is_all_free(page));
    __atomic_store_n(&byte_map.state[page], BYTE_MAP_SPLIT_FULL | owner,
                     __ATOMIC_SEQ_CST);
    if (find_free_word(page) != NULL) {
        STORE(byte_map.state[page], BYTE_MAP_SPLIT | owner);
        bit_tree_insert(&byte_map.split, place);
        STORE(byte_map.refused, byte_map.refused & ~REFUSED_FRAMES);
    }
    if (LOAD(byte_map.state[page]) != before) {
        byte_map_told(page, 1, LOAD(byte_map.state[page]));
    }
}

/* Under the map's lock. */
static void leave_frame_page(struct magazine *magazine)
{
    size_t page = magazine->frame_page;
    __atomic_store_n(&magazine->frame_page, NO_PAGE, __ATOMIC_SEQ_CST);
    STORE(magazine->frame_word, &no_frames);
    if (page != NO_PAGE) {
        settle(page);
    }
}

void frame_drain(void)
{
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        leave_frame_page(&byte_map.magazines[cpu]);
    }
}

/* The topmost split page that has free frames, else the topmost free page,
 * split for OWNER. Returns NO_PAGE when there is neither. */
static size_t take_frame_page(enum byte_map_owner owner)
{
    size_t place = bit_tree_take_first(&byte_map.split);
    if (place != BIT_TREE_NONE) {
        return place_of(place);
    }
    size_t page = byte_map_take_page(BYTE_MAP_USED);
    if (page != NO_PAGE) {
        frame_split(page, ~0ull, BYTE_MAP_SPLIT | (uint8_t)owner);
    }
    return page;
}

/* Points the CPU at a word with free frames: of its frame page, or else of
 * another that becomes its frame page. False when there is none. Under the
 * map's lock. */
static bool refill(struct magazine *magazine, enum byte_map_owner owner)
{
    size_t page = magazine->frame_page;
    uint64_t *word = page == NO_PAGE ? NULL : find_free_word(page);
    while (word == NULL) {
        leave_frame_page(magazine);
        page = take_frame_page(owner);
        if (page == NO_PAGE) {
            return false;
        }
        STORE(magazine->frame_page, page);
        STORE(byte_map.magazines_hold, true);
        word = find_free_word(page);
    }
    ASSERT(page_is(page, BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL));
    STORE(magazine->frame_word, word);
    magazine->frame_address =
        frame_at((size_t)(word - byte_map.frames->word) * FRAMES_PER_WORD);
    ASSERT_CMP(magazine->frame_address >> LARGE_PAGE_SHIFT, ==, page);
    return true;
}

/* The same, with the lock; and before refusing with all that the CPUs have at
 * hand put back into the map. */
static bool find_frames(struct magazine *magazine, enum byte_map_owner owner)
{
    spin_lock(&byte_map.lock);
    bool found = refill(magazine, owner);
    spin_unlock(&byte_map.lock);
    if (!found) {
        byte_map_lock_and_drain();
        found = refill(magazine, owner);
        STORE(byte_map.refused,
              byte_map.refused | (found ? 0 : REFUSED_FRAMES));
        byte_map_unlock_all();
    }
    return found;
}

/* Is it known without a look that there is no frame? */
static bool is_hopeless(void)
{
    return !__atomic_load_n(&byte_map.magazines_hold, __ATOMIC_ACQUIRE) &&
           (LOAD(byte_map.refused) & REFUSED_FRAMES) != 0;
}

/* Clears the lowest COUNT bits of *WORD, or all that there are. Returns them.
 */
static uint64_t take_bits(uint64_t *word, size_t count)
{
    uint64_t bits = LOAD(*word);
    uint64_t left = bits;
    while (bits != 0) {
        left = bits;
        for (size_t i = 0; i < count && left != 0; i++) {
            left &= left - 1;
        }
        if (try_change(word, &bits, left)) {
            break;
        }
    }
    return bits & ~left;
}

/* The address of the frame of the lowest of BITS in the CPU's frame word. */
static inline paddr_t frame_address(const struct magazine *magazine,
                                    uint64_t bits)
{
    unsigned lowest = (unsigned)__builtin_ctzll(bits);
    return magazine->frame_address + (lowest << PAGE_SHIFT);
}

size_t frame_alloc_batch(paddr_t *frames, size_t count,
                         enum byte_map_owner owner)
{
    struct magazine *magazine = my_magazine();
    size_t done = 0;
    while (done < count) {
        uint64_t *word = LOAD(magazine->frame_word);
        uint64_t taken = take_bits(word, count - done);
        for (; taken != 0; taken &= taken - 1) {
            frames[done++] = frame_address(magazine, taken);
        }
        if (done < count && (is_hopeless() || !find_frames(magazine, owner))) {
            break;
        }
    }
    return done;
}

uint64_t frame_shortages;

/* Not inlined, so that a frame that is at hand needs no stack. */
NOINLINE static paddr_t alloc_slowly(enum byte_map_owner owner)
{
    paddr_t frame;
    if (fault_injection_strikes()) {
        return PADDR_NONE;
    }
    size_t count = is_hopeless() ? 0 : frame_alloc_batch(&frame, 1, owner);
    if (count == 0 && frame_reclaim()) {
        count = frame_alloc_batch(&frame, 1, owner);
    }
    ASSERT_CMP(count, <=, 1u);
    if (count == 0) {
        __atomic_fetch_add(&frame_shortages, 1, __ATOMIC_RELAXED);
    }
    if (fault_injection_left != 0) { /* the next has to come here, too */
        STORE(my_magazine()->frame_word, &no_frames);
    }
    return count == 1 ? frame : PADDR_NONE;
}

paddr_t frame_alloc(enum byte_map_owner owner)
{
    struct magazine *magazine = my_magazine();
    uint64_t *word = LOAD(magazine->frame_word);
    uint64_t bits = LOAD(*word);
    if (bits == 0 || !try_change(word, &bits, bits & (bits - 1))) {
        return alloc_slowly(owner);
    }
    return frame_address(magazine, bits);
}

/* Says which rule the release of frame NUMBER breaks. */
NOINLINE static int refuse(size_t number)
{
    paddr_t frame = frame_at(number);
    uint8_t state = byte_map_state(frame >> LARGE_PAGE_SHIFT);
    const char *rule = "free already";
    if (!is_aligned(frame, FRAME_SIZE)) {
        rule = "not aligned to a frame";
    } else if ((state & (BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) == 0) {
        rule = "not in a split page";
    }
    log_warn("frames: release of 0x%llx (in a large page of state %s, 0x%02x) "
             "refused: it is %s",
             (unsigned long long)frame, byte_map_state_name(state), state,
             rule);
    return -EINVAL;
}

/* After the first or the last frame of a word came back: is the page one with
 * free frames again, or whole? This CPU's frame page stays what it is. */
NOINLINE static int note_release(size_t page)
{
    ASSERT_CMP(page, <, byte_map.page_count);
    bool is_mine = LOAD(my_magazine()->frame_page) == page;
    if (!is_mine && (page_is(page, BYTE_MAP_SPLIT_FULL) || is_all_free(page))) {
        spin_lock(&byte_map.lock);
        settle(page);
        spin_unlock(&byte_map.lock);
    }
    return 0;
}

int frame_free(paddr_t frame)
{
    size_t number = number_of(frame);
    size_t page = number / FRAMES_PER_LARGE_PAGE;
    if (page >= byte_map.page_count ||
        !page_is(page, BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) {
        return refuse(number);
    }
    uint64_t *word = &byte_map.frames->word[number / FRAMES_PER_WORD];
    uint64_t before = LOAD(*word);
    uint64_t after = before | BIT(number % FRAMES_PER_WORD);
    if (after == before) {
        return refuse(number);
    }
    if (!try_change(word, &before, after)) {
        return frame_free(frame);
    }
    return before == 0 || after == ~0ull ? note_release(page) : 0;
}

/* How many of the COUNT frames, from the first on, share one word and are not
 * the same; their bits in *BITS. */
static inline size_t share_word(const paddr_t *frames, size_t count,
                                uint64_t *bits)
{
    size_t word = number_of(frames[0]) / FRAMES_PER_WORD;
    uint64_t all = 0;
    size_t i = 0;
    for (; i < count; i++) {
        size_t number = number_of(frames[i]);
        uint64_t bit = BIT(number % FRAMES_PER_WORD);
        if (number / FRAMES_PER_WORD != word || (all & bit) != 0) {
            break;
        }
        all |= bit;
    }
    *bits = all;
    return i;
}

/* Sets BITS in the word that has the bit of frame NUMBER. Returns false, and
 * sets none, when that is no word of frames or one is set already. */
static bool give_bits(size_t number, uint64_t bits)
{
    size_t page = number / FRAMES_PER_LARGE_PAGE;
    if (page >= byte_map.page_count ||
        !page_is(page, BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) {
        return false;
    }
    uint64_t *word = &byte_map.frames->word[number / FRAMES_PER_WORD];
    uint64_t before = LOAD(*word);
    do {
        if ((before & bits) != 0) {
            return false;
        }
    } while (!try_change(word, &before, before | bits));
    if (before == 0 || (before | bits) == ~0ull) {
        note_release(page);
    }
    return true;
}

/* What shares a word goes back at once; where that breaks a rule, one by one,
 * to tell which it is. */
size_t frame_free_batch(const paddr_t *frames, size_t count)
{
    size_t done = 0;
    while (done < count) {
        uint64_t bits;
        size_t shared = share_word(frames + done, count - done, &bits);
        ASSERT(shared >= 1 && shared <= count - done);
        if (shared > 1 && give_bits(number_of(frames[done]), bits)) {
            done += shared;
        } else if (frame_free(frames[done]) == 0) {
            done++;
        } else {
            break;
        }
    }
    return done;
}
