/* Releases of frames that are refused, and what is said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "kernel/x86/percpu.h"
#include "test/host/byte_map_host.h"

static void begin(size_t pages)
{
    host_machine_of(pages, 1);
    host_logged();
}

static void assert_refused(paddr_t frame, const char *part, const char *rule)
{
    assert_int_equal(frame_free(frame), -EINVAL);
    assert_int_equal(host_logged(), 1);
    assert_non_null(strstr(host_log_line, part));
    assert_non_null(strstr(host_log_line, rule));
}

static void a_wrong_release_is_refused(void **state)
{
    paddr_t frames[3];

    (void)state;
    begin(8);
    assert_int_equal(frame_alloc_batch(frames, 3, BYTE_MAP_KERNEL), 3);
    size_t before = host_free_frames();
    assert_refused(frames[0] + 1, "0xe00001", "not aligned");
    assert_refused(frames[0] + FRAME_SIZE / 2, "0xe00800", "not aligned");
    assert_refused(frames[2] + FRAME_SIZE, "0xe03000", "free already");
    assert_refused(page_address(3), "0x600000", "not in a split page");
    assert_refused(page_address(0), "state used, 0x42", "not in a split page");
    assert_refused(page_address(8), "0x1000000", "not in a split page");
    assert_refused(PADDR_NONE, "0xffffffffffffffff", "not aligned");
    assert_refused(PADDR_NONE - FRAME_SIZE + 1, "0xfffffffffffff000",
                   "not in a split page");
    assert_int_equal(host_free_frames(), before);
    assert_int_equal(frame_free(frames[1]), 0);
    assert_refused(frames[1], "0xe01000", "free already");
    frames[1] = frames[0];
    assert_int_equal(frame_free_batch(frames, 3), 1);
    assert_int_equal(host_logged(), 1);
    assert_int_equal(host_free_frames(), before + 2);
    host_assert_valid();
}

/* The second of three that share a word is free: the first goes back alone. */
static void a_batch_ends_at_the_frame_that_is_refused(void **state)
{
    paddr_t frames[3];

    (void)state;
    begin(8);
    assert_int_equal(frame_alloc_batch(frames, 3, BYTE_MAP_KERNEL), 3);
    size_t before = host_free_frames();
    assert_int_equal(frame_free(frames[1]), 0);
    assert_int_equal(frame_free_batch(frames, 3), 1);
    assert_int_equal(host_logged(), 1);
    assert_int_equal(host_free_frames(), before + 2);
    frames[0] = page_address(3);
    frames[1] = frames[0] + FRAME_SIZE;
    assert_int_equal(frame_free_batch(frames, 2), 0);
    assert_int_equal(host_logged(), 1);
    host_assert_valid();
}

/* Freed on one CPU and again on another, at any place of a word. */
static void a_double_release_is_found_on_any_cpu(void **state)
{
    paddr_t frames[200];

    (void)state;
    begin(16);
    for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++) {
        this_cpu()->index = cpu;
        assert_int_equal(frame_alloc_batch(frames, 200, BYTE_MAP_PROGRAM), 200);
        for (size_t i = 0; i < 200; i++) {
            this_cpu()->index = (uint32_t)(i % CPUS_MAX);
            assert_int_equal(frame_free(frames[i]), 0);
            this_cpu()->index = (uint32_t)(i / 3 % CPUS_MAX);
            assert_refused(frames[i], "release", "free already");
        }
    }
    this_cpu()->index = 0;
    byte_map_drain();
    assert_int_equal(byte_map_free_count(), 15);
}

static int end(void **state)
{
    (void)state;
    host_machine_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_release_is_refused),
        cmocka_unit_test(a_batch_ends_at_the_frame_that_is_refused),
        cmocka_unit_test(a_double_release_is_found_on_any_cpu),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
