/* kernel/exec/elf.c: a small program, each rule broken once, and mutations. */
#include "test/host/elf_fixture.h"
#include "test/host/random.h"

#define ROUNDS  200000
#define HEADERS 4

/* The smallest file that has it all. */
struct small {
    Elf64_Ehdr header;
    Elf64_Phdr programs[HEADERS];
    char code[512];
};

static const struct small good = {
    .header =
        {
            .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
            .e_type = ET_EXEC,
            .e_machine = EM_X86_64,
            .e_entry = 0x400140,
            .e_phoff = offsetof(struct small, programs),
            .e_phentsize = sizeof(Elf64_Phdr),
            .e_phnum = HEADERS,
        },
    .programs =
        {
            {PT_LOAD, PF_R | PF_X, 0, 0x400000, 0, sizeof(struct small),
             sizeof(struct small), 0x1000},
            {PT_LOAD, PF_R | PF_W, 0x200, 0x402200, 0, 0x40, 0x3000, 0x1000},
            {PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16},
            {PT_TLS, PF_R, 0x200, 0x402200, 0, 0x10, 0x20, 8},
        },
};

static int parse_small(const struct small *file)
{
    return parse(file, sizeof(*file));
}

static void a_small_program(void **state)
{
    (void)state;

    assert_int_equal(parse_small(&good), 0);
    assert_image_is_sane(sizeof(good));
    assert_null(why);
    assert_true(image.is_64);
    assert_false(image.is_pie);
    assert_false(image.exec_stack);
    assert_false(image.exec_all);
    assert_true(image.entry == 0x400140);
    assert_true(image.phdr == 0x400000 + sizeof(Elf64_Ehdr));
    assert_int_equal(image.phnum, HEADERS);
    assert_int_equal(image.phentsize, 56);
    assert_int_equal(image.segment_count, 2);
    assert_true(image.start == 0x400000 && image.end == 0x406000);
    assert_true(image.brk_start == 0x406000);
    const struct elf_segment *data = &image.segments[1];
    assert_true(data->start == 0x402000 && data->end == 0x406000);
    assert_true(data->vaddr == 0x402200 && data->file_offset == 0x200);
    assert_true(data->file_size == 0x40 && data->memory_size == 0x3000);
    assert_int_equal(data->prot, PROT_READ | PROT_WRITE);
    assert_int_equal(image.segments[0].prot, PROT_READ | PROT_EXEC);
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
    {"neither ELF64 x86-64 nor ELF32 i386", HEADER(e_ident[EI_CLASS]), 0,
     ENOEXEC},
    {"neither ELF64 x86-64 nor ELF32 i386", HEADER(e_ident[EI_CLASS]),
     ELFCLASS32, ENOEXEC},
    {"neither ELF64 x86-64 nor ELF32 i386", HEADER(e_ident[EI_DATA]),
     ELFDATA2MSB, ENOEXEC},
    {"neither ELF64 x86-64 nor ELF32 i386", HEADER(e_machine), EM_386, ENOEXEC},
    {"neither ELF64 x86-64 nor ELF32 i386", HEADER(e_machine), EM_AARCH64,
     ENOEXEC},
    {"not a program (ET_EXEC or ET_DYN)", HEADER(e_type), ET_REL, ENOEXEC},
    {"not a program (ET_EXEC or ET_DYN)", HEADER(e_type), ET_CORE, ENOEXEC},
    {"program headers of the wrong size", HEADER(e_phentsize), 32, ENOEXEC},
    {"program headers of the wrong size", HEADER(e_phentsize), 0, ENOEXEC},
    {"no program headers, or too many", HEADER(e_phnum), 0, ENOEXEC},
    {"no program headers, or too many", HEADER(e_phnum), 74, ENOEXEC},
    {"no program headers, or too many", HEADER(e_phnum), 0xffff, ENOEXEC},
    {"the program headers are cut off", HEADER(e_phnum), 73, ENOEXEC},
    {"the program headers are cut off", HEADER(e_phoff), sizeof(good) - 100,
     ENOEXEC},
    {"the program headers are cut off", HEADER(e_phoff), UINT64_MAX - 8,
     ENOEXEC},
    {"the entry is past a program's memory", HEADER(e_entry), USER_END_64,
     EINVAL},
    {"a dynamic program: link it with -static or -static-pie", LOAD0(p_type),
     PT_INTERP, ENOENT},
    {"a segment's file size is above its size", LOAD1(p_memsz), 0x3f, EINVAL},
    {"a segment's file size is above its size", LOAD1(p_filesz), UINT64_MAX,
     EINVAL},
    {"a segment ends past a program's memory", LOAD1(p_vaddr), USER_END_64,
     EINVAL},
    {"a segment ends past a program's memory", LOAD1(p_vaddr),
     USER_END_64 - 0x2e00, EINVAL},
    {"a segment ends past a program's memory", LOAD1(p_vaddr),
     UINT64_MAX - 0xdff, EINVAL},
    {"a segment ends past a program's memory", LOAD1(p_memsz), UINT64_MAX,
     EINVAL},
    {"a segment ends past a program's memory", LOAD1(p_memsz), USER_END_64,
     EINVAL},
    {"a segment's offset and address differ in their page", LOAD1(p_vaddr),
     0x402201, EINVAL},
    {"a segment's offset and address differ in their page", LOAD1(p_offset),
     0x1ff, EINVAL},
    {"a segment's data are cut off", LOAD1(p_offset), 0x1200, ENOEXEC},
    {"a segment's data are cut off", LOAD1(p_offset), UINT64_MAX - 0xdff,
     ENOEXEC},
    {"a segment's data are cut off", LOAD1(p_filesz), 0x1041, ENOEXEC},
    {"segments overlap", LOAD1(p_vaddr), 0x400200, EINVAL},
    {"segments overlap", LOAD0(p_memsz), 0x2201, EINVAL},
};

