/* kernel/base/option.c: words, quotes, choices, numbers, arguments, complaints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/boot_info.h"
#include "kernel/base/option.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "test/host/random.h"

#define ROUNDS 200000

static char log_text[16384];

void log_write(enum log_level level, const char *format, ...)
{
    size_t used = strlen(log_text);
    va_list arguments;

    assert_int_equal(level, LOG_WARN);
    va_start(arguments, format);
    vsnprintf(log_text + used, sizeof(log_text) - used, format, arguments);
    va_end(arguments);
    strncat(log_text, "\n", sizeof(log_text) - strlen(log_text) - 1);
}

static void start(const char *command_line)
{
    log_text[0] = '\0';
    option_init(command_line);
    assert_string_equal(log_text, "");
}

static void assert_warnings(const char *expected)
{
    log_text[0] = '\0';
    option_warn_unknown();
    assert_string_equal(log_text, expected);
}

static void without_options_there_are_fallbacks(void **state)
{
    (void)state;

    start("");
    assert_int_equal(option_choice(OPTION_LOG), OPTION_LOG_CONSOLE);
    assert_int_equal(option_choice(OPTION_LOGLEVEL), LOG_INFO);
    assert_int_equal(option_choice(OPTION_CONSOLE), OPTION_CONSOLE_TTY);
    assert_int_equal(option_choice(OPTION_PANIC), OPTION_END_HALT);
    assert_int_equal(option_choice(OPTION_EXIT), OPTION_END_POWEROFF);
    assert_int_equal(option_choice(OPTION_TRACE), OPTION_TRACE_NONE);
    assert_string_equal(option_string(OPTION_INIT), "/init");
    assert_null(option_string(OPTION_ARGS));
    assert_false(option_is_set(OPTION_NORANDMAPS));
    assert_null(option_argument(0));
    assert_warnings("");
}

static void every_option_has_a_row(void **state)
{
    (void)state;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_table[i];
        assert_non_null(row->name);
        assert_non_null(row->help);
        assert_true(row->choices == NULL || row->fallback != NULL);
    }
}

/* Each word of the choices, and the number that it must have. */
static void choices_are_in_the_order_of_the_enums(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum option option;
        unsigned expected;
    } cases[] = {
        {"log=console", OPTION_LOG, OPTION_LOG_CONSOLE},
        {"log=com1", OPTION_LOG, OPTION_LOG_COM1},
        {"log=com2", OPTION_LOG, OPTION_LOG_COM2},
        {"log=none", OPTION_LOG, OPTION_LOG_NONE},
        {"loglevel=error", OPTION_LOGLEVEL, LOG_ERROR},
        {"loglevel=warn", OPTION_LOGLEVEL, LOG_WARN},
        {"loglevel=info", OPTION_LOGLEVEL, LOG_INFO},
        {"loglevel=debug", OPTION_LOGLEVEL, LOG_DEBUG},
        {"console=tty", OPTION_CONSOLE, OPTION_CONSOLE_TTY},
        {"console=raw", OPTION_CONSOLE, OPTION_CONSOLE_RAW},
        {"panic=halt", OPTION_PANIC, OPTION_END_HALT},
        {"panic=reboot", OPTION_PANIC, OPTION_END_REBOOT},
        {"panic=poweroff", OPTION_PANIC, OPTION_END_POWEROFF},
        {"exit=halt", OPTION_EXIT, OPTION_END_HALT},
        {"exit=reboot", OPTION_EXIT, OPTION_END_REBOOT},
        {"exit=poweroff", OPTION_EXIT, OPTION_END_POWEROFF},
        {"trace=none", OPTION_TRACE, OPTION_TRACE_NONE},
        {"trace=syscalls", OPTION_TRACE, OPTION_TRACE_SYSCALLS},
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        start(cases[i].line);
        assert_int_equal(option_choice(cases[i].option), cases[i].expected);
        assert_warnings("");
    }
}

static void the_last_one_wins(void **state)
{
    (void)state;

    start("  init=/a\tnorandmaps init=/b \n loglevel=debug loglevel=error ");
    assert_string_equal(option_string(OPTION_INIT), "/b");
    assert_int_equal(option_choice(OPTION_LOGLEVEL), LOG_ERROR);
    assert_true(option_is_set(OPTION_NORANDMAPS));
    assert_warnings("");
}

static void quotes_keep_blanks(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"init=\"/a b\" log=none", "/a b"},
        {"\"init=/a b\" log=none", "/a b"},
        {"init=\"\" log=none", ""},
        {"init= log=none", ""},
        {"init=a\"b c\"d log=none", "a\"b c\"d"},
        {"init=a=b log=none", "a=b"}};

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        start(cases[i][0]);
        assert_string_equal(option_string(OPTION_INIT), cases[i][1]);
        assert_int_equal(option_choice(OPTION_LOG), OPTION_LOG_NONE);
    }
    start("init=\"no end log=none");
    assert_string_equal(option_string(OPTION_INIT), "no end log=none");
    start("\"");
    assert_warnings("option: no option \"\"\n");
}

