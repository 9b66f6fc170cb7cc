/* kernel/exec/elf.c: where an interpreter's name may lie, and how long it is.
 */
#include "test/host/elf_small.h"

/* An interpreter's name of SIZE bytes at OFFSET of the file. */
static int parse_interpreter(uint64_t offset, uint64_t size)
{
    struct small changed = good;

    memcpy(changed.code, "/lib/ld.so", sizeof("/lib/ld.so"));
    changed.programs[3] =
        (Elf64_Phdr){.p_type = PT_INTERP, .p_offset = offset, .p_filesz = size};
    return parse_small(&changed);
}

static void interpreters(void **state)
{
    (void)state;
    const uint64_t at = offsetof(struct small, code);
    const char *cut = "the interpreter's name is cut off";
    const char *length = "an interpreter's name of a wrong length";
    const char *nowhere = "the interpreter's name lies where no file reaches";
    const struct {
        uint64_t offset, size;
        int error;
        const char *why;
    } wrong[] = {
        {at, 0, ENOEXEC, length},
        {at, 1, ENOEXEC, length},
        {at, 4097, ENOEXEC, length},
        {at, UINT64_MAX, ENOEXEC, length},
        {at, 10, ENOEXEC, "the interpreter's name has no end"},
        {at, 4096, EIO, cut},
        {sizeof(good) - 1, 2, EIO, cut},
        {sizeof(good), 2, EIO, cut},
        {INT64_MAX - 2, 2, EIO, cut},
        {INT64_MAX - 1, 2, EINVAL, nowhere},
        {BIT(63), 2, EINVAL, nowhere},
        {UINT64_MAX, 2, EINVAL, nowhere},
    };

    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        assert_int_equal(parse_interpreter(wrong[i].offset, wrong[i].size),
                         -wrong[i].error);
        assert_string_equal(why, wrong[i].why);
    }
    assert_int_equal(parse_interpreter(at, sizeof("/lib/ld.so")), 0);
    assert_string_equal(image.interpreter, "/lib/ld.so");
    assert_int_equal(parse_interpreter(sizeof(good) - 2, 2), 0);
    assert_string_equal(image.interpreter, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interpreters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
