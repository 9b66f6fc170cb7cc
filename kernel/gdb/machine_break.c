/* Software breakpoints: int3 in the place of an instruction's first byte.
 *
 * One at a kernel's address is there for all, and only while the machine runs:
 * the stub's own way leads through the kernel's code. One at a program's
 * address belongs to one process, whose page table says where to plant it, and
 * is planted when there is a page: again and again, because a page that was
 * given back comes without it.
 */
#include "kernel/gdb/machine.h"
#include "kernel/gdb/machine_byte.h"
#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/aspace.h"
#include "mm/layout.h"

#define BREAKS_MAX 64
#define INT3       0xcc
#define NO_PID     0 /* a kernel's address */

struct breakpoint {
    bool is_set;
    bool is_temporary;
    bool is_planted;
    uint8_t original; /* what the int3 has overwritten */
    int pid;
    uint64_t address;
};

static struct breakpoint breaks[BREAKS_MAX];

static int owner_of(const struct process *process, uint64_t address)
{
    return address < USER_END_64 && process != NULL ? process->pid : NO_PID;
}

static struct breakpoint *find(const struct process *process, uint64_t address)
{
    int pid = owner_of(process, address);

    for (size_t i = 0; i < BREAKS_MAX; i++) {
        struct breakpoint *b = &breaks[i];
        if (b->is_set && b->address == address && b->pid == pid) {
            return b;
        }
    }
    return NULL;
}

/* NULL for the kernel's addresses, and when the process has gone. */
static const struct process *process_of(const struct breakpoint *b)
{
    return b->pid == NO_PID ? NULL : process_find(b->pid);
}

static bool is_out_of_reach(const struct breakpoint *b)
{
    const struct process *process = process_of(b);
    return b->pid != NO_PID && (process == NULL || process->aspace == NULL);
}

/* Of a program's. The page may be another one by now, with other bytes. */
static void plant(struct breakpoint *b)
{
    const struct process *process = process_of(b);
    const uint8_t int3 = INT3;
    uint8_t byte;

    if (is_out_of_reach(b) || memory_read(process, b->address, &byte, 1) == 0 ||
        (b->is_planted && byte == INT3)) {
        return;
    }
    ASSERT(b->is_set && b->pid != NO_PID);
    if (memory_write(process, b->address, &int3, 1) == 1) {
        b->original = byte;
        b->is_planted = true;
    }
}

/* Of a program's or the kernel's: memory is as if it had never been there. */
static void lift(struct breakpoint *b)
{
    ASSERT(b->is_set);
    const struct process *process = process_of(b);
    uint8_t byte;

    if (b->is_planted && !is_out_of_reach(b) &&
        memory_read(process, b->address, &byte, 1) == 1 && byte == INT3) {
        (void)!memory_write(process, b->address, &b->original, 1);
    }
    b->is_planted = false;
}

static void pull(struct breakpoint *b)
{
    lift(b);
    b->is_set = false;
}

static struct breakpoint *add(const struct process *process, uint64_t address)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        if (!breaks[i].is_set) {
            breaks[i] = (struct breakpoint){
                .is_set = true,
                .address = address,
                .pid = owner_of(process, address),
            };
            return &breaks[i];
        }
    }
    return NULL;
}

/* gdb has one program in view, and means breakpoints to be there. */
static const struct process *owner_for(int thread, uint64_t address)
{
    if (address >= USER_END_64) {
        return NULL;
    }
    const struct process *focus = focus_process();
    return target_thread_is_cpu(thread) && focus != NULL
               ? focus
               : machine_process(thread);
}

/* Will an int3 go to ADDRESS? The kernel's get theirs when the machine goes on.
 */
static bool is_writable(uint64_t address)
{
    uint8_t byte;

    return memory_read(NULL, address, &byte, 1) == 1 &&
           memory_write(NULL, address, &byte, 1) == 1;
}

static enum gdb_error insert_software(int thread, uint64_t address)
{
    const struct process *process = owner_for(thread, address);

    if (find(process, address) != NULL) {
        return GDB_OK;
    }
    if (owner_of(process, address) == NO_PID && !is_writable(address)) {
        return GDB_FAULT;
    }
    struct breakpoint *b = add(process, address);
    if (b == NULL) {
        return GDB_NO_ROOM;
    }
    if (b->pid != NO_PID) {
        plant(b); /* if its page is there: else when it comes */
    }
    return GDB_OK;
}

/* gdb may have changed its view meanwhile: any process' will do then. */
static enum gdb_error remove_software(int thread, uint64_t address)
{
    struct breakpoint *b = find(owner_for(thread, address), address);

    for (size_t i = 0; b == NULL && i < BREAKS_MAX; i++) {
        if (breaks[i].is_set && breaks[i].address == address) {
            b = &breaks[i];
        }
    }
    if (b != NULL) {
        pull(b);
    }
    return GDB_OK;
}

