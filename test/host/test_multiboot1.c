/* boot/multiboot1.c: what QEMU and GRUB hand over, and what no loader should.
 */
#include "boot/multiboot1.h"
#include "test/host/boot_fixture.h"

#define MAGIC  BOOT_MAGIC_MULTIBOOT1
#define ROUNDS 100000

/* The structure as long as GRUB's. */
struct full_info {
    struct multiboot1_info base;
    uint8_t apm_and_vbe[20];
    struct multiboot1_framebuffer framebuffer;
} PACKED;

static_assert(offsetof(struct full_info, framebuffer) ==
                  MULTIBOOT1_FRAMEBUFFER_OFFSET,
              "multiboot 1");

static struct full_info from;

/* QEMU's -kernel build/brix -append "init=/x loglevel=debug" -initrd root. */
static void make_qemu(void)
{
    static const struct multiboot1_mmap_entry map[] = {
        {20, 0, 0x9fc00, 1},
        {20, 0x9fc00, 0x400, 2},
        {20, 0x100000, 0x7ee0000, 1},
        {20, 0xfffc0000, 0x40000, 2},
    };
    struct multiboot1_module module = {0x200000, 0x212345, 0, 0};

    memory_clear();
    module.command_line = memory_put_string("root.cpio an argument");
    from = (struct full_info){
        .base.flags = MULTIBOOT1_MMAP | MULTIBOOT1_COMMAND_LINE |
                      MULTIBOOT1_MODULES | MULTIBOOT1_LOADER_NAME |
                      MULTIBOOT1_MEMORY,
        .base.mem_lower = 639,
        .base.mem_upper = 64 * 1024,
        .base.mmap = memory_put(map, sizeof(map)),
        .base.mmap_size = sizeof(map),
        .base.module_count = 1,
        .base.modules = memory_put(&module, sizeof(module)),
        .base.command_line =
            memory_put_string("build/brix init=/x loglevel=debug"),
        .base.loader_name = memory_put_string("qemu"),
    };
}

static paddr_t boot(void)
{
    paddr_t address = memory_put(&from, sizeof(from));

    assert_int_equal(boot_info_init(MAGIC, address, &info), 0);
    assert_info_is_sane();
    return address;
}

static void as_qemu_hands_over(void **state)
{
    (void)state;

    make_qemu();
    paddr_t address = boot();
    assert_string_equal(info.protocol, "multiboot 1");
    assert_string_equal(info.loader, "qemu");
    assert_string_equal(info.command_line, "init=/x loglevel=debug");
    assert_range(0, 0x9fc00, MEMORY_RAM);
    assert_range(0x9fc00, 0xa0000, MEMORY_RESERVED);
    assert_range(0x100000, 0x7fe0000, MEMORY_RAM);
    assert_range(0x200000, 0x212345, MEMORY_MODULE);
    assert_int_equal(info.module_count, 1);
    assert_string_equal(info.modules[0].name, "root.cpio an argument");
    assert_true(info.modules[0].start == 0x200000);
    assert_true(info.modules[0].end == 0x212345);
    assert_int_equal(info.rsdp_size, 0);
    assert_true(info.rsdp_address == PADDR_NONE);
    assert_true(is_in(address, MEMORY_LOADER));
}

static void every_piece_of_the_loader_is_recorded(void **state)
{
    (void)state;

    make_qemu();
    paddr_t address = boot();
    const paddr_t pieces[] = {address,
                              address + sizeof(struct multiboot1_info) - 1,
                              from.base.mmap,
                              from.base.mmap + from.base.mmap_size - 1,
                              from.base.modules,
                              from.base.modules + 15,
                              from.base.command_line,
                              from.base.loader_name + 4,
                              MEMORY_BASE /* the module's string */};
    for (size_t i = 0; i < ARRAY_COUNT(pieces); i++) {
        assert_true(is_in(pieces[i], MEMORY_LOADER));
    }
}

static void qemu_without_options(void **state)
{
    (void)state;

    make_qemu();
    from.base.command_line = memory_put_string("build/brix");
    boot();
    assert_string_equal(info.command_line, "");
    from.base.command_line = memory_put_string("build/brix ");
    boot();
    assert_string_equal(info.command_line, "");
}

static void grub_gives_the_options_alone(void **state)
{
    (void)state;

    make_qemu();
    from.base.loader_name = memory_put_string("GRUB 2.06-13+deb12u1");
    from.base.command_line = memory_put_string("init=/x");
    boot();
    assert_string_equal(info.command_line, "init=/x");
}

