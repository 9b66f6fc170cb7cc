/* kernel/gdb/wire.c and filter.c: packets on a line that loses, repeats and
 * mixes bytes. */
#include "kernel/gdb/filter.h"
#include "test/host/gdb_host.h"

static struct gdb_reader in;

static int setup(void **state)
{
    (void)state;
    host_reset();
    return 0;
}

static void feed(const char *text)
{
    host_feed(text, strlen(text));
}

static void assert_received(const char *body)
{
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_PACKET);
    assert_int_equal(gdb_left(&in), strlen(body));
    assert_memory_equal(in.at, body, strlen(body));
}

static void assert_sent(const char *text)
{
    assert_int_equal(host_output_size, strlen(text));
    assert_memory_equal(host_output, text, strlen(text));
    host_output_size = 0;
}

static void a_good_packet_is_acknowledged(void **state)
{
    (void)state;
    feed("$m1,2#fc");
    assert_received("m1,2");
    assert_sent("+");
}

static void noise_between_packets_is_overlooked(void **state)
{
    (void)state;
    feed("noise +-\x03\xff$g#67");
    assert_received("g");
}

static void a_bad_checksum_is_refused(void **state)
{
    (void)state;
    feed("$g#68$g#67");
    assert_received("g");
    assert_sent("-+");
    assert_int_equal(gdb_wire_stats.bad, 1);
}

static void checksums_are_two_digits(void **state)
{
    (void)state;
    feed("$g#6z$g#6G");
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_CLOSED);
    assert_sent("--");
}

static void upper_case_digits_are_digits(void **state)
{
    (void)state;
    feed("$m1,2#FC");
    assert_received("m1,2");
}

static void a_packet_may_begin_in_a_packet(void **state)
{
    (void)state;
    feed("$m12,$g#67");
    assert_received("g");
}

static void a_cut_packet_is_refused(void **state)
{
    (void)state;
    feed("$m12");
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_CLOSED);
    assert_sent("-");
}

static void feed_long(size_t size)
{
    static char body[GDB_PACKET_MAX + 2];
    memset(body, 'a', sizeof(body));
    host_feed_packet(body, size);
}

static void the_longest_packet_is_taken(void **state)
{
    (void)state;
    feed_long(GDB_PACKET_MAX);
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_PACKET);
    assert_int_equal(gdb_left(&in), GDB_PACKET_MAX);
    feed_long(GDB_PACKET_MAX + 1);
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_TOO_LONG);
    feed("$g#67");
    assert_received("g");
}

static void answers_are_sent_until_acknowledged(void **state)
{
    (void)state;
    feed("--+");
    gdb_wire_send("OK", 2);
    assert_sent("$OK#9a$OK#9a$OK#9a");
    assert_int_equal(gdb_wire_stats.resends, 2);
}

static void answers_are_given_up(void **state)
{
    (void)state;
    feed("--------------------------------");
    gdb_wire_send("OK", 2);
    assert_int_equal(host_output_size, 8 * strlen("$OK#9a"));
}

static void the_next_packet_acknowledges_too(void **state)
{
    (void)state;
    feed("$g#67");
    gdb_wire_send("OK", 2);
    assert_sent("$OK#9a");
    assert_received("g");
}

static void silence_does_not_hang(void **state)
{
    (void)state;
    gdb_wire_send("OK", 2);
    assert_sent("$OK#9a$OK#9a$OK#9a");
    assert_int_equal(gdb_wire_stats.lost, 1);
}

static void a_late_refusal_is_answered(void **state)
{
    (void)state;
    gdb_wire_send("OK", 2);
    host_output_size = 0;
    feed("-$g#67-");
    assert_received("g");
    assert_sent("$OK#9a+");
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_CLOSED);
    assert_sent(""); /* g has no answer yet */
}

static void without_acks_nothing_is_sent_again(void **state)
{
    (void)state;
    gdb_wire_stop_acks();
    gdb_wire_send("OK", 2);
    feed("-");
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_CLOSED);
    assert_sent("$OK#9a");
}

static void without_acks_nothing_is_acknowledged(void **state)
{
    (void)state;
    gdb_wire_stop_acks();
    feed("$g#67$g#68");
    assert_received("g");
    gdb_wire_send("OK", 2);
    assert_int_equal(gdb_wire_receive(&in), GDB_WIRE_CLOSED);
    assert_sent("$OK#9a");
}

static void a_new_session_has_acks_again(void **state)
{
    (void)state;
    gdb_wire_stop_acks();
    feed("$qSupported#37");
    assert_received("qSupported");
    assert_sent("+");
}

static void an_interrupt_is_noticed(void **state)
{
    (void)state;
    feed("+\x03");
    assert_true(gdb_wire_interrupted());
    assert_false(gdb_wire_interrupted());
    feed("+$g#67");
    assert_false(gdb_wire_interrupted());
    assert_received("g");
}

