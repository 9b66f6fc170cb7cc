/* `monitor selftest`: the stub tries its own machine. A breakpoint is planted,
 * hit and stepped over, a watchpoint is hit, and bad addresses are read.
 *
 * The exceptions come while the stub serves one already, so they have a stack
 * of their own meanwhile. Nothing but UNBREAKABLE code runs while breakpoints
 * are planted, so that nobody else's can be hit. */
#include "kernel/gdb/monitor.h"
#include "kernel/x86.h"
#include "mm/layout.h"

#define STACK_SIZE    4096
#define NOT_CANONICAL 0x0000800000000000ull

static uint8_t stack[STACK_SIZE] __attribute__((aligned(16)));
static bool is_running;
static uint64_t hit_at, stepped_to; /* 0: not yet */
static struct gdb_stop watch_stop;
static volatile uint64_t watched;

/* Where the breakpoint is, and the next instruction. */
extern const char selftest_place[], selftest_next[];

bool selftest_trap(struct trap_frame *inner)
{
    if (!is_running) {
        return false;
    }
    if (inner->vector == VECTOR_BREAKPOINT) {
        hit_at = inner->rip - 1;
        inner->rip = hit_at; /* where the instruction is again */
        inner->rflags |= RFLAGS_TF;
    } else if (!watch_find(&watch_stop)) {
        stepped_to = inner->rip;
        inner->rflags &= ~RFLAGS_TF;
    }
    return true;
}

UNBREAKABLE static void run_to_breakpoint(void)
{
    break_plant_kernel();
    __asm__ volatile("selftest_place: nop\n"
                     "selftest_next:\n"
                     :
                     :
                     : "memory");
    break_lift_kernel();
}

UNBREAKABLE static void run_to_watchpoint(uint64_t dr7)
{
    write_dr7(dr7);
    watched = 1;
    write_dr7(DR7_CLEAR);
}

static bool breakpoint_hits(void)
{
    hit_at = stepped_to = 0;
    break_set_temporary(NULL, (uintptr_t)selftest_place);
    run_to_breakpoint();
    break_clear_temporary();
    return hit_at == (uintptr_t)selftest_place;
}

/* After breakpoint_hits(), which has stepped, too. */
static bool step_ends(void)
{
    return stepped_to == (uintptr_t)selftest_next;
}

static bool watchpoint_hits(void)
{
    uintptr_t address = (uintptr_t)&watched;

    watch_stop = (struct gdb_stop){0};
    if (watch_insert(GDB_BREAK_WRITE, address, sizeof(watched)) != GDB_OK) {
        monitor_print("no debug register is free; ");
        return false;
    }
    run_to_watchpoint(watch_load());
    (void)watch_remove(GDB_BREAK_WRITE, address, sizeof(watched));
    return watch_stop.reason == GDB_REASON_WATCH &&
           watch_stop.address == address;
}

/* What no page can be mapped at, and the pages below the first stack, that none
 * ever is. */
static bool bad_addresses_fail(void)
{
    static const uint64_t bad[] = {NOT_CANONICAL, KERNEL_STACKS_BASE,
                                   UINT64_MAX};
    uint64_t value = 0;
    bool is_good = true;

    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        is_good &= !memory_load(bad[i], &value) &&
                   memory_read(NULL, bad[i], &value, sizeof(value)) == 0 &&
                   memory_write(NULL, bad[i], &value, sizeof(value)) == 0;
    }
    return is_good;
}

void monitor_selftest(const struct monitor_words *words)
{
    static const struct {
        const char *name;
        bool (*passes)(void);
    } tests[] = {
        {"breakpoint", breakpoint_hits},
        {"step", step_ends},
        {"watchpoint", watchpoint_hits},
        {"bad addresses", bad_addresses_fail},
    };
    uint64_t top = (uintptr_t)stack + STACK_SIZE;
    uint64_t debug = gdt_set_ist(IST_DEBUG, top);
    uint64_t breakpoint = gdt_set_ist(IST_BREAKPOINT, top);
    size_t passed = 0;

    (void)words;
    is_running = true;
    for (size_t i = 0; i < ARRAY_COUNT(tests); i++) {
        bool is_good = tests[i].passes();
        monitor_print("%s: %s, ", tests[i].name, is_good ? "good" : "BAD");
        passed += is_good;
    }
    is_running = false;
    (void)gdt_set_ist(IST_BREAKPOINT, breakpoint);
    (void)gdt_set_ist(IST_DEBUG, debug);
    monitor_print("%zu of %zu\n", passed, ARRAY_COUNT(tests));
}
