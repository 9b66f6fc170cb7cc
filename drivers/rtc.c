/* The real-time clock. (Motorola MC146818A data sheet.) */
#include "drivers/rtc.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

#define INDEX             0x70 /* bit 7 would mask the NMI: always clear */
#define DATA              0x71

#define SECOND            0x00
#define MINUTE            0x02
#define HOUR              0x04
#define DAY               0x07
#define MONTH             0x08
#define YEAR              0x09
#define STATUS_A          0x0a
#define STATUS_B          0x0b

#define STATUS_A_UPDATING BIT(7) /* for 2 ms at most */

/* Polls of some 2 us while it updates, and attempts to read the same twice. */
#define UPDATE_POLLS      5000u
#define READ_ATTEMPTS     8u

#define CENTURY_TURN      70 /* years below are 20xx */
#define SECONDS_PER_DAY   86400u

static bool from_bcd(uint8_t *value)
{
    unsigned tens = *value >> 4;
    unsigned ones = *value & 0xf;
    *value = (uint8_t)(tens * 10 + ones);
    return tens <= 9 && ones <= 9;
}

/* Makes all fields binary. Returns false when some digit is none. */
static bool convert_bcd(struct rtc_registers *time)
{
    uint8_t *fields[] = {&time->second, &time->minute, &time->hour,
                         &time->day,    &time->month,  &time->year};
    for (unsigned i = 0; i < ARRAY_COUNT(fields); i++) {
        if (!from_bcd(fields[i])) {
            return false;
        }
    }
    return true;
}

/* 12 h is midnight or noon. */
static bool convert_12_hours(struct rtc_registers *time, bool is_afternoon)
{
    if (time->hour < 1 || time->hour > 12) {
        return false;
    }
    time->hour = (uint8_t)(time->hour % 12 + (is_afternoon ? 12 : 0));
    return true;
}

/* Days from 1970-01-01 to DAY, MONTH, YEAR of the Gregorian calendar. Years
 * begin in March here, so that the leap day is their last. */
static uint64_t days_since_1970(unsigned year, unsigned month, unsigned day)
{
    unsigned march_year = month > 2 ? year : year - 1;
    unsigned march_month = month > 2 ? month - 3 : month + 9;
    uint64_t leap_days = march_year / 4 - march_year / 100 + march_year / 400;
    uint64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
    uint64_t days_to_1970 = 719468; /* from March 1 of the year 0 */
    return march_year * 365ull + leap_days + day_of_year - days_to_1970;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    unsigned next_month = month % 12 + 1;
    unsigned next_year = month == 12 ? year + 1 : year;
    return (unsigned)(days_since_1970(next_year, next_month, 1) -
                      days_since_1970(year, month, 1));
}

int rtc_decode(const struct rtc_registers *registers, uint64_t *seconds)
{
    struct rtc_registers time = *registers;
    bool is_24_hours = (time.status_b & RTC_24_HOURS) != 0;
    bool is_afternoon = !is_24_hours && (time.hour & RTC_AFTERNOON) != 0;
    if (is_afternoon) {
        time.hour &= (uint8_t)~RTC_AFTERNOON;
    }
    if ((time.status_b & RTC_BINARY) == 0 && !convert_bcd(&time)) {
        return -EINVAL;
    }
    if (!is_24_hours && !convert_12_hours(&time, is_afternoon)) {
        return -EINVAL;
    }
    unsigned year = time.year + (time.year < CENTURY_TURN ? 2000u : 1900u);
    if (time.second > 60 || time.minute > 59 || time.hour > 23 ||
        time.year > 99 || time.month < 1 || time.month > 12 || time.day < 1 ||
        time.day > days_in_month(year, time.month)) {
        return -EINVAL;
    }
    *seconds = days_since_1970(year, time.month, time.day) * SECONDS_PER_DAY +
               time.hour * 3600u + time.minute * 60u + time.second;
    return 0;
}

static uint8_t get(uint8_t index)
{
    outb(INDEX, index);
    return inb(DATA);
}

static struct rtc_registers read_registers(void)
{
    for (unsigned poll = 0; poll < UPDATE_POLLS; poll++) {
        if ((get(STATUS_A) & STATUS_A_UPDATING) == 0) {
            break;
        }
    }
    return (struct rtc_registers){
        .second = get(SECOND),
        .minute = get(MINUTE),
        .hour = get(HOUR),
        .day = get(DAY),
        .month = get(MONTH),
        .year = get(YEAR),
        .status_b = get(STATUS_B),
    };
}

/* An update may begin between two registers: what is read twice holds. */
int rtc_read(uint64_t *seconds)
{
    struct rtc_registers last = read_registers();
    for (unsigned attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
        struct rtc_registers now = read_registers();
        if (memcmp(&now, &last, sizeof(now)) == 0) {
            return rtc_decode(&now, seconds) == 0 ? 0 : -ENODEV;
        }
        last = now;
    }
    return -ENODEV;
}
