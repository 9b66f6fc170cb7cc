/* boot/multiboot2.c: GRUB's blocks under BIOS and UEFI, and broken ones. */
#include "boot/multiboot2.h"
#include "test/host/boot_fixture.h"

#define MAGIC  BOOT_MAGIC_MULTIBOOT2
#define ROUNDS 200000

static uint8_t block[0x4000];
static size_t block_size;

static void begin(void)
{
    memory_clear();
    memset(block, 0, sizeof(block));
    block_size = sizeof(struct multiboot2_info);
}

static void put_bytes(const void *bytes, size_t size)
{
    assert_true(block_size + size <= sizeof(block));
    memcpy(block + block_size, bytes, size);
    block_size += size;
}

/* Appends a tag with the contents of up to two pieces. */
static void put_tag2(uint32_t type, const void *first, size_t first_size,
                     const void *second, size_t second_size)
{
    struct multiboot2_tag tag = {
        type, (uint32_t)(sizeof(tag) + first_size + second_size)};

    put_bytes(&tag, sizeof(tag));
    put_bytes(first, first_size);
    put_bytes(second, second_size);
    block_size = align_up(block_size, MULTIBOOT2_TAG_ALIGN);
}

static void put_tag(uint32_t type, const void *contents, size_t size)
{
    put_tag2(type, contents, size, "", 0);
}

static void put_text(uint32_t type, const char *text)
{
    put_tag(type, text, strlen(text) + 1);
}

static void put_module(uint32_t start, uint32_t end, const char *name)
{
    struct multiboot2_module module = {start, end};

    put_tag2(MULTIBOOT2_MODULE, &module, sizeof(module), name,
             strlen(name) + 1);
}

static const struct multiboot2_mmap_entry bios_map[] = {
    {0, 0x9fc00, 1, 0},
    {0xf0000, 0x10000, 2, 0},
    {0x100000, 0x7ee0000, 1, 0},
};

static void put_map(void)
{
    struct multiboot2_mmap list = {sizeof(bios_map[0]), 0};

    put_tag2(MULTIBOOT2_MMAP, &list, sizeof(list), bios_map, sizeof(bios_map));
}

static void put_framebuffer(uint8_t type, uint8_t bits)
{
    struct multiboot2_framebuffer framebuffer = {
        {0xfd000000, 1024 * 4, 1024, 768, bits, type}, 0};
    struct multiboot_channels channels = {{16, 8}, {8, 8}, {0, 8}};

    put_tag2(MULTIBOOT2_FRAMEBUFFER, &framebuffer, sizeof(framebuffer),
             &channels, sizeof(channels));
}

static int try_boot(void)
{
    struct multiboot2_info start = {(uint32_t)block_size, 0};

    memcpy(block, &start, sizeof(start));
    memory_clear();
    int result = boot_info_init(MAGIC, memory_put(block, block_size), &info);
    assert_info_is_sane();
    return result;
}

static void boot(void)
{
    put_tag(MULTIBOOT2_END, "", 0);
    assert_int_equal(try_boot(), 0);
}

static void make_grub(void)
{
    const uint64_t efi = 0x1234;

    begin();
    put_text(MULTIBOOT2_COMMAND_LINE, "init=/x");
    put_text(MULTIBOOT2_LOADER_NAME, "GRUB 2.06-13+deb12u1");
    put_module(0x200000, 0x212345, "root.cpio");
    put_map();
    put_framebuffer(FRAMEBUFFER_RGB, 32);
    put_tag(MULTIBOOT2_EFI_64, &efi, sizeof(efi));
    put_tag(MULTIBOOT2_RSDP_OLD, "RSD PTR old rsdp....", 20);
    put_tag(MULTIBOOT2_RSDP_NEW, "RSD PTR new rsdp....................", 36);
}

static void as_grub_hands_over(void **state)
{
    (void)state;

    make_grub();
    boot();
    assert_string_equal(info.protocol, "multiboot 2");
    assert_string_equal(info.loader, "GRUB 2.06-13+deb12u1");
    assert_string_equal(info.command_line, "init=/x");
    assert_range(0, 0x9fc00, MEMORY_RAM);
    assert_range(0xf0000, 0x100000, MEMORY_RESERVED);
    assert_range(0x100000, 0x7fe0000, MEMORY_RAM);
    assert_range(0x200000, 0x212345, MEMORY_MODULE);
    assert_range(MEMORY_BASE, MEMORY_BASE + block_size, MEMORY_LOADER);
    assert_int_equal(info.module_count, 1);
    assert_string_equal(info.modules[0].name, "root.cpio");
    assert_int_equal(info.framebuffer.display, BOOT_DISPLAY_RGB);
    assert_int_equal(info.framebuffer.width, 1024);
    assert_int_equal(info.rsdp_size, 36);
    assert_memory_equal(info.rsdp, "RSD PTR new", 11);
}

