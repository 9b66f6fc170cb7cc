/* A console of virtio against devices that work, that are slow, and that write
 * what they like into the queues. The transport is a stand-in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/virtio_console.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "kernel/lib/panic.h"
#include "test/host/random.h"

#define ENTRIES    16u
#define ADDRESS    0x7000000u /* where the console lies, says the test */
#define QUEUES     6
#define INPUT      0
#define OUTPUT     5
#define SEEDS      300
#define STEPS      400
#define STREAM_MAX 100000u

struct descriptor {
    uint64_t address;
    uint32_t size;
    uint16_t flags;
    uint16_t next;
};

/* A queue as the device sees it. */
struct device_queue {
    struct descriptor *descriptors;
    uint16_t *available;
    uint16_t *used;
    uint16_t taken;
};

static struct virtio_console console;
static struct device_queue queues[QUEUES];
static bool answers_at_once;
static unsigned looks_until_it_works; /* 0: never */
static unsigned entries_offered;
static unsigned notes[QUEUES];
static char received[STREAM_MAX]; /* by the host */
static size_t received_size;
static const char *typed = ""; /* on the host */

void log_write(enum log_level level, const char *format, ...)
{
    (void)level, (void)format;
}

void panic(const char *format, ...)
{
    fail_msg("%s", format);
    abort();
}

static void *memory_at(uint64_t address, size_t size)
{
    assert_true(address >= ADDRESS && size <= sizeof(console));
    assert_true(address - ADDRESS <= sizeof(console) - size);
    return (char *)&console + (address - ADDRESS);
}

/* The device does what is due in queue INDEX. Returns whether it was. */
static bool work(unsigned index)
{
    struct device_queue *queue = &queues[index];
    if (queue->available[1] == queue->taken ||
        (index == INPUT && *typed == '\0')) {
        return false;
    }
    uint16_t head = queue->available[2 + queue->taken % ENTRIES];
    struct descriptor *d = &queue->descriptors[head];
    char *bytes = memory_at(d->address, d->size);
    size_t written = 0;
    assert_int_equal(d->flags, index == INPUT ? 2 : 0);
    if (index == INPUT) {
        written = MIN(strlen(typed), (size_t)d->size);
        memcpy(bytes, typed, written);
        typed += written;
    } else {
        assert_true(received_size + d->size <= STREAM_MAX);
        memcpy(received + received_size, bytes, d->size);
        received_size += d->size;
    }
    uint32_t *entry = (uint32_t *)&queue->used[2] + queue->taken % ENTRIES * 2;
    entry[0] = head;
    entry[1] = (uint32_t)written;
    queue->used[1] = ++queue->taken;
    return true;
}

void virtio_begin(const struct virtio_device *device)
{
    (void)device;
}

void virtio_finish(const struct virtio_device *device)
{
    (void)device;
}

void virtio_acknowledge(const struct virtio_device *device)
{
    (void)device;
    if (looks_until_it_works != 0 && --looks_until_it_works == 0) {
        work(OUTPUT);
    }
}

void virtio_notify(const struct virtio_device *device, unsigned index)
{
    (void)device;
    notes[index]++;
    if (answers_at_once) {
        work(index);
    }
}

int virtio_set_queue(const struct virtio_device *device, unsigned index,
                     struct virtio_queue *queue, void *memory, paddr_t address)
{
    (void)device;
    assert_ptr_equal(memory_at(address, VIRTIO_QUEUE_BYTES), memory);
    if (!virtio_queue_init(queue, memory, entries_offered)) {
        return -ENODEV;
    }
    /* Where the specification has them: 2.6.2, for queues of ENTRIES. */
    queues[index] = (struct device_queue){
        .descriptors = memory,
        .available = (uint16_t *)((char *)memory + 16 * (size_t)ENTRIES),
        .used = (uint16_t *)((char *)memory + 4096),
    };
    return 0;
}

static int start(void)
{
    const struct virtio_device device = {.port = 1};
    memset(&console, 0, sizeof(console));
    received_size = 0;
    typed = "";
    return virtio_console_init(&console, &device, ADDRESS);
}

