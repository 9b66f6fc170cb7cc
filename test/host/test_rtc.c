/* drivers/rtc.c: every day of its range against the host's timegm, in all
 * four forms of the registers, and what is no time. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "drivers/rtc.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "test/host/random.h"

#define LAST_SECOND 3155759999 /* 2069-12-31 23:59:59 */
#define ROUNDS      200000

static uint8_t bcd(int value)
{
    return (uint8_t)(value / 10 * 16 + value % 10);
}

/* How a clock with STATUS_B shows TIME. */
static struct rtc_registers registers_of(const struct tm *time,
                                         uint8_t status_b)
{
    bool is_24_hours = (status_b & RTC_24_HOURS) != 0;
    bool is_binary = (status_b & RTC_BINARY) != 0;
    int fields[] = {time->tm_sec,  time->tm_min,     time->tm_hour,
                    time->tm_mday, time->tm_mon + 1, time->tm_year % 100};
    uint8_t shown[ARRAY_COUNT(fields)];
    if (!is_24_hours) {
        fields[2] = (time->tm_hour + 11) % 12 + 1;
    }
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
        shown[i] = is_binary ? (uint8_t)fields[i] : bcd(fields[i]);
    }
    if (!is_24_hours && time->tm_hour >= 12) {
        shown[2] |= RTC_AFTERNOON;
    }
    return (struct rtc_registers){shown[0], shown[1], shown[2], shown[3],
                                  shown[4], shown[5], status_b};
}

static void assert_decodes(uint64_t seconds)
{
    static const uint8_t forms[] = {0, RTC_24_HOURS, RTC_BINARY,
                                    RTC_24_HOURS | RTC_BINARY};
    time_t time = (time_t)seconds;
    struct tm fields;
    gmtime_r(&time, &fields);
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        struct rtc_registers registers = registers_of(&fields, forms[i]);
        uint64_t decoded = 0;
        assert_int_equal(rtc_decode(&registers, &decoded), 0);
        assert_int_equal(decoded, seconds);
    }
}

static void test_every_day(void **state)
{
    (void)state;
    uint64_t seed = 0x27c;
    for (uint64_t day = 0; day * 86400 < LAST_SECOND; day++) {
        assert_decodes(day * 86400);
        assert_decodes(day * 86400 + random_below(&seed, 86400));
        assert_decodes(day * 86400 + 86399);
    }
    assert_decodes(LAST_SECOND);
}

static void test_what_is_no_time(void **state)
{
    (void)state;
    static const struct rtc_registers wrong[] = {
        {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, /* no clock */
        {0, 0, 0, 0, 0, 0, 0},
        {0x61, 0, 0, 1, 1, 0, RTC_24_HOURS},
        {0, 0x60, 0, 1, 1, 0, RTC_24_HOURS},
        {0, 0, 0x24, 1, 1, 0, RTC_24_HOURS},
        {0, 0, 0x13, 1, 1, 0, 0},
        {0, 0, 0x80, 1, 1, 0, 0},
        {0x1a, 0, 0, 1, 1, 0, RTC_24_HOURS},
        {0, 0, 0, 0, 1, 0, RTC_24_HOURS},
        {0, 0, 0, 0x32, 1, 0, RTC_24_HOURS},
        {0, 0, 0, 0x30, 2, 0, RTC_24_HOURS},
        {0, 0, 0, 0x29, 2, 1, RTC_24_HOURS},
        {0, 0, 0, 1, 0x13, 0, RTC_24_HOURS},
        {0, 0, 0, 1, 1, 100, RTC_24_HOURS | RTC_BINARY},
    };
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        uint64_t seconds;
        assert_int_equal(rtc_decode(&wrong[i], &seconds), -EINVAL);
    }
}

static void test_random_registers(void **state)
{
    (void)state;
    uint64_t seed = 0x27d;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct rtc_registers registers;
        uint64_t seconds = 0;
        uint64_t bits = random_next(&seed);
        memcpy(&registers, &bits, sizeof(registers));
        if (rtc_decode(&registers, &seconds) == 0) {
            assert_true(seconds <= LAST_SECOND + 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_what_is_no_time),
        cmocka_unit_test(test_random_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