static void tags_in_any_order(void **state)
{
    (void)state;

    begin();
    put_tag(MULTIBOOT2_RSDP_NEW, "RSD PTR new rsdp....................", 36);
    put_tag(MULTIBOOT2_RSDP_OLD, "RSD PTR old rsdp....", 20);
    put_map();
    put_text(99, "a tag that nobody knows");
    put_text(MULTIBOOT2_COMMAND_LINE, "first");
    put_text(MULTIBOOT2_COMMAND_LINE, "last");
    boot();
    assert_memory_equal(info.rsdp, "RSD PTR new", 11);
    assert_string_equal(info.command_line, "last");
    assert_range(0, 0x9fc00, MEMORY_RAM);
}

static void only_an_old_rsdp(void **state)
{
    (void)state;

    begin();
    put_tag(MULTIBOOT2_RSDP_OLD, "RSD PTR old rsdp....", 20);
    boot();
    assert_int_equal(info.rsdp_size, 20);
}

static void entries_are_stepped_by_entry_size(void **state)
{
    (void)state;
    static const struct {
        struct multiboot2_mmap_entry entry;
        uint64_t more;
    } entries[] = {{{0, 0x1000, 1, 0}, 7}, {{0x5000, 0x1000, 1, 0}, 7}};
    struct multiboot2_mmap list = {32, 0};

    begin();
    put_tag2(MULTIBOOT2_MMAP, &list, sizeof(list), entries, sizeof(entries));
    boot();
    assert_range(0, 0x1000, MEMORY_RAM);
    assert_range(0x5000, 0x6000, MEMORY_RAM);
}

static void entry_sizes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 16, 23};

    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        struct multiboot2_mmap list = {sizes[i], 0};
        begin();
        put_tag2(MULTIBOOT2_MMAP, &list, sizeof(list), bios_map,
                 sizeof(bios_map));
        boot();
        assert_int_equal(info.range_count, 1); /* the block */
    }
}

static void put_efi_map(void)
{
    static const struct efi_memory_descriptor entries[] = {
        {EFI_BOOT_SERVICES_DATA, 0, 0, 0, 0xa0, 0xf},
        {EFI_CONVENTIONAL, 0, 0x100000, 0, 0x700, 0xf},
        {EFI_ACPI_NVS, 0, 0x800000, 0, 8, 0xf},
        {6, 0, 0x900000, 0, 8, 0xf},
        {EFI_LOADER_DATA, 0, 0xa00000, 0, 16, 0xf},
        {11, 0, 0xf0000000, 0, BIT(52), 0xf},
    };
    static uint8_t padded[ARRAY_COUNT(entries)][48];
    struct multiboot2_mmap list = {sizeof(padded[0]), 1};

    for (size_t i = 0; i < ARRAY_COUNT(entries); i++) {
        memcpy(padded[i], &entries[i], sizeof(entries[i]));
    }
    put_tag2(MULTIBOOT2_EFI_MMAP, &list, sizeof(list), padded, sizeof(padded));
}

static void efi_map_counts_when_there_is_no_other(void **state)
{
    (void)state;
    struct multiboot2_basic_memory basic = {640, 65536};

    begin();
    put_efi_map();
    put_tag(MULTIBOOT2_BASIC_MEMORY, &basic, sizeof(basic));
    boot();
    assert_range(0, 0xa0000, MEMORY_RAM);
    assert_range(0x100000, 0x800000, MEMORY_RAM);
    assert_range(0x800000, 0x808000, MEMORY_NVS);
    assert_range(0x900000, 0x908000, MEMORY_RESERVED);
    assert_range(0xa00000, 0xa10000, MEMORY_RAM);
    assert_true(is_in(UINT64_MAX - 1, MEMORY_RESERVED));
    begin();
    put_efi_map();
    put_map();
    boot();
    assert_false(is_in(0x900000, MEMORY_RESERVED));
}

static void two_numbers_count_when_there_is_no_map(void **state)
{
    (void)state;
    struct multiboot2_basic_memory basic = {640, 65536};

    begin();
    put_tag(MULTIBOOT2_BASIC_MEMORY, &basic, sizeof(basic));
    boot();
    assert_range(0, 640 * KIB, MEMORY_RAM);
    assert_range(MIB, 65 * MIB, MEMORY_RAM);
    begin();
    put_tag(MULTIBOOT2_BASIC_MEMORY, &basic, sizeof(basic));
    put_map();
    boot();
    assert_range(0, 0x9fc00, MEMORY_RAM);
}

