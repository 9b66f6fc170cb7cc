/* The ring of events that the host reads. */
#include "kernel/base/record.h"

#include "kernel/base/option.h"
#include "kernel/lib.h"
#include "mm/byte_map.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

#define WORD        8ull
#define STRING_STEP 64ull /* how much of a string to read at once */
/* What is to be left of the page where an event begins: behind the longest one
 * there is still room for a RECORD_SKIP. */
#define LEFT_MIN    (RECORD_EVENT_MAX + sizeof(struct record_event))
/* For an event, wherever in the page the last one ended. */
#define EVENT_ROOM  (LEFT_MIN + RECORD_EVENT_MAX)
/* For those of a call, and some signals on top. */
#define CALL_ROOM   (8 * EVENT_ROOM)
/* Looks at a full record, after which the log says what is waited for. */
#define PATIENCE    (1ull << 30)

bool record_is_on;
static struct record_ring *ring;
static uint64_t looks; /* since the last event */

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
    ring = direct_map(page);
    memset(ring, 0, LARGE_PAGE_SIZE);
    memcpy(ring->magic, RECORD_MAGIC, sizeof(RECORD_MAGIC));
    record_is_on = true;
}

static uint8_t *ring_data(void)
{
    return (uint8_t *)ring + RECORD_DATA;
}

/* The host writes `read` at any time. What it says is not relied on for more
 * than how long to wait. */
static bool has_room(uint64_t size)
{
    uint64_t read = __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE);
    return ring->written + size - read <= RECORD_SIZE;
}

NOINLINE static void look_again(void)
{
    if (looks++ == PATIENCE) {
        log_warn("trace=record: the record is full, and nobody reads it");
    }
    __asm__ volatile("pause");
}

bool record_has_room(void)
{
    if (has_room(CALL_ROOM)) {
        return true;
    }
    look_again();
    return false;
}

/* Lets the host see SIZE bytes more. */
static void publish(uint64_t size)
{
    looks = 0;
    __atomic_store_n(&ring->written, ring->written + size, __ATOMIC_RELEASE);
}

static void skip(uint64_t size)
{
    struct record_event *rest =
        (void *)(ring_data() + ring->written % RECORD_SIZE);

    ASSERT_CMP(size, >=, sizeof(*rest));
    *rest = (struct record_event){.size = (uint32_t)size, .type = RECORD_SKIP};
    publish(size);
}

struct record_event *record_begin(enum record_type type, int pid)
{
    while (!has_room(EVENT_ROOM)) {
        look_again();
    }
    uint64_t left = RECORD_SIZE - ring->written % RECORD_SIZE;
    if (left < LEFT_MIN) {
        skip(left);
    }
    struct record_event *event =
        (void *)(ring_data() + ring->written % RECORD_SIZE);
    *event = (struct record_event){
        .size = sizeof(*event),
        .type = (uint16_t)type,
        .pid = (uint32_t)pid,
    };
    return event;
}

void record_end(const struct record_event *event)
{
    ASSERT(event->size <= RECORD_EVENT_MAX && event->size % WORD == 0);
    publish(event->size);
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

const void *record_add_memory(struct record_event *event, uaddr_t address,
                              uint64_t size, uint64_t *got)
{
    *got = 0;
    size = readable(event, sizeof(struct record_piece), address, size);
    if (size == 0) {
        return NULL;
    }
    struct record_piece *piece = begin_piece(event, address);
    *got = piece->size = copy_from_user_partly(piece + 1, address, size);
    end_piece(event, piece);
    return piece + 1;
}

void record_add_string(struct record_event *event, uaddr_t address,
                       uint64_t max)
{
    if (readable(event, sizeof(struct record_piece), address, 1) == 0) {
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
        size_t length = strnlen(text + piece->size, got);
        piece->size += MIN(length + 1, got);
        if (length < got || got < STRING_STEP) {
            break;
        }
    }
    end_piece(event, piece);
}
