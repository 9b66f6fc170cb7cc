/* boot/pvh.c: what QEMU's microvm and other PVH loaders hand over. */
#include "boot/pvh.h"
#include "test/host/boot_fixture.h"

#define MAGIC  BOOT_MAGIC_PVH
#define ROUNDS 100000

static struct {
    struct pvh_info info;
    struct pvh_mmap mmap;
} PACKED from;

/* As QEMU's microvm: the map ends with an entry that is all zero. */
static void make_microvm(void)
{
    static const struct pvh_mmap_entry map[] = {{0, 0x9fc00, 1, 0},
                                                {0x9fc00, 0x400, 2, 0},
                                                {0x100000, 0x3f00000, 1, 0},
                                                {0, 0, 0, 0}};
    struct pvh_module module = {0x2000000, 0x12345, 0, 0};

    memory_clear();
    memory_put("unused..", 8);
    module.command_line = memory_put_string("root.cpio");
    from.info = (struct pvh_info){
        .magic = MAGIC,
        .version = 1,
        .module_count = 1,
        .modules = memory_put(&module, sizeof(module)),
        .command_line = memory_put_string("init=/x"),
        .rsdp = 0xe0000,
    };
    from.mmap = (struct pvh_mmap){
        .entries = memory_put(map, sizeof(map)),
        .entry_count = ARRAY_COUNT(map),
    };
}

static paddr_t boot(void)
{
    paddr_t address = memory_put(&from, sizeof(from));

    assert_int_equal(boot_info_init(MAGIC, address, &info), 0);
    assert_info_is_sane();
    return address;
}

static void as_microvm_hands_over(void **state)
{
    (void)state;

    make_microvm();
    paddr_t address = boot();
    assert_string_equal(info.protocol, "PVH");
    assert_string_equal(info.command_line, "init=/x");
    assert_range(0, 0x9fc00, MEMORY_RAM);
    assert_range(0x9fc00, 0xa0000, MEMORY_RESERVED);
    assert_range(0x100000, 0x4000000, MEMORY_RAM);
    assert_range(0x2000000, 0x2012345, MEMORY_MODULE);
    assert_string_equal(info.modules[0].name, "root.cpio");
    assert_true(info.rsdp_address == 0xe0000);
    assert_int_equal(info.framebuffer.display, BOOT_DISPLAY_NONE);
    assert_true(is_in(address + sizeof(from) - 1, MEMORY_LOADER));
    assert_true(is_in(from.info.modules + 31, MEMORY_LOADER));
    assert_true(is_in(from.mmap.entries + 95, MEMORY_LOADER));
    assert_true(is_in(from.info.command_line + 7, MEMORY_LOADER));
}

static void version_0_has_no_map(void **state)
{
    (void)state;

    make_microvm();
    from.info.version = 0;
    boot();
    assert_false(is_in(0x100000, MEMORY_RAM));
    assert_int_equal(info.module_count, 1);
}

static void nothing_is_at_address_0(void **state)
{
    (void)state;

    make_microvm();
    from.info.rsdp = 0;
    from.info.command_line = 0;
    boot();
    assert_true(info.rsdp_address == PADDR_NONE);
    assert_string_equal(info.command_line, "");
}

static void addresses_that_wrap_are_harmless(void **state)
{
    (void)state;
    struct pvh_module module = {UINT64_MAX - 5, 100, UINT64_MAX, 0};

    make_microvm();
    from.info.modules = memory_put(&module, sizeof(module));
    from.info.command_line = UINT64_MAX - 2;
    from.mmap.entries = UINT64_MAX - 10;
    boot();
    assert_true(info.modules[0].end == UINT64_MAX);
    from.info.modules = UINT64_MAX - 40;
    from.info.module_count = UINT32_MAX;
    from.mmap.entry_count = UINT32_MAX;
    boot();
    assert_int_equal(info.module_count, 0);
}

static void a_wrong_magic_is_refused(void **state)
{
    (void)state;

    make_microvm();
    from.info.magic++;
    paddr_t address = memory_put(&from, sizeof(from));
    assert_int_equal(boot_info_init(MAGIC, address, &info), -22);
    assert_int_equal(boot_info_init(MAGIC, 0, &info), -14);
}

static void mutations_do_no_harm(void **state)
{
    (void)state;

    make_microvm();
    fuzz(MAGIC, boot(), ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_microvm_hands_over),
        cmocka_unit_test(version_0_has_no_map),
        cmocka_unit_test(nothing_is_at_address_0),
        cmocka_unit_test(addresses_that_wrap_are_harmless),
        cmocka_unit_test(a_wrong_magic_is_refused),
        cmocka_unit_test(mutations_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, free_copies);
}