static void without_a_screen_tag_bios_has_text_and_uefi_nothing(void **state)
{
    (void)state;
    static const uint32_t efi_tags[] = {MULTIBOOT2_EFI_32, MULTIBOOT2_EFI_64,
                                        MULTIBOOT2_EFI_MMAP};

    begin();
    boot();
    assert_int_equal(info.framebuffer.display, BOOT_DISPLAY_TEXT);
    assert_int_equal(info.framebuffer.pitch, 160);
    for (size_t i = 0; i < ARRAY_COUNT(efi_tags); i++) {
        begin();
        put_tag(efi_tags[i], "", 0);
        boot();
        assert_int_equal(info.framebuffer.display, BOOT_DISPLAY_NONE);
    }
}

/* What comes before the broken tag counts, what comes after does not. */
static void tags_with_broken_sizes_end_the_list(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 7, 0x1000, 0xfffffff8, 0xffffffff};

    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        struct multiboot2_tag broken = {99, sizes[i]};
        begin();
        put_text(MULTIBOOT2_LOADER_NAME, "before");
        put_bytes(&broken, sizeof(broken));
        put_text(MULTIBOOT2_COMMAND_LINE, "after");
        boot();
        assert_string_equal(info.loader, "before");
        assert_string_equal(info.command_line, "");
    }
}

static void every_cut_of_a_block_is_safe(void **state)
{
    (void)state;

    make_grub();
    size_t whole = block_size;
    for (size_t size = 0; size <= whole; size++) {
        int expected = size < sizeof(struct multiboot2_info) ? -14 : 0;
        make_grub();
        block_size = size;
        assert_int_equal(try_boot(), expected);
    }
}

static void strings_without_an_end_stay_in_their_tag(void **state)
{
    (void)state;

    begin();
    put_tag(MULTIBOOT2_COMMAND_LINE, "12345678", 8);
    put_tag(MULTIBOOT2_LOADER_NAME, "", 0);
    boot();
    assert_string_equal(info.command_line, "12345678");
    assert_string_equal(info.loader, "");
}

static void long_names_are_cut_and_modules_counted(void **state)
{
    (void)state;
    char name[BOOT_NAME_MAX + 1];

    memset(name, 'n', BOOT_NAME_MAX);
    name[BOOT_NAME_MAX] = '\0';
    begin();
    put_module(0x100000, 0x100000, "empty");
    for (uint32_t i = 0; i < BOOT_MODULES_MAX; i++) {
        put_module((2 + i) << 21, ((2 + i) << 21) + 5, name);
    }
    boot();
    assert_int_equal(info.module_count, BOOT_MODULES_MAX);
    assert_int_equal(info.modules_dropped, 1);
    assert_int_equal(info.strings_cut, BOOT_MODULES_MAX - 1);
    assert_true(is_in(17u << 21, MEMORY_MODULE));
}

static void unreadable_blocks_are_refused(void **state)
{
    (void)state;
    struct multiboot2_info start = {MEMORY_SIZE + 1, 0};

    memory_clear();
    paddr_t address = memory_put(&start, sizeof(start));
    assert_int_equal(boot_info_init(MAGIC, address, &info), -14);
    assert_int_equal(boot_info_init(MAGIC, 0, &info), -14);
    assert_int_equal(boot_info_init(MAGIC, UINT64_MAX, &info), -14);
}

static void mutations_do_no_harm(void **state)
{
    (void)state;

    make_grub();
    put_efi_map();
    boot();
    fuzz(MAGIC, MEMORY_BASE, ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_grub_hands_over),
        cmocka_unit_test(tags_in_any_order),
        cmocka_unit_test(only_an_old_rsdp),
        cmocka_unit_test(entries_are_stepped_by_entry_size),
        cmocka_unit_test(entry_sizes_that_cannot_be_are_refused),
        cmocka_unit_test(efi_map_counts_when_there_is_no_other),
        cmocka_unit_test(two_numbers_count_when_there_is_no_map),
        cmocka_unit_test(without_a_screen_tag_bios_has_text_and_uefi_nothing),
        cmocka_unit_test(tags_with_broken_sizes_end_the_list),
        cmocka_unit_test(every_cut_of_a_block_is_safe),
        cmocka_unit_test(strings_without_an_end_stay_in_their_tag),
        cmocka_unit_test(long_names_are_cut_and_modules_counted),
        cmocka_unit_test(unreadable_blocks_are_refused),
        cmocka_unit_test(mutations_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, free_copies);
}
