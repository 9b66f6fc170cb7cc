/* The record: what happens in the machine, as binary events in a ring that the
 * host reads while they happen (tools/machine/record.py). Nothing is formatted
 * here, and writing an event does not leave the machine.
 *
 * The ring is one large page. It begins with a struct record_ring, by whose
 * magic the host finds it in the machine's memory; from RECORD_DATA on there
 * are events, one behind the other, each a struct record_event and what its
 * type says. None is parted by the end of the page: a RECORD_SKIP fills what is
 * left there. The kernel writes `written`, the host `read`, both count all
 * bytes there ever were, and while there is no room the machine waits for the
 * host: no event is lost. Option: trace=record.
 *
 * To write an event can touch a page of the program for the first time. What is
 * to be told of that waits, in the first 4 KiB, until that event has ended.
 */
#pragma once

#include "kernel/lib.h"

#define RECORD_MAGIC     "Brix record 1.2"
#define RECORD_DATA      PAGE_SIZE
#define RECORD_SIZE      (LARGE_PAGE_SIZE - RECORD_DATA)
#define RECORD_EVENT_MAX (16 * KIB)

struct record_ring {
    char magic[16];
    uint64_t written;
    uint64_t read;
    uint64_t touches[]; /* pages that were touched for an event, up to
                           RECORD_TOUCHES_MAX: record_touched */
};

#define RECORD_TOUCHES_MAX                                                     \
    ((RECORD_DATA - sizeof(struct record_ring)) / sizeof(uint64_t))

enum record_type {
    RECORD_SKIP,
    RECORD_CALL,      /* number, door; six words of arguments, then pieces */
    RECORD_RESULT,    /* number, door; a struct record_result, then pieces */
    RECORD_SIGNAL,    /* its siginfo_t of x86-64; delivered, or ignored */
    RECORD_BIRTH,     /* number: whose thread made it */
    RECORD_END,       /* number: the status, as wait4 tells it */
    RECORD_TAKE_OVER, /* number: that of its leader, which it has from now on */
    RECORD_REFUSAL,   /* number, door: the call whose result is next; a struct
                         record_refusal */
    RECORD_FAULT,     /* number: AREA_READ, AREA_WRITE or AREA_EXEC; a struct
                         record_fault. Memory came */
    RECORD_PAGES,     /* number: the first; a struct record_pages. At first all
                         of the byte map, then each change of it */
};

struct record_event {
    uint32_t size; /* with all that follows; a multiple of 8 */
    uint16_t type;
    uint16_t door; /* 64, 32 */
    uint32_t tid;
    uint32_t number;
};

static_assert(sizeof(struct record_event) == 16, "tools/machine/record.py");

/* A piece of the program's memory; its bytes follow, up to a multiple of 8. */
struct record_piece {
    uint64_t address;
    uint64_t size;
};

/* What a process has, in pages. */
struct record_memory {
    uint64_t mapped;
    uint64_t resident; /* of its own: not a file's, nor zeros it only reads */
    uint64_t large;    /* of 2 MiB each */
};

/* `ticks` are the time-stamp counter's, which counts instructions where the
 * machine's time does; waiting is in them. */
struct record_result {
    int64_t result;
    uint64_t ticks;
    struct record_memory memory; /* behind the call */
};

struct record_fault {
    uint64_t address;
    uint64_t ticks;              /* 0 where an event of the record touched it */
    struct record_memory memory; /* behind it */
};

/* Why a memory call was refused, and what its process had by then. */
struct record_refusal {
    uint64_t rule; /* where its words are, in the kernel's image */
    uint64_t mapped, mapped_limit; /* bytes, and RLIMIT_AS */
    uint64_t data, data_limit;
    uint64_t locked, locked_limit;
};

/* So many large pages have this state now, by what the thread does. */
struct record_pages {
    uint64_t count;
    uint64_t state; /* kernel/abi/bytemap.h */
};

/* Is there a record? */
extern bool record_is_on;

/* What the kernel knows of the ring by heart. */
struct record_place {
    struct record_ring *ring;
    uint8_t *next;     /* where the next event begins */
    uint8_t *last;     /* the highest place where one may */
    uint64_t written;  /* as in the ring */
    uint64_t roomy_to; /* up to there is room for what a call adds, as far as
                          the host's `read` is known */
    bool is_open;      /* an event was begun and has not ended */
    unsigned touches;  /* those in the ring */
};

extern struct record_place record_place;

/* Makes the ring, where trace=record was given. Without memory for it the log
 * says so, and there is none. */
void record_init(void);

/* Parts of the functions below, where they do not end at once. */
bool record_look(void);
void record_wait(void);
void record_wrap(void);

/* Is an event being written? Then ADDRESS, of the running program, was touched
 * for it; whoever calls record_end asks for it by record_take_touch. */
bool record_touched(uaddr_t address);
bool record_take_touch(uaddr_t *address);

/* Is there room for what a call adds to the record? Whoever can let interrupts
 * in asks until there is, so that record_begin need not wait. */
static inline bool record_has_room(void)
{
    return record_place.written <= record_place.roomy_to || record_look();
}

/* An event of TYPE of the thread TID, when there is room for it. Then come
 * record_add and record_add_memory, at most RECORD_EVENT_MAX bytes in all, and
 * record_end, before anybody else begins one. */
static inline struct record_event *record_begin(enum record_type type, int tid)
{
    if (record_place.written > record_place.roomy_to) {
        record_wait();
    }
    struct record_event *event = (struct record_event *)record_place.next;

    record_place.is_open = true;
    *event = (struct record_event){
        .size = sizeof(*event),
        .type = (uint16_t)type,
        .tid = (uint32_t)tid,
    };
    return event;
}

/* Lets the host see EVENT. */
static inline void record_end(const struct record_event *event)
{
    ASSERT((const uint8_t *)event == record_place.next &&
           event->size <= RECORD_EVENT_MAX &&
           event->size % sizeof(uint64_t) == 0);
    record_place.is_open = false;
    record_place.written += event->size;
    record_place.next += event->size;
    __atomic_store_n(&record_place.ring->written, record_place.written,
                     __ATOMIC_RELEASE);
    if (record_place.next > record_place.last) {
        record_wrap();
    }
}

/* Appends SIZE bytes, a multiple of 8, at DATA. */
static inline void record_add(struct record_event *event, const void *data,
                              uint32_t size)
{
    ASSERT(size % sizeof(uint64_t) == 0 &&
           event->size + size <= RECORD_EVENT_MAX);
    __builtin_memcpy((char *)event + event->size, data, size);
    event->size += size;
}

/* Appends, as a piece, the SIZE bytes at ADDRESS of the running program: as
 * many as there are and have room. Returns them, or NULL. */
const struct record_piece *record_add_memory(struct record_event *event,
                                             uaddr_t address, uint64_t size);

/* The same for the string there, of MAX bytes at most. */
void record_add_string(struct record_event *event, uaddr_t address,
                       uint64_t max);
