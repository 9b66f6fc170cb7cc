/* The real-time clock: the time of day, kept by a battery. */
#pragma once

#include "kernel/lib.h"

/* The clock's registers as they are read. */
struct rtc_registers {
    uint8_t second;
    uint8_t minute;
    uint8_t hour;
    uint8_t day;
    uint8_t month;
    uint8_t year; /* of the century */
    uint8_t status_b;
};

/* Bits of status_b; both clear is what most machines have. */
#define RTC_24_HOURS  0x02
#define RTC_BINARY    0x04
#define RTC_AFTERNOON 0x80 /* in the hour, on a clock of 12 hours */

/* The time in REGISTERS as seconds since 1970, years 70 to 99 taken as 19xx.
 * Returns 0 and *SECONDS, or -EINVAL when they are no time. Pure. */
int rtc_decode(const struct rtc_registers *registers,
               uint64_t *seconds) MUST_CHECK;

/* Reads the time. Returns 0 and *SECONDS, or -ENODEV when there is no clock, or
 * none that shows a time. */
int rtc_read(uint64_t *seconds) MUST_CHECK;