static void an_interrupt_between_packets_is_kept(void **state)
{
    (void)state;
    feed("\x03$g#67");
    assert_received("g");
    assert_true(gdb_wire_take_interrupt());
    assert_false(gdb_wire_take_interrupt());
    feed("\x03+");
    gdb_wire_send("OK", 2);
    assert_true(gdb_wire_take_interrupt());
    feed("\x03$qSupported#37");
    assert_received("qSupported");
    assert_false(gdb_wire_take_interrupt());
}

static void a_packet_for_a_running_machine_is_asked_for_again(void **state)
{
    (void)state;
    feed("qSupported:x#12$g#67");
    gdb_wire_refuse();
    assert_sent("-");
    assert_received("g");
}

/* Types TEXT into a filter, and returns the last event. */
static enum gdb_filter_event put(struct gdb_filter *filter, const char *text,
                                 bool is_attached)
{
    enum gdb_filter_event event = GDB_FILTER_TEXT;
    for (; *text != '\0'; text++) {
        assert_int_equal(event, GDB_FILTER_TEXT);
        event = gdb_filter_put(filter, (uint8_t)*text, is_attached);
    }
    return event;
}

static void assert_typed(struct gdb_filter *filter, const char *text)
{
    uint8_t typed[GDB_FILTER_TYPED_MAX];
    size_t count = gdb_filter_take(filter, typed, sizeof(typed));
    assert_int_equal(count, strlen(text));
    assert_memory_equal(typed, text, count);
}

static void what_is_typed_reaches_the_console(void **state)
{
    struct gdb_filter filter = {0};
    (void)state;
    assert_int_equal(put(&filter, "echo $HOME \x03 $$q#\r", false),
                     GDB_FILTER_TEXT);
    assert_typed(&filter, "echo $HOME \x03 $$q#\r");
}

static void a_debugger_is_noticed_between_keys(void **state)
{
    struct gdb_filter filter = {0};
    (void)state;
    assert_int_equal(put(&filter, "ls+$$qSupported", false), GDB_FILTER_PACKET);
    assert_typed(&filter, "ls+$");
}

static void a_debugger_that_is_there_has_the_line(void **state)
{
    struct gdb_filter filter = {0};
    (void)state;
    assert_int_equal(put(&filter, "++\x03", true), GDB_FILTER_INTERRUPT);
    assert_int_equal(put(&filter, "+$", true), GDB_FILTER_PACKET);
    assert_typed(&filter, "");
}

static void typing_ahead_is_bounded(void **state)
{
    struct gdb_filter filter = {0};
    uint8_t typed[2];
    (void)state;
    for (int i = 0; i < 2 * GDB_FILTER_TYPED_MAX; i++) {
        gdb_filter_put(&filter, 'x', false);
    }
    for (int i = 0; i < GDB_FILTER_TYPED_MAX / 2; i++) {
        assert_int_equal(gdb_filter_take(&filter, typed, sizeof(typed)), 2);
    }
    assert_int_equal(gdb_filter_take(&filter, typed, sizeof(typed)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_packet_is_acknowledged, setup),
        cmocka_unit_test_setup(noise_between_packets_is_overlooked, setup),
        cmocka_unit_test_setup(a_bad_checksum_is_refused, setup),
        cmocka_unit_test_setup(checksums_are_two_digits, setup),
        cmocka_unit_test_setup(upper_case_digits_are_digits, setup),
        cmocka_unit_test_setup(a_packet_may_begin_in_a_packet, setup),
        cmocka_unit_test_setup(a_cut_packet_is_refused, setup),
        cmocka_unit_test_setup(the_longest_packet_is_taken, setup),
        cmocka_unit_test_setup(answers_are_sent_until_acknowledged, setup),
        cmocka_unit_test_setup(answers_are_given_up, setup),
        cmocka_unit_test_setup(the_next_packet_acknowledges_too, setup),
        cmocka_unit_test_setup(silence_does_not_hang, setup),
        cmocka_unit_test_setup(a_late_refusal_is_answered, setup),
        cmocka_unit_test_setup(without_acks_nothing_is_sent_again, setup),
        cmocka_unit_test_setup(without_acks_nothing_is_acknowledged, setup),
        cmocka_unit_test_setup(a_new_session_has_acks_again, setup),
        cmocka_unit_test_setup(an_interrupt_is_noticed, setup),
        cmocka_unit_test_setup(an_interrupt_between_packets_is_kept, setup),
        cmocka_unit_test_setup(
            a_packet_for_a_running_machine_is_asked_for_again, setup),
        cmocka_unit_test(what_is_typed_reaches_the_console),
        cmocka_unit_test(a_debugger_is_noticed_between_keys),
        cmocka_unit_test(a_debugger_that_is_there_has_the_line),
        cmocka_unit_test(typing_ahead_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
