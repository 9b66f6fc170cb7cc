/* The 8254 timer. (Intel 8254 data sheet.) */
#include "drivers/pit.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define CHANNEL_0       0x40
#define CONTROL         0x43

/* Control words: channel 0, both bytes of the count, mode 2: it counts down,
 * gives a pulse, and begins again. */
#define CHANNEL_0_RATE  0x34
#define CHANNEL_0_LATCH 0x00

#define TICK_COUNTS     (PIT_HERTZ / PIT_TICKS_PER_SECOND)
#define LONGEST_COUNTS  0x10000u

/* A poll takes some 3 us, but a hundredth of that with QEMU's -icount: within
 * the first a timer that counts at all has counted, within the second it has
 * done a measurement. */
#define COUNT_POLLS     10000u
#define MEASURE_POLLS   10000000u

static_assert(PIT_MEASURE_COUNTS < LONGEST_COUNTS / 2, "no wrap goes unseen");

static void set_count(unsigned counts)
{
    outb(CONTROL, CHANNEL_0_RATE);
    outb(CHANNEL_0, (uint8_t)counts);
    outb(CHANNEL_0, (uint8_t)(counts >> 8));
}

static unsigned read_count(void)
{
    outb(CONTROL, CHANNEL_0_LATCH);
    unsigned low = inb(CHANNEL_0);
    return low | (unsigned)inb(CHANNEL_0) << 8;
}

static bool is_counting(void)
{
    unsigned first = read_count();
    for (unsigned poll = 0; poll < COUNT_POLLS; poll++) {
        if (read_count() != first) {
            return true;
        }
    }
    return false;
}

bool pit_init(void)
{
    set_count(TICK_COUNTS);
    return is_counting();
}

uint64_t pit_measure_tsc(uint64_t *cycles)
{
    set_count(LONGEST_COUNTS);
    if (!is_counting()) {
        return 0;
    }
    unsigned first = read_count();
    uint64_t start = rdtsc();
    for (unsigned poll = 0; poll < MEASURE_POLLS; poll++) {
        unsigned counts = (first - read_count()) % LONGEST_COUNTS;
        if (counts >= PIT_MEASURE_COUNTS) {
            *cycles = rdtsc() - start;
            return counts;
        }
    }
    return 0;
}