static void without_a_map_the_two_numbers_count(void **state)
{
    (void)state;

    make_qemu();
    from.base.flags &= ~MULTIBOOT1_MMAP;
    boot();
    assert_range(0, 639 * KIB, MEMORY_RAM);
    assert_range(MIB, 65 * MIB, MEMORY_RAM);
    from.base.flags &= ~MULTIBOOT1_MEMORY;
    boot();
    assert_false(is_in(MIB, MEMORY_RAM));
}

static void entries_are_stepped_by_their_size(void **state)
{
    (void)state;
    static const struct {
        struct multiboot1_mmap_entry entry;
        uint32_t more;
    } PACKED map[] = {{{24, 0, 0x1000, 1}, 7}, {{24, 0x5000, 0x1000, 1}, 7}};

    make_qemu();
    from.base.mmap = memory_put(map, sizeof(map));
    from.base.mmap_size = sizeof(map);
    boot();
    assert_range(0, 0x1000, MEMORY_RAM);
    assert_range(0x5000, 0x6000, MEMORY_RAM);
}

/* As does one that is longer than the map. */
static void a_short_entry_ends_the_map(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 4, 19, 0xfffffffc, 0xffffffff};

    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        struct multiboot1_mmap_entry map[] = {{20, 0, 0x1000, 1},
                                              {sizes[i], 0x5000, 0x1000, 1},
                                              {20, 0x8000, 0x1000, 1}};
        make_qemu();
        from.base.mmap = memory_put(map, sizeof(map));
        from.base.mmap_size = sizeof(map);
        boot();
        assert_range(0, 0x1000, MEMORY_RAM);
        assert_int_equal(is_in(0x5000, MEMORY_RAM), sizes[i] >= 20);
        assert_false(is_in(0x8000, MEMORY_RAM));
    }
}

static void an_entry_that_is_cut_off_is_left_out(void **state)
{
    (void)state;

    make_qemu();
    from.base.mmap_size--;
    boot();
    assert_range(0x100000, 0x7fe0000, MEMORY_RAM);
    assert_false(is_in(0xfffc0000, MEMORY_RESERVED));
}

static void odd_entries(void **state)
{
    (void)state;
    static const struct multiboot1_mmap_entry map[] = {
        {20, 0x1000, 0, 1},
        {20, 0x2000, UINT64_MAX, 2954887168u},
        {20, UINT64_MAX, UINT64_MAX, 1},
    };

    make_qemu();
    from.base.flags &= ~MULTIBOOT1_MEMORY;
    from.base.mmap = memory_put(map, sizeof(map));
    from.base.mmap_size = sizeof(map);
    boot();
    assert_false(is_in(0x1000, MEMORY_RAM));
    assert_range(0x2000, UINT64_MAX, 2954887168u);
}

static void lists_out_of_reach_or_too_long_are_left_out(void **state)
{
    (void)state;

    make_qemu();
    from.base.modules = 0xfffffff0;
    from.base.mmap = 0xfffffff0;
    from.base.mem_upper = 1;
    boot();
    assert_int_equal(info.module_count, 0);
    assert_range(MIB, MIB + KIB, MEMORY_RAM);
    make_qemu();
    from.base.module_count = UINT32_MAX;
    from.base.mmap_size = UINT32_MAX;
    boot();
    assert_int_equal(info.module_count, 0);
    assert_range(0, 639 * KIB, MEMORY_RAM);
}

static void too_many_modules_keep_their_memory(void **state)
{
    (void)state;
    struct multiboot1_module modules[BOOT_MODULES_MAX + 2];

    make_qemu();
    for (uint32_t i = 0; i < ARRAY_COUNT(modules); i++) {
        modules[i] = (struct multiboot1_module){(1 + i) << 24,
                                                ((1 + i) << 24) + 1000, 0, 0};
    }
    from.base.modules = memory_put(modules, sizeof(modules));
    from.base.module_count = ARRAY_COUNT(modules);
    boot();
    assert_int_equal(info.module_count, BOOT_MODULES_MAX);
    assert_int_equal(info.modules_dropped, 2);
    assert_range(18u << 24, (18u << 24) + 1000, MEMORY_MODULE);
    assert_string_equal(info.modules[0].name, "");
}

