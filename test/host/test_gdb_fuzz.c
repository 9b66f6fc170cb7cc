/* kernel/gdb: random packets, well-framed and not, never harm the stub: after
 * any of them it still answers. GDB_FUZZ_PACKETS says how many. */
#include "test/host/gdb_host.h"
#include "test/host/random.h"

#define PACKETS     100000
#define CHECK_EVERY 500
#define SEED        20250705u

/* Digits of the answer to g. */
#define REGISTERS_DIGITS                                                       \
    (2 * (17 * 8 + 7 * 4 + 8 * 10 + 8 * 4 + 9 * 8 + 16 * 16 + 4))

/* What gdb says, to be mutated. */
static const char *const phrases[] = {
    "?",
    "g",
    "G0000000000000000",
    "p10",
    "P10=0011223344556677",
    "m1000,40",
    "M1000,4:00112233",
    "X1000,4:ab}]c",
    "x1000,10",
    "Z0,1000,1",
    "z0,1000,1",
    "Z2,1008,8",
    "c",
    "s",
    "C05",
    "vCont?",
    "vCont;r1000,1010:1;c",
    "vCont;s:1;c",
    "Hg0",
    "Hc-1",
    "T3e9",
    "qSupported:multiprocess+;swbreak+;hwbreak+;error-message+",
    "QStartNoAckMode",
    "qC",
    "qfThreadInfo",
    "qThreadExtraInfo,3e9",
    "qRcmd,68656c70",
    "qXfer:features:read:target.xml:0,ffb",
    "qXfer:threads:read::0,1000",
    "qXfer:libraries:read::10,20",
    "qXfer:memory-map:read::0,1000",
    "qCRC:1000,100",
    "qSearch:memory:1000;100;abc",
    "vFile:open:2f62696e2f78,0,0",
    "vFile:pread:0,100,0",
    "vFile:fstat:0",
    "vFile:close:0",
    "D",
    "k",
    "vKill;1",
    "vMustReplyEmpty",
};

static uint64_t seed = SEED;
static char packet[2 * GDB_PACKET_MAX];

/* Changes, inserts or removes a byte. */
static size_t mutate(size_t size)
{
    size_t at = random_below(&seed, size + 1);

    switch (random_below(&seed, 4)) {
    case 0:
        if (at < size) {
            packet[at] = (char)random_below(&seed, 256);
        }
        return size;
    case 1:
        memmove(packet + at + 1, packet + at, size - at);
        packet[at] = "0123456789abcdef,;:-*}x"[random_below(&seed, 23)];
        return size + 1;
    case 2:
        if (at < size) {
            memmove(packet + at, packet + at + 1, size - at - 1);
            return size - 1;
        }
        return size;
    default: /* a long tail of one byte */
        if (random_below(&seed, 100) == 0) {
            size_t tail = random_below(&seed, GDB_PACKET_MAX + 100);
            memset(packet + size, "0fzx"[random_below(&seed, 4)], tail);
            return size + tail;
        }
        return size;
    }
}

static size_t make_packet(void)
{
    const char *phrase = phrases[random_below(&seed, ARRAY_COUNT(phrases))];
    size_t size = strlen(phrase);

    memcpy(packet, phrase, size);
    for (uint64_t i = random_below(&seed, 5); i > 0; i--) {
        size = mutate(size);
    }
    return size;
}

static void send_packet(uint64_t number)
{
    static const char noise[] = "+-$#\x03}";
    struct gdb_resume how;
    size_t size = make_packet();

    host_output_size = 0;
    if (number % 16 == 0) { /* not framed at all */
        host_feed(packet, size);
        host_feed(&noise[random_below(&seed, 6)], 1);
    } else {
        host_feed_packet(packet, size);
    }
    host_serve(&how);
}

static void check_health(void)
{
    struct gdb_resume how;

    host_feed("#00", 3);
    host_serve(&how); /* the end of whatever was begun */
    gdb_wire_reset();
    host_ask("qSupported");
    host_ask("Hg0");
    host_expect("M1000,4:00070e15", "OK");
    host_expect("m1000,4", "00070e15");
    assert_int_equal(strlen(host_ask("g")), REGISTERS_DIGITS);
}

static void random_packets_do_no_harm(void **state)
{
    const char *wanted = getenv("GDB_FUZZ_PACKETS");
    uint64_t count = wanted != NULL ? strtoull(wanted, NULL, 0) : PACKETS;

    (void)state;
    print_message("%llu packets, seed %llu\n", (unsigned long long)count,
                  (unsigned long long)seed);
    host_reset();
    for (uint64_t i = 0; i < count; i++) {
        send_packet(i);
        if (i % CHECK_EVERY == 0) {
            check_health();
        }
    }
    check_health();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_packets_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
