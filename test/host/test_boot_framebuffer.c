/* boot/boot_framebuffer.c: which screens can be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "boot/boot_framebuffer.h"
#include "kernel/lib/bits.h"

static const struct multiboot_channels channels_888 = {{16, 8}, {8, 8}, {0, 8}};

static struct boot_framebuffer describe(struct multiboot_framebuffer from)
{
    return boot_framebuffer_multiboot(&from, &channels_888);
}

static void screens_by_type_and_depth(void **state)
{
    (void)state;
    static const struct {
        uint8_t type, bits;
        enum boot_display expected;
    } cases[] = {
        {FRAMEBUFFER_INDEXED, 1, BOOT_DISPLAY_NONE},
        {FRAMEBUFFER_INDEXED, 8, BOOT_DISPLAY_NONE},
        {FRAMEBUFFER_RGB, 8, BOOT_DISPLAY_NONE},
        {FRAMEBUFFER_RGB, 0, BOOT_DISPLAY_NONE},
        {FRAMEBUFFER_RGB, 15, BOOT_DISPLAY_RGB},
        {FRAMEBUFFER_RGB, 16, BOOT_DISPLAY_RGB},
        {FRAMEBUFFER_RGB, 24, BOOT_DISPLAY_RGB},
        {FRAMEBUFFER_RGB, 32, BOOT_DISPLAY_RGB},
        {FRAMEBUFFER_RGB, 33, BOOT_DISPLAY_NONE},
        {FRAMEBUFFER_RGB, 255, BOOT_DISPLAY_NONE},
        {FRAMEBUFFER_TEXT, 16, BOOT_DISPLAY_TEXT},
        {3, 32, BOOT_DISPLAY_NONE},
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct boot_framebuffer to = describe((struct multiboot_framebuffer){
            0xfd000000, 1024 * 4, 1024, 768, cases[i].bits, cases[i].type});
        assert_int_equal(to.display, cases[i].expected);
    }
}

static void a_screen_is_taken_over_as_it_is(void **state)
{
    (void)state;
    struct boot_framebuffer to = describe((struct multiboot_framebuffer){
        0xf8e0000000, 5000, 1000, 700, 32, FRAMEBUFFER_RGB});

    assert_true(to.address == 0xf8e0000000);
    assert_int_equal(to.pitch, 5000);
    assert_int_equal(to.width, 1000);
    assert_int_equal(to.height, 700);
    assert_int_equal(to.bits_per_pixel, 32);
    assert_int_equal(to.red.shift, 16);
    assert_int_equal(to.green.shift, 8);
    assert_int_equal(to.blue.shift, 0);
    assert_int_equal(to.blue.bits, 8);
}

static void channels_that_do_not_fit_are_the_usual(void **state)
{
    (void)state;
    struct multiboot_framebuffer from = {0xfd000000, 4096, 1024,
                                         768,        16,   FRAMEBUFFER_RGB};

    struct boot_framebuffer to = describe(from);
    assert_int_equal(to.red.shift, 11);
    assert_int_equal(to.red.bits, 5);
    assert_int_equal(to.green.bits, 6);
    from.bits_per_pixel = 15;
    assert_int_equal(describe(from).red.shift, 10);
    from.bits_per_pixel = 32;
    struct multiboot_channels none = {0};
    to = boot_framebuffer_multiboot(&from, &none);
    assert_int_equal(to.red.shift, 16);
    assert_int_equal(to.red.bits, 8);
}

static void channels_that_fit_are_kept(void **state)
{
    (void)state;
    struct multiboot_framebuffer from = {0xfd000000, 4096, 1024,
                                         768,        32,   FRAMEBUFFER_RGB};
    struct multiboot_channels deep = {{0, 10}, {10, 10}, {22, 10}};

    struct boot_framebuffer to = boot_framebuffer_multiboot(&from, &deep);
    assert_int_equal(to.red.shift, 0);
    assert_int_equal(to.blue.shift, 22);
    assert_int_equal(to.blue.bits, 10);
}

static void screens_that_cannot_be_are_no_screens(void **state)
{
    (void)state;
    static const struct multiboot_framebuffer cases[] = {
        {0, 4096, 1024, 768, 32, FRAMEBUFFER_RGB},
        {0xfd000000, 4095, 1024, 768, 32, FRAMEBUFFER_RGB},
        {0xfd000000, 4096, 0, 768, 32, FRAMEBUFFER_RGB},
        {0xfd000000, 4096, 1024, 0, 32, FRAMEBUFFER_RGB},
        {0xfd000000, UINT32_MAX, 1024, 768, 32, FRAMEBUFFER_RGB},
        {0xfd000000, 4096, 0x40000001, 768, 32, FRAMEBUFFER_RGB},
        {0xfd000000, 4096, 1024, UINT32_MAX, 32, FRAMEBUFFER_RGB},
        {UINT64_MAX - 4096, 4096, 1024, 768, 32, FRAMEBUFFER_RGB},
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        assert_int_equal(describe(cases[i]).display, BOOT_DISPLAY_NONE);
    }
}

static void text_that_cannot_be_is_as_the_bios_has_it(void **state)
{
    (void)state;

    struct boot_framebuffer to = describe((struct multiboot_framebuffer){
        0xb8000, 159, 80, 25, 16, FRAMEBUFFER_TEXT});
    assert_int_equal(to.display, BOOT_DISPLAY_TEXT);
    assert_int_equal(to.pitch, 160);
    to = describe((struct multiboot_framebuffer){0xb8000, 264, 132, 43, 16,
                                                 FRAMEBUFFER_TEXT});
    assert_int_equal(to.pitch, 264);
    assert_int_equal(to.height, 43);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_by_type_and_depth),
        cmocka_unit_test(a_screen_is_taken_over_as_it_is),
        cmocka_unit_test(channels_that_do_not_fit_are_the_usual),
        cmocka_unit_test(channels_that_fit_are_kept),
        cmocka_unit_test(screens_that_cannot_be_are_no_screens),
        cmocka_unit_test(text_that_cannot_be_is_as_the_bios_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
