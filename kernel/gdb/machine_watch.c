/* Hardware breakpoints and watchpoints: the four debug registers. They hold
 * linear addresses, so they hit in every process. */
#include "kernel/gdb/machine.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

struct watch {
    bool is_set;
    enum gdb_break kind;
    uint64_t address;
    uint64_t size;
};

static struct watch watches[DEBUG_SLOTS];

/* The kinds as DR7 has them; x86 can't watch for reads alone, and gdb then
 * watches for any access. */
#define DR7_EXECUTE 0
#define DR7_WRITE   1
#define DR7_ACCESS  3

static bool is_valid(enum gdb_break kind, uint64_t address, uint64_t size)
{
    if (kind == GDB_BREAK_HARDWARE) {
        return true;
    }
    return (size == 1 || size == 2 || size == 4 || size == 8) &&
           is_aligned(address, size);
}

static uint64_t condition_of(unsigned slot)
{
    static const uint8_t lengths[] = {[1] = 0, [2] = 1, [4] = 3, [8] = 2};
    const struct watch *watch = &watches[slot];

    ASSERT(slot < DEBUG_SLOTS && watch->is_set);
    ASSERT(is_valid(watch->kind, watch->address, watch->size));

    switch (watch->kind) {
    case GDB_BREAK_WRITE:
        return dr7_condition(slot, DR7_WRITE, lengths[watch->size]);
    case GDB_BREAK_ACCESS:
        return dr7_condition(slot, DR7_ACCESS, lengths[watch->size]);
    default:
        return dr7_condition(slot, DR7_EXECUTE, 0);
    }
}

static struct watch *find(enum gdb_break kind, uint64_t address, uint64_t size)
{
    for (unsigned i = 0; i < DEBUG_SLOTS; i++) {
        struct watch *watch = &watches[i];
        if (watch->is_set && watch->kind == kind && watch->address == address &&
            (watch->size == size || kind == GDB_BREAK_HARDWARE)) {
            return watch;
        }
    }
    return NULL;
}

enum gdb_error watch_insert(enum gdb_break kind, uint64_t address,
                            uint64_t size)
{
    if (kind == GDB_BREAK_READ) {
        return GDB_UNSUPPORTED;
    }
    if (!is_valid(kind, address, size)) {
        return GDB_INVALID;
    }
    if (find(kind, address, size) != NULL) {
        return GDB_OK;
    }
    for (unsigned i = 0; i < DEBUG_SLOTS; i++) {
        if (!watches[i].is_set) {
            watches[i] = (struct watch){true, kind, address, size};
            return GDB_OK;
        }
    }
    return GDB_NO_ROOM;
}

enum gdb_error watch_remove(enum gdb_break kind, uint64_t address,
                            uint64_t size)
{
    if (kind == GDB_BREAK_READ) {
        return GDB_UNSUPPORTED;
    }
    struct watch *watch = find(kind, address, size);
    if (watch != NULL) {
        watch->is_set = false;
    }
    return GDB_OK;
}

void watch_remove_all(void)
{
    for (unsigned i = 0; i < DEBUG_SLOTS; i++) {
        watches[i].is_set = false;
    }
}

uint64_t watch_load(void)
{
    uint64_t dr7 = DR7_CLEAR;

    write_dr0(watches[0].address);
    write_dr1(watches[1].address);
    write_dr2(watches[2].address);
    write_dr3(watches[3].address);
    for (unsigned i = 0; i < DEBUG_SLOTS; i++) {
        if (watches[i].is_set) {
            dr7 |= dr7_enable(i) | condition_of(i);
        }
    }
    write_dr6(DR6_CLEAR);
    return dr7;
}

bool watch_find(struct gdb_stop *stop)
{
    uint64_t dr6 = read_dr6();

    for (unsigned i = 0; i < DEBUG_SLOTS; i++) {
        if ((dr6 & BIT(i)) == 0 || !watches[i].is_set) {
            continue;
        }
        stop->address = watches[i].address;
        switch (watches[i].kind) {
        case GDB_BREAK_WRITE:
            stop->reason = GDB_REASON_WATCH;
            return true;
        case GDB_BREAK_ACCESS:
            stop->reason = GDB_REASON_ACCESS_WATCH;
            return true;
        default:
            stop->reason = GDB_REASON_HARDWARE_BREAK;
            return true;
        }
    }
    return false;
}
