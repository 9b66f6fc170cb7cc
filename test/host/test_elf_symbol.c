/* kernel/exec/elf_symbol.c: names in programs as compilers make them, compared
 * with what the host's <elf.h> sees, and in damaged files. */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/exec/elf_symbol.h"
#include "test/host/random.h"

#define PROGRAMS    "build/test/host/programs/"
#define ROUNDS      300
#define DAMAGE_SEED 5u

static uint8_t *file;
static size_t file_size;

static void read_program(const char *name)
{
    char path[128];
    FILE *stream;

    snprintf(path, sizeof(path), PROGRAMS "%s", name);
    stream = fopen(path, "rb");
    assert_non_null(stream);
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    file_size = (size_t)ftell(stream);
    rewind(stream);
    file = malloc(file_size);
    assert_non_null(file);
    assert_int_equal(fread(file, 1, file_size, stream), file_size);
    fclose(stream);
}

static const char *find(uint64_t address, uint64_t *offset)
{
    return elf_symbol_find(file, file_size, address, offset);
}

/* Each function of the file is found at its first and at its last byte. Several
 * names may have one address. */
#define CHECK_FUNCTIONS(Ehdr, Shdr, Sym, TYPE, checked)                        \
    do {                                                                       \
        const Ehdr *header = (const void *)file;                               \
        const Shdr *sections = (const void *)(file + header->e_shoff);         \
        for (size_t s = 0; s < header->e_shnum; s++) {                         \
            if (sections[s].sh_type != SHT_SYMTAB) {                           \
                continue;                                                      \
            }                                                                  \
            const Sym *symbols = (const void *)(file + sections[s].sh_offset); \
            size_t count = sections[s].sh_size / sizeof(*symbols);             \
            for (size_t i = 0; i < count; i += 7) {                            \
                uint64_t offset = 1, size = symbols[i].st_size;                \
                if (TYPE(symbols[i].st_info) == STT_FUNC && size > 0 &&        \
                    symbols[i].st_value != 0) {                                \
                    assert_non_null(find(symbols[i].st_value, &offset));       \
                    assert_true(offset == 0);                                  \
                    assert_non_null(                                           \
                        find(symbols[i].st_value + size - 1, &offset));        \
                    assert_true(offset <= size - 1);                           \
                    checked++;                                                 \
                }                                                              \
            }                                                                  \
        }                                                                      \
    } while (0)

static void functions_are_found_in_elf64(void **state)
{
    size_t checked = 0;
    (void)state;
    read_program("static");
    CHECK_FUNCTIONS(Elf64_Ehdr, Elf64_Shdr, Elf64_Sym, ELF64_ST_TYPE, checked);
    assert_true(checked > 50);
    free(file);
}

static void functions_are_found_in_elf32(void **state)
{
    size_t checked = 0;
    (void)state;
    read_program("static-32");
    CHECK_FUNCTIONS(Elf32_Ehdr, Elf32_Shdr, Elf32_Sym, ELF32_ST_TYPE, checked);
    assert_true(checked > 50);
    free(file);
}

/* Where the file has its entry: _start. */
static void the_entry_has_its_name(void **state)
{
    uint64_t offset;
    (void)state;
    read_program("static");
    uint64_t entry = ((const Elf64_Ehdr *)(const void *)file)->e_entry;
    assert_string_equal(find(entry, &offset), "_start");
    assert_true(offset == 0);
    assert_string_equal(find(entry + 3, &offset), "_start");
    assert_true(offset == 3);
    free(file);
}

static void what_is_no_function_has_no_name(void **state)
{
    uint64_t offset;
    (void)state;
    read_program("static");
    assert_null(find(1, &offset));
    assert_null(find(0x7fffffffffff, &offset));
    free(file);
}

static void what_is_no_elf_file_has_no_names(void **state)
{
    static const uint8_t text[100] = "#!/bin/sh";
    uint64_t offset;
    (void)state;
    assert_null(elf_symbol_find(text, sizeof(text), 1, &offset));
    assert_null(elf_symbol_find(text, 0, 1, &offset));
}

/* Cut anywhere, and with damage in all that is looked at, the file is never
 * read past its end: ASan watches. */
static void damaged_files_do_no_harm(void **state)
{
    uint64_t seed = DAMAGE_SEED;
    (void)state;
    read_program("static");
    const Elf64_Ehdr *header = (const void *)file;
    uint64_t entry = header->e_entry;
    size_t sections = header->e_shoff;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t offset;
        size_t size = random_below(&seed, 4) == 0
                          ? random_below(&seed, file_size)
                          : file_size;
        uint8_t *copy = malloc(size + 1);
        memcpy(copy, file, size);
        if (size == file_size) {
            random_mutate(&seed, copy, sizeof(Elf64_Ehdr));
            random_mutate(&seed, copy + sections, size - sections);
            memcpy(copy, file, EI_NIDENT);
        }
        uint8_t *exact = realloc(copy, size > 0 ? size : 1);
        const char *name = elf_symbol_find(exact, size, entry, &offset);
        assert_true(name == NULL || strlen(name) < size);
        free(exact);
    }
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_found_in_elf64),
        cmocka_unit_test(functions_are_found_in_elf32),
        cmocka_unit_test(the_entry_has_its_name),
        cmocka_unit_test(what_is_no_function_has_no_name),
        cmocka_unit_test(what_is_no_elf_file_has_no_names),
        cmocka_unit_test(damaged_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
