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
 */
#pragma once

#include "kernel/lib.h"

#define RECORD_MAGIC     "Brix record 1.0"
#define RECORD_DATA      PAGE_SIZE
#define RECORD_SIZE      (LARGE_PAGE_SIZE - RECORD_DATA)
#define RECORD_EVENT_MAX (16 * KIB)

struct record_ring {
    char magic[16];
    uint64_t written;
    uint64_t read;
};

enum record_type {
    RECORD_SKIP,
    RECORD_CALL,   /* number, door; six words of arguments, then pieces */
    RECORD_RESULT, /* number, door; the result, then pieces */
    RECORD_SIGNAL, /* its siginfo_t of x86-64; delivered, or ignored */
    RECORD_BIRTH,  /* number: the parent's pid */
    RECORD_END,    /* number: the status, as wait4 tells it */
};

struct record_event {
    uint32_t size; /* with all that follows; a multiple of 8 */
    uint16_t type;
    uint16_t door; /* 64, 32 */
    uint32_t pid;
    uint32_t number;
};

static_assert(sizeof(struct record_event) == 16, "tools/machine/record.py");

/* A piece of the program's memory; its bytes follow, up to a multiple of 8. */
struct record_piece {
    uint64_t address;
    uint64_t size;
};

/* Is there a record? */
extern bool record_is_on;

/* Makes the ring, where trace=record was given. Without memory for it the log
 * says so, and there is none. */
void record_init(void);

/* Is there room for what a call adds to the record? Whoever can let interrupts
 * in asks until there is, so that record_begin need not wait. */
bool record_has_room(void);

/* An event of TYPE of the process PID, when there is room for it. Then come
 * record_add and record_add_memory, at most RECORD_EVENT_MAX bytes in all, and
 * record_end, before anybody else begins one. */
struct record_event *record_begin(enum record_type type, int pid);
void record_end(const struct record_event *event);

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
 * many as there are and have room. Returns them, and in *GOT how many, or NULL.
 */
const void *record_add_memory(struct record_event *event, uaddr_t address,
                              uint64_t size, uint64_t *got);

/* The same for the string there, of MAX bytes at most. */
void record_add_string(struct record_event *event, uaddr_t address,
                       uint64_t max);
