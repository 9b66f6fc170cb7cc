/* kernel/exec/elf.c: a small program, each rule broken once, and mutations. */
#include "test/host/elf_small.h"
#include "test/host/random.h"

#define ROUNDS 200000

static void a_small_program(void **state)
{
    (void)state;

    assert_int_equal(parse_small(&good), 0);
    assert_image_is_sane();
    assert_null(why);
    assert_null(image.interpreter);
    assert_true(image.is_64);
    assert_false(image.is_pie);
    assert_false(image.exec_stack);
    assert_false(image.exec_all);
    assert_true(image.entry == 0x400140);
    assert_true(image.phdr == 0x400000 + sizeof(Elf64_Ehdr));
    assert_int_equal(image.phnum, HEADERS);
    assert_int_equal(image.phentsize, 56);
    assert_int_equal(image.segment_count, 2);
    assert_true(image.start == 0x400000 && image.end == 0x405200);
    assert_true(image.data_start == 0x402200 && image.data_end == 0x402240);
    assert_true(image.alignment == PAGE_SIZE);
    struct elf_segment data = segment(1);
    assert_true(data.vaddr == 0x402200 && data.file_offset == 0x200);
    assert_true(data.file_size == 0x40 && data.memory_size == 0x3000);
    assert_int_equal(data.prot, PROT_READ | PROT_WRITE);
    assert_int_equal(segment(0).prot, PROT_READ | PROT_EXEC);
}

/* A field of struct small, the value put there, and the answer. */
struct broken {
    const char *rule;
    size_t offset;
    size_t width;
    uint64_t value;
    int error;
};

#define HEADER(field)                                                          \
    offsetof(struct small, header.field), sizeof(good.header.field)
#define LOAD0(field)                                                           \
    offsetof(struct small, programs[0].field), sizeof(good.programs[0].field)
#define LOAD1(field)                                                           \
    offsetof(struct small, programs[1].field), sizeof(good.programs[1].field)

static const struct broken broken[] = {
    {"not an ELF file", HEADER(e_ident[0]), 0, ENOEXEC},
    {"not an ELF file", HEADER(e_ident[3]), 'f', ENOEXEC},
    {"program headers of the wrong size", HEADER(e_machine), EM_386, ENOEXEC},
    {"neither for x86-64 nor for i386", HEADER(e_machine), EM_AARCH64, ENOEXEC},
    {"neither for x86-64 nor for i386", HEADER(e_machine), EM_NONE, ENOEXEC},
    {"neither for x86-64 nor for i386", HEADER(e_machine), 0xffff, ENOEXEC},
    {"not a program (ET_EXEC or ET_DYN)", HEADER(e_type), ET_NONE, ENOEXEC},
    {"not a program (ET_EXEC or ET_DYN)", HEADER(e_type), ET_REL, ENOEXEC},
    {"not a program (ET_EXEC or ET_DYN)", HEADER(e_type), ET_CORE, ENOEXEC},
    {"not a program (ET_EXEC or ET_DYN)", HEADER(e_type), 0xffff, ENOEXEC},
    {"program headers of the wrong size", HEADER(e_phentsize), 32, ENOEXEC},
    {"program headers of the wrong size", HEADER(e_phentsize), 57, ENOEXEC},
    {"program headers of the wrong size", HEADER(e_phentsize), 0, ENOEXEC},
    {"no program headers, or too many", HEADER(e_phnum), 0, ENOEXEC},
    {"no program headers, or too many", HEADER(e_phnum), 74, ENOEXEC},
    {"no program headers, or too many", HEADER(e_phnum), 0xffff, ENOEXEC},
    {"the program headers are cut off", HEADER(e_phnum), 73, ENOEXEC},
    {"the program headers are cut off", HEADER(e_phoff), sizeof(good) - 223,
     ENOEXEC},
    {"the program headers are cut off", HEADER(e_phoff), sizeof(good), ENOEXEC},
    {"the program headers are cut off", HEADER(e_phoff), UINT64_MAX - 8,
     ENOEXEC},
};

static int break_rule(const struct broken *rule)
{
    struct small changed = good;

    memcpy((char *)&changed + rule->offset, &rule->value, rule->width);
    return parse_small(&changed);
}

static void each_rule_broken_once(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
        int error = break_rule(&broken[i]);
        if (error != -broken[i].error || strcmp(why, broken[i].rule) != 0) {
            fail_msg("case %zu, \"%s\": %d, \"%s\"", i, broken[i].rule, error,
                     why == NULL ? "" : why);
        }
    }
}

/* Rules that Linux looks at when the old program is gone: the file is taken,
 * and the rule is found later. */