static void arguments_follow_two_dashes(void **state)
{
    (void)state;

    start("init=/x -- -a \"two words\"  init=/y -- \"\" v=\"a b\"");
    assert_string_equal(option_string(OPTION_INIT), "/x");
    assert_string_equal(option_argument(0), "-a");
    assert_string_equal(option_argument(1), "two words");
    assert_string_equal(option_argument(2), "init=/y");
    assert_string_equal(option_argument(3), "--");
    assert_string_equal(option_argument(4), "");
    assert_string_equal(option_argument(5), "v=a b");
    assert_null(option_argument(6));
    assert_null(option_argument(1000));
    assert_warnings("");
    start("init=/x --");
    assert_null(option_argument(0));
    start("--init=/x -- a");
    assert_string_equal(option_argument(0), "a");
    assert_warnings("option: no option \"--init=/x\"\n");
}

static void unknown_words_are_named_once(void **state)
{
    (void)state;

    start("logg=com1 lo init2 =x BOOT_IMAGE=/brix");
    assert_warnings("option: no option \"logg=com1\"\n"
                    "option: no option \"lo\"\n"
                    "option: no option \"init2\"\n"
                    "option: no option \"=x\"\n"
                    "option: no option \"BOOT_IMAGE=/brix\"\n");
    start("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18");
    option_warn_unknown();
    assert_non_null(strstr(log_text, "\"16\"\n"));
    assert_null(strstr(log_text, "\"17\""));
    assert_non_null(strstr(log_text, "and 2 more words"));
}

static void bad_choices_are_named_with_the_good(void **state)
{
    (void)state;
    static const char *const values[] = {"com",  "com12", "com1|com2",
                                         "COM1", "",      "|"};

    for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
        char line[40], expected[120];
        snprintf(line, sizeof(line), "log=%s", values[i]);
        snprintf(expected, sizeof(expected),
                 "option: log=%s: not one of console|com1|com2|none; "
                 "taking console\n",
                 values[i]);
        start(line);
        assert_int_equal(option_choice(OPTION_LOG), OPTION_LOG_CONSOLE);
        assert_warnings(expected);
    }
    start("loglevel");
    assert_int_equal(option_choice(OPTION_LOGLEVEL), LOG_INFO);
    assert_warnings("option: loglevel=: not one of error|warn|info|debug; "
                    "taking info\n");
}

static void numbers_with_suffixes(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint64_t expected;
    } cases[] = {
        {"args=0", 0},
        {"args=42", 42},
        {"args=0x1fF", 0x1ff},
        {"args=017", 15},
        {"args=4K", 4 * KIB},
        {"args=3m", 3 * MIB},
        {"args=0x10G", 16 * GIB},
        {"args=1T", TIB},
        {"args=18446744073709551615", UINT64_MAX},
        {"args=0xffffffffffffffff", UINT64_MAX},
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        start(cases[i].line);
        assert_true(option_number(OPTION_ARGS, 7) == cases[i].expected);
        assert_string_equal(log_text, "");
    }
    start("");
    assert_true(option_number(OPTION_ARGS, 7) == 7);
}

static void what_is_no_number(void **state)
{
    (void)state;
    static const char *const lines[] = {"args=",    "args",
                                        "args=x",   "args=-1",
                                        "args=1KK", "args=08",
                                        "args=1 K", "args=18446744073709551616",
                                        "args=0x",  "args=0x1z",
                                        "args=K",   "args=16777216T",
                                        "args=1.5", "args=0xfffffffffffffffff"};

    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        start(lines[i]);
        bool is_number = strcmp(lines[i], "args=1 K") == 0;
        assert_true(option_number(OPTION_ARGS, 7) == (is_number ? 1 : 7));
        assert_int_equal(strstr(log_text, "not a number; taking 7") == NULL,
                         is_number);
    }
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    static char line[2 * BOOT_COMMAND_LINE_MAX];

    memset(line, 'a', sizeof(line) - 1);
    memcpy(line, "init=/x -- ", 11);
    start(line);
    assert_string_equal(option_string(OPTION_INIT), "/x");
    assert_int_equal(strlen(option_argument(0)),
                     BOOT_COMMAND_LINE_MAX - 1 - 11);
}

/* Lines made of pieces at random: all that is asked for is answered. */
static void random_lines_do_no_harm(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\"",    " ",     "=",    "--", "init",
                                         "log",   "com1",  "x",    "\t", " -- ",
                                         "trace", "\" \"", "args", "0x1"};
    uint64_t seed = 9;
    char line[128];

    for (int i = 0; i < ROUNDS; i++) {
        line[0] = '\0';
        for (size_t n = random_below(&seed, 16); n > 0; n--) {
            strcat(line, pieces[random_below(&seed, ARRAY_COUNT(pieces))]);
        }
        start(line);
        assert_true(option_choice(OPTION_LOG) <= OPTION_LOG_NONE);
        assert_true(option_choice(OPTION_TRACE) <= OPTION_TRACE_SYSCALLS);
        assert_true(strlen(option_string(OPTION_INIT)) < sizeof(line));
        for (size_t n = 0; option_argument(n) != NULL; n++) {
            assert_true(strlen(option_argument(n)) < sizeof(line));
        }
        option_number(OPTION_ARGS, 0);
        option_warn_unknown();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_there_are_fallbacks),
        cmocka_unit_test(every_option_has_a_row),
        cmocka_unit_test(choices_are_in_the_order_of_the_enums),
        cmocka_unit_test(the_last_one_wins),
        cmocka_unit_test(quotes_keep_blanks),
        cmocka_unit_test(arguments_follow_two_dashes),
        cmocka_unit_test(unknown_words_are_named_once),
        cmocka_unit_test(bad_choices_are_named_with_the_good),
        cmocka_unit_test(numbers_with_suffixes),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(random_lines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