static void each_rule_broken_once(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
        struct small file = good;
        memcpy((char *)&file + broken[i].offset, &broken[i].value,
               broken[i].width);
        int error = parse_small(&file);
        if (error != -broken[i].error || strcmp(why, broken[i].rule) != 0) {
            fail_msg("case %zu, \"%s\": %d, \"%s\"", i, broken[i].rule, error,
                     why == NULL ? "" : why);
        }
    }
}

static void every_cut_of_a_file_is_refused(void **state)
{
    (void)state;

    for (size_t size = 1; size < sizeof(good); size++) {
        assert_int_equal(parse(&good, size), -ENOEXEC);
        assert_non_null(why);
    }
}

static void what_linux_lets_through(void **state)
{
    (void)state;
    struct small file = good;

    file.header.e_entry = 5; /* outside all segments: the program faults */
    file.programs[1].p_vaddr = USER_END_64 - 0x2e00;
    file.programs[1].p_memsz = 0x2e00; /* up to the very end */
    assert_int_equal(parse_small(&file), 0);
    assert_true(image.end == USER_END_64);
    file = good;
    file.programs[1].p_vaddr = 0x400240; /* the page of the first segment */
    file.programs[1].p_offset = 0x240;
    file.programs[1].p_filesz = 0;
    file.programs[0].p_filesz = file.programs[0].p_memsz = 0x240;
    assert_int_equal(parse_small(&file), 0);
    file = good;
    file.programs[0] = good.programs[1]; /* not in ascending order */
    file.programs[1] = good.programs[0];
    assert_int_equal(parse_small(&file), 0);
    assert_image_is_sane(sizeof(file));
}

static void segments_without_bytes(void **state)
{
    (void)state;
    struct small file = good;

    file.programs[1].p_filesz = file.programs[1].p_memsz = 0;
    assert_int_equal(parse_small(&file), 0);
    assert_int_equal(image.segment_count, 1);
    file = good;
    file.programs[1].p_filesz = 0; /* bss alone, whatever the offset */
    file.programs[1].p_offset = 12345678;
    assert_int_equal(parse_small(&file), 0);
    assert_int_equal(image.segment_count, 2);
    file.programs[0].p_type = file.programs[1].p_type = PT_NULL;
    assert_int_equal(parse_small(&file), -EINVAL);
    assert_string_equal(why, "no segments to load");
}

static void the_stack_by_gnu_stack(void **state)
{
    (void)state;
    struct small file = good;

    file.programs[2].p_flags = PF_R | PF_W | PF_X;
    assert_int_equal(parse_small(&file), 0);
    assert_true(image.exec_stack);
    assert_false(image.exec_all);
    file.programs[2].p_type = PT_NULL;
    assert_int_equal(parse_small(&file), 0);
    assert_false(image.exec_stack);
}

static void program_headers_outside_all_segments(void **state)
{
    (void)state;
    struct small file = good;

    file.programs[0].p_type = PT_NULL;
    assert_int_equal(parse_small(&file), 0);
    assert_true(image.phdr == 0);
}

/* A file of COUNT segments of a page each. */
static int parse_many(size_t count)
{
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr programs[ELF_SEGMENTS_MAX + 1];
    } file = {.header = good.header};

    file.header.e_phnum = (Elf64_Half)count;
    for (size_t i = 0; i < count; i++) {
        file.programs[i] = (Elf64_Phdr){
            .p_type = PT_LOAD, .p_vaddr = i * PAGE_SIZE, .p_memsz = PAGE_SIZE};
    }
    return parse(&file, sizeof(file));
}

static void as_many_segments_as_there_is_room_for(void **state)
{
    (void)state;

    assert_int_equal(parse_many(ELF_SEGMENTS_MAX), 0);
    assert_int_equal(image.segment_count, ELF_SEGMENTS_MAX);
    assert_int_equal(parse_many(ELF_SEGMENTS_MAX + 1), -ENOEXEC);
    assert_string_equal(why, "more segments than Brix takes");
}

static void mutations_do_no_harm(void **state)
{
    (void)state;
    uint64_t seed = 7;
    int parsed = 0;

    for (int i = 0; i < ROUNDS; i++) {
        struct small file = good;
        random_mutate(&seed, (uint8_t *)&file,
                      offsetof(struct small, programs[3]));
        if (parse_small(&file) == 0) {
            assert_image_is_sane(sizeof(file));
            parsed++;
        } else {
            assert_non_null(why);
        }
    }
    assert_in_range(parsed, ROUNDS / 10, ROUNDS - ROUNDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_program),
        cmocka_unit_test(each_rule_broken_once),
        cmocka_unit_test(every_cut_of_a_file_is_refused),
        cmocka_unit_test(what_linux_lets_through),
        cmocka_unit_test(segments_without_bytes),
        cmocka_unit_test(the_stack_by_gnu_stack),
        cmocka_unit_test(program_headers_outside_all_segments),
        cmocka_unit_test(as_many_segments_as_there_is_room_for),
        cmocka_unit_test(mutations_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