static const struct broken fatal[] = {
    {"a segment's file size is above its size", LOAD1(p_memsz), 0x3f, 0},
    {"a segment's file size is above its size", LOAD1(p_memsz), 0, 0},
    {"a segment's file size is above its size", LOAD1(p_filesz), 0x3001, 0},
    {"a segment's file size is above its size", LOAD1(p_filesz), UINT64_MAX, 0},
    {"a segment ends past a program's memory", LOAD1(p_vaddr), USER_END_64, 0},
    {"a segment ends past a program's memory", LOAD1(p_vaddr),
     USER_END_64 - 0x2e00, 0},
    {"a segment ends past a program's memory", LOAD1(p_vaddr),
     UINT64_MAX - 0xdff, 0},
    {"a segment ends past a program's memory", LOAD1(p_vaddr), UINT64_MAX, 0},
    {"a segment ends past a program's memory", LOAD1(p_memsz), UINT64_MAX, 0},
    {"a segment ends past a program's memory", LOAD1(p_memsz), USER_END_64, 0},
    {"a segment ends past a program's memory", LOAD1(p_memsz),
     UINT64_MAX - 0x402200 + 1, 0},
    {"a segment ends past a program's memory", LOAD1(p_memsz),
     USER_END_64 - 0x402200 + 1, 0},
    {"a segment's offset and address differ in their page", LOAD1(p_vaddr),
     0x402201, 0},
    {"a segment's offset and address differ in their page", LOAD1(p_offset),
     0x1ff, 0},
    {"a segment's offset and address differ in their page", LOAD1(p_offset),
     UINT64_MAX, 0},
};

static void each_fatal_rule_broken_once(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(fatal); i++) {
        assert_int_equal(break_rule(&fatal[i]), 0);
        assert_string_equal(elf_broken_rule(&image, USER_END_64),
                            fatal[i].rule);
    }
}

/* The same file is right for a longer address space. */
static void the_end_of_addresses_decides(void **state)
{
    (void)state;

    assert_int_equal(parse_small(&good), 0);
    assert_null(elf_broken_rule(&image, 0x405200));
    assert_string_equal(elf_broken_rule(&image, 0x4051ff),
                        "a segment ends past a program's memory");
    assert_string_equal(elf_broken_rule(&image, 0),
                        "a segment ends past a program's memory");
}

/* Linux does not look at these at all, or takes them as they are. */
static const struct broken allowed[] = {
    {"class", HEADER(e_ident[EI_CLASS]), ELFCLASS32, 0},
    {"class", HEADER(e_ident[EI_CLASS]), 0xff, 0},
    {"data", HEADER(e_ident[EI_DATA]), ELFDATA2MSB, 0},
    {"version", HEADER(e_ident[EI_VERSION]), 9, 0},
    {"version", HEADER(e_version), 0xffffffff, 0},
    {"header size", HEADER(e_ehsize), 1, 0},
    {"sections", HEADER(e_shoff), UINT64_MAX, 0},
    {"entry outside", HEADER(e_entry), 5, 0},
    {"entry nowhere", HEADER(e_entry), UINT64_MAX, 0},
    {"up to the end", LOAD1(p_memsz), USER_END_64 - 0x402200, 0},
    {"cut off", LOAD1(p_offset), 0x1200, 0},
    {"far behind the end", LOAD1(p_offset), UINT64_MAX - 0xdff, 0},
    {"longer than the file", LOAD0(p_memsz), 1 << 30, 0},
    {"over another", LOAD1(p_vaddr), 0x400200, 0},
    {"without alignment", LOAD1(p_align), 0, 0},
    {"no power of two", LOAD1(p_align), 3, 0},
    {"unknown", LOAD1(p_type), 0xffffffff, 0},
    {"without rights", LOAD0(p_flags), 0, 0},
    {"with all rights", LOAD0(p_flags), 0xffffffff, 0},
};

static void what_linux_lets_through(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(allowed); i++) {
        if (break_rule(&allowed[i]) != 0) {
            fail_msg("%s: %s", allowed[i].rule, why);
        }
        assert_image_is_sane();
    }
}

/* A file need not have more than its program headers. */
static void every_cut_of_a_file(void **state)
{
    (void)state;
    size_t end = offsetof(struct small, programs) + sizeof(good.programs);

    for (size_t size = 0; size < sizeof(good); size++) {
        int error = parse(&good, size);
        assert_int_equal(error, size < end ? -ENOEXEC : 0);
        assert_int_equal(why != NULL, size < end);
    }
}

/* What a short file lacks of the header is zero. */
static void a_header_that_is_cut_off(void **state)
{
    (void)state;
    struct small changed = good;

    changed.header.e_phoff = 0;
    changed.header.e_phnum = 1;
    size_t size = offsetof(Elf64_Ehdr, e_shentsize);
    assert_int_equal(parse(&changed, size), 0);
    assert_int_equal(image.phnum, 1);
    assert_int_equal(parse(&changed, size - 2), -ENOEXEC);
    assert_string_equal(why, "no program headers, or too many");
}