static int begin(void **state)
{
    (void)state;
    answers_at_once = true;
    looks_until_it_works = 0;
    entries_offered = ENTRIES;
    return start();
}

static void send(const char *text)
{
    assert_int_equal(virtio_console_send(&console, text, strlen(text)),
                     strlen(text));
}

static void assert_received(const char *text)
{
    assert_int_equal(received_size, strlen(text));
    assert_memory_equal(received, text, received_size);
    received_size = 0;
}

static void test_queues_of_wrong_sizes_are_refused(void **state)
{
    (void)state;
    static const unsigned wrong[] = {0, 3, 512, 65536};
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        entries_offered = wrong[i];
        assert_int_equal(start(), -ENODEV);
        assert_false(console.is_present);
    }
}

static void test_what_is_sent_arrives(void **state)
{
    (void)state;
    send("one ");
    send("two");
    assert_received("one two");
    assert_int_equal(virtio_console_room(&console), BYTE_QUEUE_SIZE);
}

static void test_a_slow_host_is_not_waited_for(void **state)
{
    (void)state;
    static char much[BYTE_QUEUE_SIZE + 1000];
    memset(much, 'x', sizeof(much));
    answers_at_once = false;
    assert_int_equal(virtio_console_send(&console, much, sizeof(much)),
                     BYTE_QUEUE_SIZE);
    assert_int_equal(virtio_console_room(&console), 0);
    assert_int_equal(virtio_console_send(&console, much, 1), 0);
    /* Now it is told when there is room. */
    assert_int_equal(queues[OUTPUT].available[0], 0);
    assert_true(work(OUTPUT));
    virtio_console_collect(&console);
    assert_int_equal(virtio_console_room(&console), BYTE_QUEUE_SIZE);
    assert_int_equal(queues[OUTPUT].available[0], 1);
    assert_int_equal(received_size, BYTE_QUEUE_SIZE);
}

static void test_the_kernels_words_wait_but_not_for_ever(void **state)
{
    (void)state;
    answers_at_once = false;
    virtio_console_write(&console, "lost", 4);
    assert_true(console.is_stuck);
    virtio_console_write(&console, "lost too", 8);
    while (work(OUTPUT)) {
        virtio_console_collect(&console);
    }
    assert_received("lost");
    answers_at_once = true;
    virtio_console_write(&console, "again", 5);
    assert_received("again");
    assert_false(console.is_stuck);
}

static void test_a_flush_waits_as_long_as_it_takes(void **state)
{
    (void)state;
    virtio_console_flush(&console);
    answers_at_once = false;
    looks_until_it_works = 3000000; /* more than any other wait */
    send("late");
    virtio_console_flush(&console);
    assert_received("late");
}

static void test_input_is_read_in_any_pieces(void **state)
{
    (void)state;
    char bytes[8];
    assert_int_equal(virtio_console_read(&console, bytes, 8), 0);
    typed = "0123456789";
    assert_true(work(INPUT));
    assert_false(work(INPUT));
    assert_int_equal(virtio_console_read(&console, bytes, 0), 0);
    assert_int_equal(virtio_console_read(&console, bytes, 3), 3);
    assert_memory_equal(bytes, "012", 3);
    assert_int_equal(virtio_console_read(&console, bytes, 8), 7);
    assert_memory_equal(bytes, "3456789", 7);
    assert_int_equal(virtio_console_read(&console, bytes, 8), 0);
    typed = "x";
    assert_true(work(INPUT));
    assert_int_equal(virtio_console_read(&console, bytes, 8), 1);
}

static unsigned random_queue(uint64_t *random)
{
    return random_below(random, 2) == 0 ? INPUT : OUTPUT;
}

