/* The ring of events that the host reads. */
#include "kernel/base/record.h"

#include "kernel/base/option.h"
#include "kernel/lib.h"
#include "mm/byte_map.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

#define WORD        8ull
#define STRING_STEP 64ull  /* how much of a string to read at once */
#define SIMPLE_MAX  256ull /* a piece of which little has to be asked */
/* What is to be left of the page where an event begins: behind the longest one
 * there is still room for a RECORD_SKIP. */
#define LEFT_MIN    (RECORD_EVENT_MAX + sizeof(struct record_event))
/* For an event, wherever in the page the last one ended. */
#define EVENT_ROOM  (LEFT_MIN + RECORD_EVENT_MAX)
/* For those of a call, and some signals on top. */
#define CALL_ROOM   (8 * EVENT_ROOM)
/* Looks at a full record, after which the log says what is waited for. */
#define PATIENCE    (1ull << 30)

/* Of a word: the highest bit of each byte that is 0, and none below it. */
#define LOW_BITS    0x0101010101010101ull
#define HIGH_BITS   0x8080808080808080ull

bool record_is_on;
struct record_place record_place;
static uint64_t looks; /* in vain, since there was room */

static uint8_t *ring_data(void)
{
    return (uint8_t *)record_place.ring + RECORD_DATA;
}

void record_init(void)
{
    if (option_choice(OPTION_TRACE) != OPTION_TRACE_RECORD) {
        return;
    }
    paddr_t page = byte_map_alloc(1, BYTE_MAP_KERNEL);
    if (page == PADDR_NONE) {
        log_warn("trace=record: there are no 2 MiB for the record");
        return;
    }
    struct record_ring *ring = direct_map(page);
    memset(ring, 0, LARGE_PAGE_SIZE);
    memcpy(ring->magic, RECORD_MAGIC, sizeof(RECORD_MAGIC));
    record_place = (struct record_place){.ring = ring};
    record_place.next = ring_data();
    record_place.last = ring_data() + RECORD_SIZE - LEFT_MIN;
    record_place.roomy_to = RECORD_SIZE - CALL_ROOM;
    record_is_on = true;
}

/* The host writes `read` at any time. What it says is not relied on for more
 * than how long to wait. */
static bool has_room(uint64_t size)
{
    uint64_t read = __atomic_load_n(&record_place.ring->read, __ATOMIC_ACQUIRE);
    bool is_there = record_place.written + size - read <= RECORD_SIZE;

    if (is_there && size == CALL_ROOM) {
        record_place.roomy_to = read + RECORD_SIZE - CALL_ROOM;
    }
    return is_there;
}

NOINLINE static void look_again(void)
{
    if (looks++ == PATIENCE) {
        log_warn("trace=record: the record is full, and nobody reads it");
    }
    __asm__ volatile("pause");
}

bool record_look(void)
{
    if (has_room(CALL_ROOM)) {
        looks = 0;
        return true;
    }
    look_again();
    return false;
}

void record_wait(void)
{
    while (!has_room(EVENT_ROOM)) {
        look_again();
    }
}

void record_wrap(void)
{
    uint64_t left = (uint64_t)(ring_data() + RECORD_SIZE - record_place.next);
    struct record_event *rest = (struct record_event *)record_place.next;

    ASSERT_CMP(left, >=, sizeof(*rest));
    *rest = (struct record_event){.size = (uint32_t)left, .type = RECORD_SKIP};
    record_place.written += left;
    record_place.next = ring_data();
    ASSERT(record_place.written % RECORD_SIZE == 0);
    __atomic_store_n(&record_place.ring->written, record_place.written,
                     __ATOMIC_RELEASE);
}

bool record_touched(uaddr_t address)
{
    if (record_place.is_open && record_place.touches < RECORD_TOUCHES_MAX) {
        record_place.ring->touches[record_place.touches++] = address;
    }
    return record_place.is_open;
}

bool record_take_touch(uaddr_t *address)
{
    if (record_place.touches == 0) {
        return false;
    }
    *address = record_place.ring->touches[--record_place.touches];
    return true;
}

/* As much of SIZE bytes at ADDRESS as can be a program's, and has room at AT.
 */
static uint64_t readable(const struct record_event *event, uint64_t at,
                         uaddr_t address, uint64_t size)
{
    uint64_t used = event->size + at;
    uint64_t room = used < RECORD_EVENT_MAX ? RECORD_EVENT_MAX - used : 0;
    uint64_t there = address < USER_END_64 ? USER_END_64 - address : 0;
    uint64_t most = MIN(room, there);

    return MIN(size, most);
}

static void end_piece(struct record_event *event, struct record_piece *piece)
{
    event->size += (uint32_t)(sizeof(*piece) + align_up(piece->size, WORD));
}

static struct record_piece *begin_piece(struct record_event *event,
                                        uaddr_t address)
{
    struct record_piece *piece = (void *)((uint8_t *)event + event->size);

    *piece = (struct record_piece){.address = address};
    return piece;
}

const struct record_piece *record_add_memory(struct record_event *event,
                                             uaddr_t address, uint64_t size)
{
    bool is_simple = size <= SIMPLE_MAX &&
                     event->size <= RECORD_EVENT_MAX / 2 &&
                     address < USER_END_64 - SIMPLE_MAX;

    if (!is_simple) {
        size = readable(event, sizeof(struct record_piece), address, size);
    }
    if (size == 0 || address == 0) { /* which would be a fault, for nothing */
        return NULL;
    }
    struct record_piece *piece = begin_piece(event, address);
    piece->size = copy_from_user_partly(piece + 1, address, size);
    end_piece(event, piece);
    return piece;
}

/* How many of the SIZE bytes at TEXT come before the first 0. TEXT lies at a
 * word, and what is read behind SIZE is the ring's own. */
static size_t length_of(const char *text, size_t size)
{
    for (size_t at = 0; at < size; at += WORD) {
        uint64_t word = *(const uint64_t *)(const void *)(text + at);
        uint64_t zeros = (word - LOW_BITS) & ~word & HIGH_BITS;
        if (zeros != 0) {
            uint64_t byte = (uint64_t)__builtin_ctzll(zeros) / 8;
            return MIN(at + byte, size);
        }
    }
    return size;
}

void record_add_string(struct record_event *event, uaddr_t address,
                       uint64_t max)
{
    if (address == 0 ||
        readable(event, sizeof(struct record_piece), address, 1) == 0) {
        return;
    }
    struct record_piece *piece = begin_piece(event, address);
    char *text = (char *)(piece + 1);

    while (piece->size < max) {
        uint64_t wanted =
            readable(event, sizeof(*piece) + piece->size, address + piece->size,
                     MIN(STRING_STEP, max - piece->size));
        size_t got = copy_from_user_partly(text + piece->size,
                                           address + piece->size, wanted);
        size_t length = length_of(text + piece->size, got);
        piece->size += MIN(length + 1, got);
        if (length < got || got < STRING_STEP) {
            break;
        }
    }
    end_piece(event, piece);
}