static void segments_in_any_order(void **state)
{
    (void)state;
    struct small changed = good;

    changed.programs[0] = good.programs[1];
    changed.programs[1] = good.programs[0];
    assert_int_equal(parse_small(&changed), 0);
    assert_image_is_sane();
    assert_true(segment(0).vaddr == 0x402200);
    assert_true(image.start == 0x400000 && image.end == 0x405200);
}

static void segments_without_bytes(void **state)
{
    (void)state;
    struct small changed = good;

    changed.programs[1].p_filesz = changed.programs[1].p_memsz = 0;
    assert_int_equal(parse_small(&changed), 0);
    assert_image_is_sane();
    assert_int_equal(image.segment_count, 2);
    assert_true(image.end == 0x402200); /* the break moves all the same */
    changed = good;
    changed.programs[1].p_filesz = 0; /* bss alone, whatever the offset */
    changed.programs[1].p_offset = 12345678;
    assert_int_equal(parse_small(&changed), 0);
    assert_image_is_sane();
    changed.programs[0].p_type = changed.programs[1].p_type = PT_NULL;
    assert_int_equal(parse_small(&changed), 0);
    assert_int_equal(image.segment_count, 0);
    assert_true(image.end == 0);
}

static void the_largest_alignment_counts(void **state)
{
    (void)state;
    struct small changed = good;

    changed.programs[0].p_align = 0x200000;
    assert_int_equal(parse_small(&changed), 0);
    assert_true(image.alignment == 0x200000);
    changed.programs[1].p_align = BIT(63);
    assert_int_equal(parse_small(&changed), 0);
    assert_true(image.alignment == BIT(63));
    changed.programs[1].p_align = UINT64_MAX; /* no power of two */
    assert_int_equal(parse_small(&changed), 0);
    assert_true(image.alignment == 0x200000);
    changed.programs[0].p_type = PT_NULL; /* not loaded: does not count */
    assert_int_equal(parse_small(&changed), 0);
    assert_true(image.alignment == PAGE_SIZE);
}
static void the_stack_by_gnu_stack(void **state)
{
    (void)state;
    struct small changed = good;

    changed.programs[2].p_flags = PF_R | PF_W | PF_X;
    assert_int_equal(parse_small(&changed), 0);
    assert_true(image.exec_stack);
    assert_false(image.exec_all);
    changed.programs[2].p_type = PT_NULL;
    assert_int_equal(parse_small(&changed), 0);
    assert_false(image.exec_stack);
}

static void program_headers_outside_all_segments(void **state)
{
    (void)state;
    struct small changed = good;

    changed.programs[0].p_type = PT_NULL;
    assert_int_equal(parse_small(&changed), 0);
    assert_true(image.phdr == 0);
}

/* As many as a page of program headers holds. */
static void many_segments(void **state)
{
    (void)state;
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr programs[PAGE_SIZE / sizeof(Elf64_Phdr)];
    } many = {.header = good.header};

    many.header.e_phnum = ARRAY_COUNT(many.programs);
    for (size_t i = 0; i < ARRAY_COUNT(many.programs); i++) {
        many.programs[i] = (Elf64_Phdr){
            .p_type = PT_LOAD, .p_vaddr = i * PAGE_SIZE, .p_memsz = PAGE_SIZE};
    }
    assert_int_equal(parse(&many, sizeof(many)), 0);
    assert_int_equal(image.segment_count, ARRAY_COUNT(many.programs));
    assert_image_is_sane();
}

static void mutations_do_no_harm(void **state)
{
    (void)state;
    uint64_t seed = 7;
    int parsed = 0, sane = 0;

    for (int i = 0; i < ROUNDS; i++) {
        struct small changed = good;
        random_mutate(&seed, (uint8_t *)&changed,
                      offsetof(struct small, programs[3]));
        if (parse_small(&changed) == 0) {
            parsed++;
            if (elf_broken_rule(&image, user_end()) == NULL) {
                assert_image_is_sane();
                sane++;
            }
        } else {
            assert_non_null(why);
        }
    }
    assert_in_range(parsed, ROUNDS / 10, ROUNDS - ROUNDS / 10);
    assert_in_range(sane, ROUNDS / 20, parsed - ROUNDS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_program),
        cmocka_unit_test(each_rule_broken_once),
        cmocka_unit_test(each_fatal_rule_broken_once),
        cmocka_unit_test(the_end_of_addresses_decides),
        cmocka_unit_test(what_linux_lets_through),
        cmocka_unit_test(every_cut_of_a_file),
        cmocka_unit_test(a_header_that_is_cut_off),
        cmocka_unit_test(segments_in_any_order),
        cmocka_unit_test(segments_without_bytes),
        cmocka_unit_test(the_largest_alignment_counts),
        cmocka_unit_test(the_stack_by_gnu_stack),
        cmocka_unit_test(program_headers_outside_all_segments),
        cmocka_unit_test(many_segments),
        cmocka_unit_test(mutations_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
