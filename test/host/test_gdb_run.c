/* kernel/gdb/session*.c: the machine goes on and stops, what gdb is told of it,
 * and what goes between them meanwhile. */
#include "kernel/abi/signal.h"
#include "kernel/abi/wait.h"
#include "test/host/gdb_host.h"

static void breakpoints_reach_the_machine(void **state)
{
    (void)state;
    host_expect("Z0,1000,1", "OK");
    host_expect("Z2,1000,8", "OK");
    assert_int_equal(host_breaks, 2);
    host_expect("z0,1000,1", "OK");
    assert_int_equal(host_breaks, 1);
    host_ask("?"); /* a new session knows of none */
    assert_int_equal(host_breaks, 0);
}

static void stops_tell_what_gdb_asks_first(void **state)
{
    (void)state;
    host_expect("?", "T05thread:1;core:0;06:6666666666666666;"
                     "07:7777777777777777;10:0000000000000000;");
}

/* Sends PACKET, which is to make the machine go on. */
static struct gdb_resume resume(const char *packet)
{
    struct gdb_resume how;
    host_feed_packet(packet, strlen(packet));
    host_output_size = 0;
    host_serve(&how);
    assert_int_equal(host_output_size, 1); /* '+', and the stop comes later */
    return how;
}

static void the_machine_goes_on_as_told(void **state)
{
    static const struct {
        const char *packet;
        enum gdb_action action;
        int signal;
    } all[] = {
        {"c", GDB_CONTINUE, 0},
        {"s", GDB_STEP, 0},
        {"C0b", GDB_CONTINUE, 11},
        {"S05", GDB_STEP, 5},
        {"vCont;c", GDB_CONTINUE, 0},
        {"vCont;s:1;c", GDB_STEP, 0},
        {"vCont;c:3e9;s", GDB_STEP, 0},
        {"vCont;C0b:1;c", GDB_CONTINUE, 11},
        {"vCont;r1000,2000:1;c:-1", GDB_STEP_RANGE, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        host_reset();
        struct gdb_resume how = resume(all[i].packet);
        assert_int_equal(how.action, all[i].action);
        assert_int_equal(how.signal, all[i].signal);
    }
    host_reset();
    assert_true(resume("c1234").action == GDB_CONTINUE);
    assert_true(host_registers[GDB_RIP] == 0x1234);
}

static void processes_are_not_stepped(void **state)
{
    (void)state;
    host_expect("vCont?", "vCont;c;C;s;S;r");
    host_expect("vCont;s:3e9", "E01");
    host_ask("qSupported:error-message+");
    host_expect("vCont;s:3e9;c", "E.this process is not on a CPU");
}

static void the_next_stop_is_told_unasked(void **state)
{
    const struct gdb_stop stop = {GDB_SIGNAL_TRAP, GDB_REASON_WATCH, 0x1234};
    struct gdb_resume how;
    (void)state;
    resume("c");
    host_output_size = 0;
    host_feed("+", 1);
    gdb_serve(&stop, &how);
    assert_memory_equal(host_output, "$T05thread:1;core:0;watch:1234;", 31);
}

/* gdb sends ^C before the command to go on when it was pressed that early. */
static void an_early_interrupt_stops_at_once(void **state)
{
    struct gdb_resume how;
    (void)state;
    host_feed_packet("g", 1);
    host_feed("\x03", 1);
    host_feed_packet("vCont;c", 7);
    assert_false(host_serve(&how));
    assert_non_null(strstr(host_output, "+$T02thread:1;"));
    resume("vCont;c"); /* and once alone */
}

static void reasons_are_told_to_who_knows_them(void **state)
{
    const struct gdb_stop stop = {.signal = GDB_SIGNAL_TRAP,
                                  .reason = GDB_REASON_SOFTWARE_BREAK};
    struct gdb_resume how;
    (void)state;
    host_ask("qSupported:multiprocess+;swbreak+;hwbreak-");
    resume("c");
    host_output_size = 0;
    host_feed("+", 1);
    gdb_serve(&stop, &how);
    assert_memory_equal(host_output, "$T05thread:1;core:0;swbreak:;", 29);
}

static void who_leaves_leaves_nothing(void **state)
{
    struct gdb_resume how;
    (void)state;
    host_expect("Z0,1000,1", "OK");
    assert_true(gdb_is_attached());
    host_feed_packet("D", 1);
    host_serve(&how);
    assert_false(gdb_is_attached());
    assert_int_equal(host_breaks, 0);
    host_output_size = 0;
    gdb_console("text", 4);
    assert_int_equal(host_output_size, 0);
}

/* The answer to a `c` when all has ended with STATUS. */
static void assert_end_is_told(int status, const char *answer)
{
    host_reset();
    host_ask("Z0,1000,1");
    resume("c");
    host_output_size = 0;
    host_feed("+", 1);
    gdb_tell_end(status);
    assert_memory_equal(host_output, answer, strlen(answer));
    assert_false(gdb_is_attached());
    assert_int_equal(host_breaks, 0);
}

static void the_end_is_told(void **state)
{
    (void)state;
    assert_end_is_told(0, "$W00#");
    assert_end_is_told(255 << 8, "$Wff#");
    assert_end_is_told(SIGSEGV, "$X0b#");
    assert_end_is_told(SIGSEGV | WAIT_CORE, "$X0b#");
    assert_end_is_told(SIGBUS, "$X0a#");
    assert_end_is_told(SIGSTKFLT, "$X8f#");
    assert_end_is_told(SIGNAL_REALTIME, "$X4d#");
    assert_end_is_told(33, "$X2d#");
    assert_end_is_told(63, "$X4b#");
    assert_end_is_told(SIGNAL_MAX, "$X4e#");
    /* Nobody waits for it. */
    host_output_size = 0;
    gdb_tell_end(0);
    assert_int_equal(host_output_size, 0);
}

static void text_reaches_gdb(void **state)
{
    (void)state;
    host_feed("+", 1);
    host_output_size = 0;
    host_feed_packet("qRcmd,6c73", 10);
    struct gdb_resume how;
    host_serve(&how);
    assert_string_equal(host_command, "ls");
    assert_memory_equal(host_output, "+$O646964206c730a#", 18);
    resume("c");
    host_output_size = 0;
    gdb_console("hi", 2);
    assert_memory_equal(host_output, "$O6869#", 7);
}

static void no_acks_are_offered_on_a_reliable_line(void **state)
{
    (void)state;
    host_is_reliable = false;
    assert_null(strstr(host_ask("qSupported"), "NoAckMode"));
    host_is_reliable = true;
    assert_non_null(strstr(host_ask("qSupported"), ";QStartNoAckMode+"));
}

static void acks_stop_after_the_answer(void **state)
{
    struct gdb_resume how;
    (void)state;
    host_expect("QStartNoAckMode", "OK");
    host_output_size = 0;
    host_feed("$qC#b4", 6);
    host_serve(&how);
    assert_memory_equal(host_output, "$QC1#c5", 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(breakpoints_reach_the_machine, host_setup),
        cmocka_unit_test_setup(stops_tell_what_gdb_asks_first, host_setup),
        cmocka_unit_test_setup(the_machine_goes_on_as_told, host_setup),
        cmocka_unit_test_setup(processes_are_not_stepped, host_setup),
        cmocka_unit_test_setup(the_next_stop_is_told_unasked, host_setup),
        cmocka_unit_test_setup(an_early_interrupt_stops_at_once, host_setup),
        cmocka_unit_test_setup(reasons_are_told_to_who_knows_them, host_setup),
        cmocka_unit_test_setup(who_leaves_leaves_nothing, host_setup),
        cmocka_unit_test_setup(the_end_is_told, host_setup),
        cmocka_unit_test_setup(text_reaches_gdb, host_setup),
        cmocka_unit_test_setup(no_acks_are_offered_on_a_reliable_line,
                               host_setup),
        cmocka_unit_test_setup(acks_stop_after_the_answer, host_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