/* Random pieces both ways, and a device that takes its time. */
static void test_nothing_is_lost_or_changed(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        uint64_t random = seed;
        size_t sent = 0, read = 0;
        static char text[64], input[STEPS * 2 + 1];
        start();
        answers_at_once = seed % 2 == 0;
        for (size_t i = 0; i < sizeof(input) - 1; i++) {
            input[i] = (char)('a' + i % 23);
        }
        typed = input;
        for (unsigned step = 0; step < STEPS; step++) {
            size_t size = random_below(&random, sizeof(text));
            for (size_t i = 0; i < size; i++) {
                text[i] = (char)((sent + i) % 251);
            }
            sent += virtio_console_send(&console, text, size);
            char bytes[9];
            size_t count = virtio_console_read(
                &console, bytes, random_below(&random, sizeof(bytes)));
            assert_memory_equal(bytes, input + read, count);
            read += count;
            if (random_below(&random, 3) == 0) {
                work(random_queue(&random));
                virtio_console_collect(&console);
            }
        }
        while (work(OUTPUT)) {
            virtio_console_collect(&console);
        }
        assert_int_equal(received_size, sent);
        for (size_t i = 0; i < sent; i++) {
            assert_int_equal((uint8_t)received[i], i % 251);
        }
    }
}

/* The device overwrites all that it can reach, again and again: nothing outside
 * is touched (ASan watches), nothing waits for ever, and a console that is not
 * used any more stays so. */
static void test_a_hostile_device_harms_nothing_else(void **state)
{
    (void)state;
    unsigned given_up = 0;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        uint64_t random = seed;
        start();
        answers_at_once = random_below(&random, 2) == 0;
        typed = "some input, and some more of it";
        for (unsigned step = 0; step < STEPS; step++) {
            struct device_queue *queue = &queues[random_queue(&random)];
            uint16_t *words = random_below(&random, 2) == 0
                                  ? queue->used
                                  : (uint16_t *)queue->descriptors;
            size_t at = random_below(&random, 2 + 4 * (size_t)ENTRIES);
            uint64_t kind = random_below(&random, 3);
            uint64_t value =
                kind == 0 ? queue->taken + 1u : random_below(&random, 65536);
            words[at] = (uint16_t)(kind == 1 ? value % 4 : value);
            bool was_present = console.is_present;
            char bytes[100] = "bytes";
            virtio_console_collect(&console);
            if (console.is_present) {
                (void)virtio_console_send(&console, bytes, sizeof(bytes));
                (void)virtio_console_read(&console, bytes, sizeof(bytes));
                assert_true(console.input_start <= console.input_end);
                assert_true(console.input_end <= VIRTIO_CONSOLE_INPUT);
                assert_true(console.output.count <= BYTE_QUEUE_SIZE);
            }
            assert_true(was_present || !console.is_present);
        }
        given_up += !console.is_present;
    }
    assert_true(given_up > SEEDS / 2);
}

static void test_each_broken_rule_ends_it(void **state)
{
    (void)state;
    for (unsigned rule = 0; rule < 4; rule++) {
        start();
        answers_at_once = false;
        if (rule > 0) {
            send("x");
        }
        uint32_t *entry = (uint32_t *)&queues[OUTPUT].used[2];
        entry[0] = rule == 2 ? 1 : 0; /* not that descriptor */
        entry[1] = rule == 3 ? 2 : 0; /* more than it has */
        queues[OUTPUT].used[1] =
            rule == 1 ? 2 : 1; /* two of one, one of none */
        virtio_console_collect(&console);
        assert_false(console.is_present);
        virtio_console_write(&console, "nothing waits", 13);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_queues_of_wrong_sizes_are_refused, begin),
        cmocka_unit_test_setup(test_what_is_sent_arrives, begin),
        cmocka_unit_test_setup(test_a_slow_host_is_not_waited_for, begin),
        cmocka_unit_test_setup(test_the_kernels_words_wait_but_not_for_ever,
                               begin),
        cmocka_unit_test_setup(test_a_flush_waits_as_long_as_it_takes, begin),
        cmocka_unit_test_setup(test_input_is_read_in_any_pieces, begin),
        cmocka_unit_test_setup(test_nothing_is_lost_or_changed, begin),
        cmocka_unit_test_setup(test_a_hostile_device_harms_nothing_else, begin),
        cmocka_unit_test_setup(test_each_broken_rule_ends_it, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
