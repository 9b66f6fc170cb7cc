/* kernel/gdb/session*.c: packets that ask and change, and the answers
 * to them, good and bad. */
#include "test/host/gdb_host.h"

struct exchange {
    const char *packet;
    const char *answer;
};

static void check_all(const struct exchange *exchanges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        host_expect(exchanges[i].packet, exchanges[i].answer);
    }
}

static void what_is_unknown_has_an_empty_answer(void **state)
{
    static const struct exchange all[] = {
        {"", ""},
        {"vMustReplyEmpty", ""},
        {"Qunknown:1", ""},
        {"qTStatus", ""},
        {"qOffsets", ""},
        {"vRun;1", ""},
        {"\x01\x02", ""},
        {"Z3,1000,4", ""},
        {"qXfer:foo:read::0,1", ""},
        {"vFile:stat:", ""},
        {"qCfoo", ""},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

static void malformed_memory_is_refused(void **state)
{
    static const struct exchange all[] = {
        {"m", "E16"},
        {"m1000", "E16"},
        {"m1000,", "E16"},
        {"m,4", "E16"},
        {"m1000,4;", "E16"},
        {"mxyz,4", "E16"},
        {"m00000000000001000,4", "E16"}, /* more than 16 digits */
        {"M1000,4:", "E16"},
        {"M1000,4:00", "E16"},
        {"M1000,4:0000000000", "E16"},
        {"M1000,2:zz00", "E16"},
        {"M1000,ffffffffffffffff:00", "E16"},
        {"X1000,4:abc", "E16"},
        {"X1000,2:abc", "E16"},
        {"X1000,1:}", "E16"},
        {"X1000", "E16"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

static void malformed_registers_are_refused(void **state)
{
    static const struct exchange all[] = {
        {"gg", "E16"},
        {"G", "E16"},
        {"Gxx", "E16"},
        {"G0011", "E16"},
        {"p", "E16"},
        {"pz", "E16"},
        {"pffff", "E16"},
        {"p100000001", "E16"},
        {"P", "E16"},
        {"P0", "E16"},
        {"P0=", "E16"},
        {"P0=00", "E16"},
        {"P0=00112233445566778", "E16"},
        {"Pff=0000000000000000", "E16"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

static void malformed_breakpoints_are_refused(void **state)
{
    static const struct exchange all[] = {
        {"Z", "E16"},
        {"Z0", "E16"},
        {"Z0,", "E16"},
        {"Z0,1000", "E16"},
        {"Z5,1000,1", "E16"},
        {"Z100000000,1000,1", "E16"},
        {"Z0,1000,1;X1,ff", "E16"},
        {"z0,1000", "E16"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
    assert_int_equal(host_breaks, 0);
}

static void malformed_words_on_threads_are_refused(void **state)
{
    static const struct exchange all[] = {
        {"H", "E16"},           {"Hg", "E16"},           {"Hx1", "E16"},
        {"Hgz", "E16"},         {"Hg7", "E03"},          {"Hg3ec", "E03"},
        {"T", "E03"},           {"T7", "E03"},           {"T1;", "E03"},
        {"Cz", "E16"},          {"S1", "E16"},           {"cz", "E16"},
        {"vCont;", "E16"},      {"vCont;x", "E16"},      {"vCont;c:", "E16"},
        {"vCont;r1000", "E16"}, {"vCont;r1000,", "E16"}, {"vCont;c;", "E16"},
        {"vCont;C", "E16"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

static void malformed_questions_are_refused(void **state)
{
    static const struct exchange all[] = {
        {"qThreadExtraInfo,", "E03"},
        {"qThreadExtraInfo,9", "E03"},
        {"qRcmd,6", "E16"},
        {"qRcmd,zz", "E16"},
        {"qXfer:features:read:nosuch.xml:0,10", "E00"},
        {"qXfer:features:read:target.xml:0", "E16"},
        {"qXfer:features:read:target.xml:0,0", "E16"},
        {"qXfer:threads:read:annex:0,10", "E00"},
        {"qXfer:threads:read::,10", "E16"},
        {"qCRC:1000", "E16"},
        {"qCRC:1000,ffffffff", "E16"},
        {"qCRC:0,10", "E0e"},
        {"qSearch:memory:1000;10", "E16"},
        {"qSearch:memory:1000;10;", "E16"},
        {"qSearch:memory:1000;ffffffff;a", "E16"},
        {"qSearch:memory:1;10;a", "E0e"},
        {"vFile:open:2f", "F-1,2"},
        {"vFile:open:2f,0,0", "F-1,2"},
        {"vFile:open:2f62696e2f78,1,0", "F-1,1e"},
        {"vFile:pread:5,10,0", "F-1,9"},
        {"vFile:close:z", "F-1,9"},
        {"vFile:fstat:ffffffff", "F-1,9"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

static void memory_is_read_as_far_as_it_goes(void **state)
{
    static const struct exchange all[] = {
        {"m1000,4", "00070e15"},
        {"m1000,0", ""},
        {"mfff,1", "E0e"},
        {"m2ffe,8", "f2f9"},
        {"m3000,1", "E0e"},
        {"mffffffffffffffff,4", "aa"},
        {"m8000000000000000,1", "E0e"},
        {"x1000,3", "b\x00"},
    };
    (void)state;
    host_high_ram[PAGE_SIZE - 1] = 0xaa;
    check_all(all, ARRAY_COUNT(all));
    assert_int_equal(strlen(host_ask("m1000,ffffffff")), GDB_PACKET_MAX);
}

static void memory_is_written(void **state)
{
    static const struct exchange all[] = {
        {"M1000,2:beef", "OK"},  {"m1000,2", "beef"}, {"X1002,2:}\x03z", "OK"},
        {"m1002,2", "237a"},     {"X1000,0:", "OK"},  {"Mfff,1:00", "E0e"},
        {"M2fff,2:1122", "E0e"}, {"m2fff,1", "11"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

static void sums_and_searches(void **state)
{
    static const struct exchange all[] = {
        {"M1000,9:313233343536373839", "OK"},
        {"qCRC:1000,9", "C376e6e7"}, /* gdb's own sum of "123456789" */
        {"qCRC:1000,0", "Cffffffff"},
        {"qSearch:memory:1000;2000;789", "1,1006"},
        {"qSearch:memory:1000;8;789", "0"},
        {"M11ff,2:4243", "OK"}, /* across two pieces */
        {"qSearch:memory:1000;2000;BC", "1,11ff"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

static void registers_have_one_layout(void **state)
{
    size_t digits = 0;
    (void)state;
    for (unsigned i = 0; i < GDB_REGISTER_COUNT; i++) {
        digits += 2 * gdb_register_size(i);
    }
    assert_int_equal(strlen(host_ask("g")), digits);
    host_expect("p3", "3333333333333333");
    host_expect("p12", "22222222");                            /* cs, 4 bytes */
    host_expect("p18", "xxxxxxxxxxxxxxxxxxxx");                /* st0 */
    host_expect("P31=0102030405060708090a0b0c0d0e0f10", "OK"); /* xmm0 */
    host_expect("p31", "01020304050607080000000000000000");
    host_expect("P31=0102", "E16");
    host_expect("P3=0102030405060708", "OK");
    assert_true(host_registers[GDB_RDX] == 0x0807060504030201);
    host_expect("P12=00000000", "E01");
}

static void registers_of_a_thread_that_has_none(void **state)
{
    struct gdb_resume how;
    (void)state;
    host_feed_packet("Hg3ea", 5);
    host_feed_packet("p3", 2);
    host_feed_packet("P3=0000000000000000", 19);
    host_serve(&how);
    assert_non_null(strstr(host_output, "$xxxxxxxxxxxxxxxx#"));
    assert_non_null(strstr(host_output, "$E01#"));
    host_expect("p3", "3333333333333333"); /* each stop begins anew */
}

static void all_registers_go_there_and_back(void **state)
{
    char packet[GDB_PACKET_MAX];
    (void)state;
    snprintf(packet, sizeof(packet), "G%s", host_ask("g"));
    host_expect(packet, "OK");
    memcpy(packet + 1, "ffffffffffffffff", 16);
    host_expect(packet, "OK");
    assert_true(host_registers[GDB_RAX] == UINT64_MAX);
    packet[strlen(packet) - 1] = '\0';
    host_expect(packet, "E16");
}

static void threads_are_listed(void **state)
{
    static const struct exchange all[] = {
        {"qfThreadInfo", "m1,3e9,3ea"},
        {"qsThreadInfo", "l"},
        {"qC", "QC1"},
        {"T3e9", "OK"},
        {"Hg3e9", "OK"},
        {"Hc-1", "OK"},
        {"qThreadExtraInfo,3e9", "7331303031"},
        {"qAttached", "1"},
        {"qXfer:threads:read::0,1000",
         "l<?xml version=\"1.0\"?><threads>"
         "<thread id=\"1\" name=\"t1\" core=\"0\">s1</thread>"
         "<thread id=\"3e9\" name=\"t1001\">s1001</thread>"
         "<thread id=\"3ea\" name=\"t1002\">s1002</thread></threads>"},
    };
    (void)state;
    check_all(all, ARRAY_COUNT(all));
}

/* Programs and archives choose names, and XML is not to break. */
static void names_are_made_fit_for_xml(void **state)
{
    static const struct {
        const char *name;
        const char *told;
    } all[] = {
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&apos;"},
        {"\xc3\xbc\xe2\x82\xac\xf0\x9f\xa7\xb1", /* in UTF-8 */
         "\xc3\xbc\xe2\x82\xac\xf0\x9f\xa7\xb1"},
        {"\x01\x7f\n", "???"},
        {"\xc3", "?"}, /* cut */
        {"\xe2\x82z", "??z"},
        {"\x80\xc0\xff", "???"},
        {"\xc0\xbc", "??"}, /* a '<' that is too long */
        {"\xed\xa0\x80\xef\xbf\xbf\xf4\x90\x80\x80", "??????????"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        char wanted[128];
        host_reset();
        host_name = all[i].name;
        snprintf(wanted, sizeof(wanted), "name=\"%s\">s1002<", all[i].told);
        const char *text = host_ask("qXfer:threads:read::0,1000");
        assert_non_null(strstr(text, wanted));
    }
}

/* gdb reads in parts of what size it likes. */
static void documents_come_in_parts(void **state)
{
    char whole[8192] = "", packet[64];
    (void)state;
    for (bool is_last = false; !is_last;) {
        snprintf(packet, sizeof(packet), "qXfer:libraries:read::%zx,7b",
                 strlen(whole));
        const char *part = host_ask(packet);
        assert_true(*part == 'm' || *part == 'l');
        is_last = *part == 'l';
        strcat(whole, part + 1);
    }
    assert_non_null(strstr(whole, "<library-list>0000 0001 "));
    assert_non_null(strstr(whole, "0998 0999 </library-list>"));
    assert_true(gdb_wants_libraries());
    host_expect("qXfer:libraries:read::ffffffffffffffff,10", "l");
}

static void the_description_is_whole(void **state)
{
    (void)state;
    const char *text = host_ask("qXfer:features:read:target.xml:0,ffb");
    assert_non_null(strstr(text, "i386:x86-64"));
    text = gdb_description("core.xml");
    assert_int_equal(strncmp(text, "<?xml", 5), 0);
    assert_non_null(strstr(text, "name=\"rip\""));
    size_t total = strlen(text) + strlen(gdb_description("system.xml"));
    assert_true(total < 8192);
}

static void files_are_read(void **state)
{
    (void)state;
    host_expect("vFile:setfs:0", "F0");
    host_expect("vFile:open:2f62696e2f78,0,0", "F0");
    host_expect("vFile:pread:0,100,0", "Fb;ELF}\x04}\x03}]}\nfile");
    host_expect("vFile:pread:0,3,7", "F3;fil");
    host_expect("vFile:pread:0,100,b", "F0;");
    host_expect("vFile:pread:0,100,ffffffffffffffff", "F0;");
    assert_int_equal(strncmp(host_ask("vFile:fstat:0"), "F40;", 4), 0);
    host_expect("vFile:close:0", "F0");
    host_expect("vFile:close:0", "F-1,9");
}

static void files_run_out_and_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        assert_memory_equal(host_ask("vFile:open:2f62696e2f78,0,0"), "F", 1);
    }
    host_expect("vFile:open:2f62696e2f78,0,0", "F-1,18");
    host_ask("qSupported"); /* a new session */
    host_expect("vFile:open:2f62696e2f78,0,0", "F0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_unknown_has_an_empty_answer, host_setup),
        cmocka_unit_test_setup(malformed_memory_is_refused, host_setup),
        cmocka_unit_test_setup(what_is_unknown_has_an_empty_answer, host_setup),
        cmocka_unit_test_setup(malformed_registers_are_refused, host_setup),
        cmocka_unit_test_setup(what_is_unknown_has_an_empty_answer, host_setup),
        cmocka_unit_test_setup(malformed_breakpoints_are_refused, host_setup),
        cmocka_unit_test_setup(what_is_unknown_has_an_empty_answer, host_setup),
        cmocka_unit_test_setup(malformed_words_on_threads_are_refused,
                               host_setup),
        cmocka_unit_test_setup(what_is_unknown_has_an_empty_answer, host_setup),
        cmocka_unit_test_setup(malformed_questions_are_refused, host_setup),
        cmocka_unit_test_setup(memory_is_read_as_far_as_it_goes, host_setup),
        cmocka_unit_test_setup(memory_is_written, host_setup),
        cmocka_unit_test_setup(sums_and_searches, host_setup),
        cmocka_unit_test_setup(registers_have_one_layout, host_setup),
        cmocka_unit_test_setup(registers_of_a_thread_that_has_none, host_setup),
        cmocka_unit_test_setup(all_registers_go_there_and_back, host_setup),
        cmocka_unit_test_setup(threads_are_listed, host_setup),
        cmocka_unit_test_setup(names_are_made_fit_for_xml, host_setup),
        cmocka_unit_test_setup(documents_come_in_parts, host_setup),
        cmocka_unit_test_setup(the_description_is_whole, host_setup),
        cmocka_unit_test_setup(files_are_read, host_setup),
        cmocka_unit_test_setup(files_run_out_and_come_back, host_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