static void long_strings_are_cut(void **state)
{
    (void)state;
    char line[BOOT_COMMAND_LINE_MAX + 10];

    make_qemu();
    memset(line, 'a', sizeof(line));
    line[sizeof(line) - 1] = '\0';
    from.base.command_line = memory_put_string(line);
    from.base.loader_name = memory_put_string("x");
    boot();
    assert_int_equal(info.strings_cut, 1);
    assert_int_equal(strlen(info.command_line), BOOT_COMMAND_LINE_MAX - 1);
}

static void a_string_at_the_end_of_memory_is_bounded(void **state)
{
    (void)state;

    make_qemu();
    memset(memory + MEMORY_SIZE - 3, 'z', 3);
    from.base.command_line = MEMORY_BASE + MEMORY_SIZE - 3;
    from.base.loader_name = 0;
    boot();
    assert_string_equal(info.command_line, "zzz");
    assert_string_equal(info.loader, "");
}

static void framebuffer_by_type(void **state)
{
    (void)state;

    make_qemu();
    boot();
    assert_int_equal(info.framebuffer.display, BOOT_DISPLAY_TEXT);
    assert_true(info.framebuffer.address == 0xb8000);
    from.base.flags |= MULTIBOOT1_FRAMEBUFFER;
    from.framebuffer = (struct multiboot1_framebuffer){
        {0xf8e0000000, 4096, 1024, 768, 32, FRAMEBUFFER_RGB},
        {{16, 8}, {8, 8}, {0, 8}}};
    boot();
    assert_int_equal(info.framebuffer.display, BOOT_DISPLAY_RGB);
    assert_true(info.framebuffer.address == 0xf8e0000000);
    assert_int_equal(info.framebuffer.red.shift, 16);
    from.framebuffer.common.type = FRAMEBUFFER_INDEXED;
    boot();
    assert_int_equal(info.framebuffer.display, BOOT_DISPLAY_NONE);
}

static void unreadable_structures_are_refused(void **state)
{
    (void)state;

    make_qemu();
    assert_int_equal(boot_info_init(MAGIC, 0, &info), -14);
    paddr_t last = MEMORY_BASE + MEMORY_SIZE - 67;
    assert_int_equal(boot_info_init(MAGIC, last, &info), -14);
    assert_int_equal(boot_info_init(0, MEMORY_BASE, &info), -22);
}

static void mutations_do_no_harm(void **state)
{
    (void)state;

    make_qemu();
    from.base.flags |= MULTIBOOT1_FRAMEBUFFER;
    paddr_t address = boot();
    fuzz(MAGIC, address, ROUNDS);
}

static void the_log_names_what_was_found(void **state)
{
    (void)state;

    make_qemu();
    boot();
    info.ranges_dropped = 3;
    boot_info_describe(&info);
    assert_non_null(strstr(log_text, "multiboot 1, loader \"qemu\""));
    assert_non_null(strstr(log_text, "init=/x loglevel=debug"));
    assert_non_null(strstr(log_text, "\"root.cpio an argument\" at 0x200000"));
    assert_non_null(strstr(log_text, "0x000000100000, 0x000007fe0000) RAM"));
    assert_non_null(strstr(log_text, "0x000000200000, 0x000000212345) module"));
    assert_non_null(strstr(log_text, "screen: text, 80x25"));
    assert_non_null(strstr(log_text, "3 memory ranges too many"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_qemu_hands_over),
        cmocka_unit_test(every_piece_of_the_loader_is_recorded),
        cmocka_unit_test(qemu_without_options),
        cmocka_unit_test(grub_gives_the_options_alone),
        cmocka_unit_test(without_a_map_the_two_numbers_count),
        cmocka_unit_test(entries_are_stepped_by_their_size),
        cmocka_unit_test(a_short_entry_ends_the_map),
        cmocka_unit_test(an_entry_that_is_cut_off_is_left_out),
        cmocka_unit_test(odd_entries),
        cmocka_unit_test(lists_out_of_reach_or_too_long_are_left_out),
        cmocka_unit_test(too_many_modules_keep_their_memory),
        cmocka_unit_test(long_strings_are_cut),
        cmocka_unit_test(a_string_at_the_end_of_memory_is_bounded),
        cmocka_unit_test(framebuffer_by_type),
        cmocka_unit_test(unreadable_structures_are_refused),
        cmocka_unit_test(mutations_do_no_harm),
        cmocka_unit_test(the_log_names_what_was_found),
    };
    return cmocka_run_group_tests(tests, NULL, free_copies);
}
