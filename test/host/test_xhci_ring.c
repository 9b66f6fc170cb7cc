/* drivers/usb/xhci_ring.c: who owns which block, many times round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/usb/xhci_ring.h"
#include "kernel/lib/panic.h"

#define COUNT   8u
#define ADDRESS 0x12340000u
#define ROUNDS  1000u

static struct xhci_trb blocks[COUNT];

void panic(const char *format, ...)
{
    fail_msg("%s", format);
    abort();
}

/* The controller's side of a ring: what it has not read yet. */
struct reader {
    unsigned next;
    bool cycle;
};

static bool is_ours(const struct reader *reader)
{
    bool cycle = (blocks[reader->next].control & XHCI_TRB_CYCLE) != 0;
    return cycle == reader->cycle;
}

/* Reads the next block, through the link. Returns whether there is one. */
static bool take(struct reader *reader, struct xhci_trb *block)
{
    const uint32_t link = XHCI_TRB_LINK << XHCI_TRB_TYPE_SHIFT;

    if (is_ours(reader) &&
        (blocks[reader->next].control & XHCI_TRB_TYPE) == link) {
        assert_int_equal(reader->next, COUNT - 1);
        assert_int_equal(blocks[reader->next].parameter, ADDRESS);
        reader->next = 0;
        reader->cycle = !reader->cycle;
    }
    if (!is_ours(reader)) {
        return false;
    }
    *block = blocks[reader->next++];
    return true;
}

static void test_each_block_comes_once(void **state)
{
    (void)state;
    struct reader reader = {.next = 0, .cycle = true};
    struct xhci_ring ring;
    struct xhci_trb block;
    unsigned given = 0;
    unsigned taken = 0;

    memset(blocks, 0xff, sizeof(blocks));
    xhci_ring_init(&ring, blocks, ADDRESS, COUNT);
    while (taken < ROUNDS) {
        while (given - taken < 1 + taken % (COUNT - 2)) {
            paddr_t next = xhci_ring_dequeue(&ring) & ~1ull;
            assert_int_equal(xhci_ring_push(&ring, given, ~given, 2), next);
            given++;
        }
        while (take(&reader, &block)) {
            assert_int_equal(block.parameter, taken);
            assert_int_equal(block.status, ~taken);
            assert_int_equal(block.control & ~1u, 2);
            taken++;
        }
        assert_int_equal(taken, given);
        assert_int_equal(xhci_ring_dequeue(&ring) & 1, reader.next == COUNT - 1
                                                           ? !reader.cycle
                                                           : reader.cycle);
    }
}

static void test_each_event_comes_once(void **state)
{
    (void)state;
    struct xhci_events events;
    struct xhci_trb event;
    bool cycle = true;

    memset(blocks, 0, sizeof(blocks));
    xhci_events_init(&events, blocks, ADDRESS, COUNT);
    for (unsigned i = 0; i < ROUNDS; i++) {
        assert_false(xhci_events_take(&events, &event));
        assert_int_equal(xhci_events_dequeue(&events),
                         ADDRESS + i % COUNT * sizeof(blocks[0]));
        blocks[i % COUNT] = (struct xhci_trb){
            .parameter = i, .status = ~i, .control = 4 | cycle};
        assert_true(xhci_events_take(&events, &event));
        assert_int_equal(event.parameter, i);
        assert_int_equal(event.status, ~i);
        cycle = i % COUNT == COUNT - 1 ? !cycle : cycle;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_block_comes_once),
        cmocka_unit_test(test_each_event_comes_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
