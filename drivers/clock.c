/* Time by the TSC, and how fast that runs. */
#include "drivers/clock.h"

#include "drivers/pit.h"
#include "drivers/rtc.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

/* CPUID (SDM vol. 2A): the TSC's ratio to the crystal, and the frequencies. */
#define CPUID_TSC           0x15
#define CPUID_FREQUENCY     0x16

#define HERTZ_PER_MEGAHERTZ 1000000ull

/* What a TSC may have (emulators have slow ones); all else is a mistake. */
#define TSC_HERTZ_MIN       HERTZ_PER_MEGAHERTZ
#define TSC_HERTZ_MAX       (10000 * HERTZ_PER_MEGAHERTZ)
#define TSC_HERTZ_ASSUMED   (1000 * HERTZ_PER_MEGAHERTZ)

#define PIT_MEASUREMENTS    3

/* All set once, by clock_init on the first CPU. */
static uint64_t tsc_hertz;
static uint64_t tsc_start;
static uint64_t nanoseconds_scale; /* nanoseconds a cycle, times 2^32 */
static uint64_t start_seconds;     /* since 1970, or 0 */

static uint64_t hertz_by_cpuid(void)
{
    struct cpuid ratio = cpuid_if_known(CPUID_TSC, 0);
    if (ratio.eax != 0 && ratio.ebx != 0 && ratio.ecx != 0) {
        return (uint64_t)ratio.ecx * ratio.ebx / ratio.eax;
    }
    uint32_t megahertz = cpuid_if_known(CPUID_FREQUENCY, 0).eax & 0xffff;
    return ratio.eax != 0 ? megahertz * HERTZ_PER_MEGAHERTZ : 0;
}

static uint64_t measure_by_pit(void)
{
    uint64_t cycles;
    uint64_t counts = pit_measure_tsc(&cycles);
    return counts != 0 ? cycles * PIT_HERTZ / counts : 0;
}

/* What disturbs a measurement makes it longer: the least one is the best. */
static uint64_t hertz_by_pit(void)
{
    uint64_t least = measure_by_pit();
    for (unsigned i = 1; i < PIT_MEASUREMENTS && least != 0; i++) {
        uint64_t hertz = measure_by_pit();
        least = hertz != 0 ? MIN(least, hertz) : least;
    }
    return least;
}

/* Waits for the RTC's next second, at most a second of the fastest TSC.
 * Returns the TSC then, or 0. */
static uint64_t wait_for_second(void)
{
    uint64_t first;
    uint64_t now;
    uint64_t start = rdtsc();
    if (rtc_read(&first) != 0) {
        return 0;
    }
    while (rdtsc() - start <= TSC_HERTZ_MAX) {
        if (rtc_read(&now) == 0 && now != first) {
            return rdtsc();
        }
    }
    return 0;
}

static uint64_t hertz_by_rtc(void)
{
    uint64_t start = wait_for_second();
    uint64_t end = start != 0 ? wait_for_second() : 0;
    return end != 0 ? end - start : 0;
}

static uint64_t find_hertz(const char **source)
{
    static const struct {
        const char *source;
        uint64_t (*measure)(void);
    } methods[] = {
        {"CPUID", hertz_by_cpuid},
        {"the PIT", hertz_by_pit},
        {"the RTC", hertz_by_rtc},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(methods); i++) {
        uint64_t hertz = methods[i].measure();
        if (hertz >= TSC_HERTZ_MIN && hertz <= TSC_HERTZ_MAX) {
            *source = methods[i].source;
            return hertz;
        }
    }
    log_warn("clock: no timer to measure the TSC with, time will be wrong");
    *source = "assumption";
    return TSC_HERTZ_ASSUMED;
}

void clock_init(void)
{
    const char *source;
    tsc_hertz = find_hertz(&source);
    if (rtc_read(&start_seconds) != 0) {
        start_seconds = 0;
        log_warn("clock: no RTC, the time of day is not known");
    }
    tsc_start = rdtsc();
    nanoseconds_scale = (NANOSECONDS_PER_SECOND << 32) / tsc_hertz;
    log_info("clock: TSC runs at %llu kHz by %s",
             (unsigned long long)tsc_hertz / 1000, source);
}

uint64_t clock_nanoseconds(void)
{
    unsigned __int128 cycles = rdtsc() - tsc_start;
    return (uint64_t)(cycles * nanoseconds_scale >> 32);
}

uint64_t clock_seconds_since_1970(void)
{
    if (start_seconds == 0) {
        return 0;
    }
    return start_seconds + clock_nanoseconds() / NANOSECONDS_PER_SECOND;
}

uint64_t clock_nanoseconds_since_1970(void)
{
    return start_seconds * NANOSECONDS_PER_SECOND + clock_nanoseconds();
}

uint64_t clock_tsc_hertz(void)
{
    return tsc_hertz;
}