static bool overlaps(uint64_t address, uint64_t size, const void *start,
                     const void *end)
{
    return address < (uintptr_t)end && (uintptr_t)start < address + size;
}

/* Does the stub itself come by, where it can't stop? */
static bool is_unbreakable(enum gdb_break kind, uint64_t address, uint64_t size)
{
    if (kind == GDB_BREAK_SOFTWARE || kind == GDB_BREAK_HARDWARE) {
        return overlaps(address, 1, unbreakable_start, unbreakable_end);
    }
    return overlaps(address, size, &ist_stacks[IST_DEBUG],
                    &ist_stacks[IST_BREAKPOINT + 1]);
}
static_assert(IST_BREAKPOINT == IST_DEBUG + 1, "one after the other");

enum gdb_error target_break_insert(int thread, enum gdb_break kind,
                                   uint64_t address, uint64_t size)
{
    if (is_unbreakable(kind, address, size)) {
        log_warn("gdb: no breakpoint at %016llx: the stub comes by there "
                 "itself",
                 (unsigned long long)address);
        return GDB_REFUSED;
    }
    return kind == GDB_BREAK_SOFTWARE ? insert_software(thread, address)
                                      : watch_insert(kind, address, size);
}

enum gdb_error target_break_remove(int thread, enum gdb_break kind,
                                   uint64_t address, uint64_t size)
{
    return kind == GDB_BREAK_SOFTWARE ? remove_software(thread, address)
                                      : watch_remove(kind, address, size);
}

void target_break_remove_all(void)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        if (breaks[i].is_set) {
            pull(&breaks[i]);
        }
    }
    watch_remove_all();
}

bool break_is_planted(const struct process *process, uint64_t address)
{
    const struct breakpoint *b = find(process, address);
    return b != NULL && (b->is_planted || b->pid == NO_PID);
}

static bool is_code(const struct process *process, uint64_t address)
{
    const struct vma *area = area_find(&process->aspace->areas, address);
    return area != NULL && (area->flags & AREA_EXEC) != 0;
}

bool break_awaits_return(const struct process *process)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        const struct breakpoint *b = &breaks[i];
        if (b->is_set && b->is_planted && b->pid == process->pid &&
            !is_code(process, b->address)) {
            return true;
        }
    }
    return false;
}

UNBREAKABLE void break_lift_kernel(void)
{
    uint64_t cr0 = read_cr0();

    write_cr0(cr0 & ~CR0_WP);
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        struct breakpoint *b = &breaks[i];
        if (b->is_planted && b->pid == NO_PID) {
            (void)store_byte(b->address, b->original);
            b->is_planted = false;
        }
    }
    write_cr0(cr0);
}

UNBREAKABLE void break_plant_kernel(void)
{
    uint64_t cr0 = read_cr0();

    write_cr0(cr0 & ~CR0_WP);
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        struct breakpoint *b = &breaks[i];
        if (b->is_set && b->pid == NO_PID &&
            load_byte(b->address, &b->original)) {
            b->is_planted = store_byte(b->address, INT3);
        }
    }
    write_cr0(cr0);
}

void break_hide(const struct process *process, uint64_t address, uint8_t *bytes,
                size_t size)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        const struct breakpoint *b = &breaks[i];
        if (b->is_set && b->is_planted && b->address - address < size &&
            b->pid == owner_of(process, b->address)) {
            bytes[b->address - address] = b->original;
        }
    }
}

void break_keep(const struct process *process, uint64_t address, uint8_t *bytes,
                size_t size)
{
    for (size_t i = 0; i < size; i++) {
        struct breakpoint *b = find(process, address + i);
        if (b != NULL && b->is_planted) {
            b->original = bytes[i];
            bytes[i] = INT3;
        }
    }
}

void break_plant_late(const struct process *process)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        struct breakpoint *b = &breaks[i];
        if (b->is_set && b->pid != NO_PID && process != NULL &&
            b->pid == process->pid) {
            memory_own(process, b->address);
            plant(b);
        }
    }
}

void break_lift(const struct process *process)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        if (breaks[i].is_set && breaks[i].pid == process->pid) {
            lift(&breaks[i]);
        }
    }
}

void break_set_temporary(const struct process *process, uint64_t address)
{
    if (find(process, address) != NULL) {
        return; /* gdb's own stops there too */
    }
    struct breakpoint *b = add(process, address);
    if (b != NULL) {
        b->is_temporary = true;
        if (b->pid != NO_PID) {
            plant(b);
        }
    }
}

void break_clear_temporary(void)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        if (breaks[i].is_set && breaks[i].is_temporary) {
            pull(&breaks[i]);
        }
    }
}

bool break_is_temporary(uint64_t address)
{
    for (size_t i = 0; i < BREAKS_MAX; i++) {
        if (breaks[i].is_set && breaks[i].is_temporary &&
            breaks[i].address == address) {
            return true;
        }
    }
    return false;
}
