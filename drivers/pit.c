/* The 8254 timer. (Intel 8254 data sheet.) */
#include "drivers/pit.h"

#include "kernel/lib/bits.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/io.h"

#define CHANNEL_0       0x40
#define CHANNEL_2       0x42
#define CONTROL         0x43

/* Control words: channel, both bytes of the count, mode. */
#define CHANNEL_0_RATE  0x34 /* mode 2: a pulse each count */
#define CHANNEL_2_ONCE  0xb0 /* mode 0: output high when it has counted */
#define CHANNEL_0_LATCH 0x00

/* The port of channel 2's gate and output. */
#define GATE_PORT       0x61
#define GATE_2          BIT(0)
#define SPEAKER         BIT(1)
#define OUTPUT_2        BIT(5)

#define TICK_COUNTS     (PIT_HERTZ / PIT_TICKS_PER_SECOND)

/* A poll takes a microsecond, in an emulator less: some 10 ms, and more than
 * the 55 ms that the longest count takes. */
#define TICK_POLLS      10000u
#define MEASURE_POLLS   2000000u

static void set_count(uint8_t control, uint16_t channel, unsigned counts)
{
    outb(CONTROL, control);
    outb(channel, (uint8_t)counts);
    outb(channel, (uint8_t)(counts >> 8));
}

static unsigned read_count(void)
{
    outb(CONTROL, CHANNEL_0_LATCH);
    unsigned low = inb(CHANNEL_0);
    return low | (unsigned)inb(CHANNEL_0) << 8;
}

bool pit_init(void)
{
    set_count(CHANNEL_0_RATE, CHANNEL_0, TICK_COUNTS);
    unsigned first = read_count();
    for (unsigned poll = 0; poll < TICK_POLLS; poll++) {
        unsigned count = read_count();
        if (count != first && count <= TICK_COUNTS) {
            return true;
        }
    }
    return false;
}

/* Where there is no timer, the output reads as high from the start. */
static bool wait_for_output(void)
{
    if ((inb(GATE_PORT) & OUTPUT_2) != 0) {
        return false;
    }
    for (unsigned poll = 0; poll < MEASURE_POLLS; poll++) {
        if ((inb(GATE_PORT) & OUTPUT_2) != 0) {
            return true;
        }
    }
    return false;
}

uint64_t pit_measure_tsc(uint16_t counts)
{
    uint8_t gate = inb(GATE_PORT);
    outb(GATE_PORT, (uint8_t)((gate & ~SPEAKER) | GATE_2));
    set_count(CHANNEL_2_ONCE, CHANNEL_2, counts);
    uint64_t start = rdtsc();
    bool is_done = wait_for_output();
    uint64_t end = rdtsc();
    outb(GATE_PORT, gate);
    return is_done ? end - start : 0;
}
