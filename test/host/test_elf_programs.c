/* kernel/exec/elf.c: programs as compilers make them, compared with what the
 * host's <elf.h> sees in the same files. */
#include "test/host/elf_fixture.h"

#define PROGRAMS "build/test/host/programs/"

/* Reads a program that the build made. */
static void *read_program(const char *name, size_t *size)
{
    FILE *stream = fopen(name, "rb");

    assert_non_null(stream);
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    *size = (size_t)ftell(stream);
    rewind(stream);
    void *bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, stream), *size);
    fclose(stream);
    return bytes;
}

/* Every PT_LOAD of the real file is in the image, and no more. */
#define CHECK_LOADS(Ehdr, Phdr, bytes)                                         \
    do {                                                                       \
        const Ehdr *header = (const void *)(bytes);                            \
        const Phdr *program = (const void *)((bytes) + header->e_phoff);       \
        unsigned next = 0;                                                     \
        for (size_t n = 0; n < header->e_phnum; n++) {                         \
            if (program[n].p_type == PT_LOAD) {                                \
                struct elf_segment s = segment(next++);                        \
                assert_true(s.vaddr == program[n].p_vaddr);                    \
                assert_true(s.file_offset == program[n].p_offset);             \
                assert_true(s.file_size == program[n].p_filesz);               \
                assert_true(s.memory_size == program[n].p_memsz);              \
            }                                                                  \
        }                                                                      \
        assert_int_equal(next, image.segment_count);                           \
        assert_true(image.entry == header->e_entry);                           \
        assert_int_equal(image.phnum, header->e_phnum);                        \
    } while (0)

static const struct {
    const char *name;
    bool is_64, is_pie;
} programs[] = {
    {PROGRAMS "static", true, false},
    {PROGRAMS "static-pie", true, true},
    {PROGRAMS "static-32", false, false},
    {PROGRAMS "static-pie-32", false, true},
    {PROGRAMS "musl", true, false},
};

static void programs_that_compilers_make(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(programs); i++) {
        size_t size;
        char *bytes = read_program(programs[i].name, &size);
        assert_int_equal(parse(bytes, size), 0);
        assert_image_is_sane();
        assert_null(image.interpreter);
        assert_int_equal(image.is_64, programs[i].is_64);
        assert_int_equal(image.is_pie, programs[i].is_pie);
        assert_false(image.exec_stack || image.exec_all);
        assert_true(image.phdr != 0);
        if (image.is_64) {
            CHECK_LOADS(Elf64_Ehdr, Elf64_Phdr, bytes);
        } else {
            CHECK_LOADS(Elf32_Ehdr, Elf32_Phdr, bytes);
        }
        free(bytes);
    }
}

static void a_dynamic_program_names_its_linker(void **state)
{
    (void)state;
    size_t size;
    void *bytes = read_program(PROGRAMS "dynamic", &size);

    assert_int_equal(parse(bytes, size), 0);
    assert_non_null(strstr(image.interpreter, "/ld-linux"));
    free(bytes);
}

static int parse_as_interpreter(const void *bytes, size_t size, bool is_64)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size); /* for ASan */
    memcpy(copy, bytes, size);
    struct elf_source source = {.size = size, .bytes = copy};
    int error = elf_parse_interpreter(&source, is_64, &image, &why);
    const char *rule =
        error == 0 ? elf_broken_interpreter_rule(&image, user_end()) : NULL;
    free(copy);
    assert_true(error == 0 || why != NULL);
    return rule != NULL ? -EINVAL : error;
}

static void what_an_interpreter_has_to_be(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_program(PROGRAMS "dynamic", &size);
    Elf64_Ehdr *header = (void *)bytes;

    assert_int_equal(parse_as_interpreter(bytes, size, true), 0);
    assert_null(image.interpreter); /* its own does not count */
    assert_int_equal(parse_as_interpreter(bytes, size, false), -ELIBBAD);
    for (size_t cut = 0; cut < sizeof(*header); cut++) {
        assert_int_equal(parse_as_interpreter(bytes, cut, true), -EIO);
    }
    assert_int_equal(parse_as_interpreter(bytes, sizeof(*header), true),
                     -ELIBBAD);
    header->e_type = ET_REL; /* found out when it is to be mapped */
    assert_int_equal(parse_as_interpreter(bytes, size, true), -EINVAL);
    header->e_type = ET_DYN;
    header->e_ident[0]++;
    assert_int_equal(parse_as_interpreter(bytes, size, true), -ELIBBAD);
    free(bytes);
    bytes = read_program(PROGRAMS "static-32", &size);
    assert_int_equal(parse_as_interpreter(bytes, size, false), 0);
    for (size_t cut = 0; cut < sizeof(Elf32_Ehdr); cut++) {
        assert_int_equal(parse_as_interpreter(bytes, cut, false), -EIO);
    }
    assert_int_equal(parse_as_interpreter(bytes, size, true), -ELIBBAD);
    free(bytes);
}

/* The 32-bit class has checks of its own: sizes, the limit, the stack. */
static void rules_of_32_bits(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_program(PROGRAMS "static-32", &size);
    Elf32_Ehdr *header = (void *)bytes;
    Elf32_Phdr *program = (void *)(bytes + header->e_phoff);

    for (size_t n = 0; n < header->e_phnum; n++) {
        if (program[n].p_type == PT_GNU_STACK) {
            program[n].p_type = PT_NULL;
        }
    }
    assert_int_equal(parse(bytes, size), 0);
    assert_true(image.exec_stack && image.exec_all);
    header->e_phentsize = sizeof(Elf64_Phdr);
    assert_int_equal(parse(bytes, size), -ENOEXEC);
    header->e_phentsize = sizeof(Elf32_Phdr);
    header->e_ident[EI_CLASS] = ELFCLASS64; /* the machine decides */
    header->e_machine = 6;                  /* EM_486, of long ago */
    assert_int_equal(parse(bytes, size), 0);
    assert_false(image.is_64);
    assert_image_is_sane();
    header->e_machine = EM_X86_64;
    assert_int_equal(parse(bytes, size), -ENOEXEC);
    header->e_machine = EM_386;
    program[0].p_vaddr = 0xffffe000;
    assert_int_equal(parse(bytes, size), 0);
    assert_string_equal(elf_broken_rule(&image, USER_END_32),
                        "a segment ends past a program's memory");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_that_compilers_make),
        cmocka_unit_test(a_dynamic_program_names_its_linker),
        cmocka_unit_test(what_an_interpreter_has_to_be),
        cmocka_unit_test(rules_of_32_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
