/* kernel/file/cpio.c: archives as cpio makes them, each rule broken once, every
 * cut, and mutations. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "kernel/file/cpio.h"
#include "kernel/lib/bits.h"
#include "test/host/random.h"

#define ARCHIVES "build/test/host/archives/"
#define ROUNDS   200000

static char archive[0x4000];
static size_t archive_size;
static struct cpio_reader reader;
static struct cpio_entry entry;
static void *copy;

static void begin(void)
{
    memset(archive, 0, sizeof(archive));
    archive_size = 0;
}

static void put(const void *bytes, size_t size)
{
    memcpy(archive + archive_size, bytes, size);
    archive_size = align_up(archive_size + size, 4);
}

/* Appends one entry; every field that is not named is 0. */
static void put_entry(const char *name, unsigned mode, unsigned ino,
                      unsigned nlink, const char *data)
{
    char header[111];
    size_t name_size = strlen(name) + 1;

    snprintf(header, sizeof(header),
             "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", ino,
             mode, 10u, 11u, nlink, 12u, (unsigned)strlen(data), 1u, 2u, 3u, 4u,
             (unsigned)name_size, 0u);
    memcpy(archive + archive_size, header, 110);
    memcpy(archive + archive_size + 110, name, name_size);
    archive_size = align_up(archive_size + 110 + name_size, 4);
    put(data, strlen(data));
}

static void put_trailer(void)
{
    put_entry("TRAILER!!!", 0, 0, 1, "");
}

/* Opens a copy of just SIZE bytes, so that ASan sees one byte too many. */
static void open_bytes(const void *bytes, size_t size)
{
    free(copy);
    copy = malloc(size > 0 ? size : 1);
    memcpy(copy, bytes, size);
    cpio_open(&reader, copy, size);
}

static void assert_next(const char *name, const char *data)
{
    assert_int_equal(cpio_next(&reader, &entry), 1);
    assert_string_equal(entry.name, name);
    assert_int_equal(entry.size, strlen(data));
    assert_memory_equal(entry.data, data, entry.size);
}

static void assert_end(void)
{
    assert_int_equal(cpio_next(&reader, &entry), 0);
    assert_null(reader.why);
}

static void make_good(void)
{
    begin();
    put_entry(".", S_IFDIR | 0755, 1, 2, "");
    put_entry("./bin/hello", S_IFREG | 0755, 2, 1, "contents");
    put_entry("/etc", S_IFLNK | 0777, 3, 1, "bin");
    put_trailer();
}

static void entries_with_all_their_fields(void **state)
{
    (void)state;

    make_good();
    open_bytes(archive, archive_size);
    assert_next("", "");
    assert_true(S_ISDIR(entry.mode));
    assert_next("bin/hello", "contents");
    assert_int_equal(entry.mode, S_IFREG | 0755);
    assert_int_equal(entry.ino, 2);
    assert_int_equal(entry.uid, 10);
    assert_int_equal(entry.gid, 11);
    assert_int_equal(entry.nlink, 1);
    assert_int_equal(entry.mtime, 12);
    assert_int_equal(entry.dev_major, 1);
    assert_int_equal(entry.dev_minor, 2);
    assert_int_equal(entry.rdev_major, 3);
    assert_int_equal(entry.rdev_minor, 4);
    assert_next("etc", "bin");
    assert_true(S_ISLNK(entry.mode));
    assert_end();
    assert_end();
}

static void archives_one_after_the_other(void **state)
{
    (void)state;

    begin();
    put_entry("a", S_IFREG, 1, 1, "1");
    put_trailer();
    archive_size += 300; /* zero bytes */
    put_entry("b", S_IFREG, 1, 1, "2");
    put_trailer();
    put_entry("c", S_IFREG, 1, 1, "3");
    put_trailer();
    archive_size += 511;
    open_bytes(archive, archive_size);
    assert_next("a", "1");
    assert_next("b", "2");
    assert_next("c", "3");
    assert_end();
}

static void nothing_is_an_archive_too(void **state)
{
    (void)state;

    begin();
    open_bytes(archive, 0);
    assert_end();
    open_bytes(archive, 1000);
    assert_end();
}

static void names_are_stripped(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"././/a/b", "a/b"}, {"///a", "a"},     {".hidden", ".hidden"},
        {"..", ".."},        {"./", ""},        {"/", ""},
        {"./.x", ".x"},      {"a/./b", "a/./b"}};

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        begin();
        put_entry(names[i][0], S_IFREG, 1, 1, "");
        put_trailer();
        open_bytes(archive, archive_size);
        assert_next(names[i][1], "");
    }
}

/* Bytes put at an offset in the good archive, whose second header begins at
 * 112, and the answer. */
static const struct {
    const char *rule;
    size_t offset;
    const char *bytes;
    size_t error_offset;
} broken[] = {
    {"no newc header (070701)", 0, "1", 0},
    {"no newc header (070701)", 112, "070707", 112},
    {"no newc header (070701)", 112, "\x1f\x8b", 112},
    {"a field of a header is not hexadecimal", 112 + 6, "0000000g", 118},
    {"a field of a header is not hexadecimal", 112 + 14, " 0000000", 126},
    {"a name is empty or too long", 112 + 94, "00000000", 112},
    {"a name is empty or too long", 112 + 94, "00001001", 112},
    {"a name is empty or too long", 112 + 94, "FFFFFFFF", 112},
    {"a name is cut off", 112 + 94, "00000fff", 0},
    {"a name without a zero byte", 112 + 94, "0000000B", 112 + 110 + 10},
    {"a file's data are cut off", 112 + 54, "00001000", 0},
    {"a file's data are cut off", 112 + 54, "FFFFFFFF", 0},
    {"a file's data differ from their checksum", 112, "070702", 236},
};

/* Reads to the end, data too. Returns the last result of cpio_next. */
static int read_all(void)
{
    int result;

    while ((result = cpio_next(&reader, &entry)) == 1) {
        assert_null(memchr(entry.data, '\xff', entry.size));
    }
    return result;
}

static void each_rule_broken_once(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
        size_t offset = broken[i].error_offset;
        make_good();
        memcpy(archive + broken[i].offset, broken[i].bytes,
               strlen(broken[i].bytes));
        open_bytes(archive, archive_size);
        assert_int_equal(read_all(), -EINVAL);
        assert_string_equal(reader.why, broken[i].rule);
        assert_int_equal(reader.error_offset,
                         offset == 0 && i > 0 ? archive_size : offset);
        assert_int_equal(cpio_next(&reader, &entry), -EINVAL);
    }
}

static void every_cut_is_noticed(void **state)
{
    (void)state;

    make_good();
    for (size_t size = 1; size < archive_size - 3; size++) {
        open_bytes(archive, size);
        assert_int_equal(read_all(), -EINVAL);
        assert_true(reader.error_offset <= size);
    }
}

static void headers_stand_at_multiples_of_4(void **state)
{
    (void)state;

    make_good();
    char *shifted = malloc(archive_size + 2);
    memset(shifted, 0, 2);
    memcpy(shifted + 2, archive, archive_size);
    open_bytes(shifted, archive_size + 2);
    free(shifted);
    assert_int_equal(read_all(), -EINVAL);
    assert_string_equal(reader.why, "a header not at a multiple of 4");
    assert_int_equal(reader.error_offset, 2);
}

static void a_right_checksum(void **state)
{
    (void)state;

    make_good();
    memcpy(archive + 112, "070702", 6);
    memcpy(archive + 112 + 102, "0000036E", 8); /* of "contents" */
    open_bytes(archive, archive_size);
    assert_int_equal(read_all(), 0);
}

static void mutations_do_no_harm(void **state)
{
    (void)state;
    static char good[sizeof(archive)];
    uint64_t seed = 8;
    int refused = 0;

    make_good();
    put_entry("a", S_IFREG, 7, 3, "");
    put_entry("b", S_IFREG, 7, 3, "data");
    put_trailer();
    memcpy(good, archive, sizeof(good));
    for (int i = 0; i < ROUNDS; i++) {
        random_mutate(&seed, (uint8_t *)archive, archive_size);
        open_bytes(archive, archive_size);
        while (cpio_next(&reader, &entry) == 1) {
            const char *data = entry.data;
            assert_true(data >= (char *)copy);
            assert_true(data + entry.size <= (char *)copy + archive_size);
            assert_true(strlen(entry.name) < archive_size);
        }
        refused += reader.why != NULL;
        memcpy(archive, good, archive_size);
    }
    assert_in_range(refused, ROUNDS / 2, ROUNDS - ROUNDS / 50);
}

/* Reads an archive that the build made with cpio. */
static void open_file(const char *name)
{
    FILE *stream = fopen(name, "rb");

    assert_non_null(stream);
    archive_size = fread(archive, 1, sizeof(archive), stream);
    fclose(stream);
    assert_in_range(archive_size, 512, sizeof(archive) - 1);
    open_bytes(archive, archive_size);
}

static void archives_that_cpio_makes(void **state)
{
    (void)state;
    static const char *const names[] = {ARCHIVES "newc.cpio",
                                        ARCHIVES "crc.cpio"};

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        size_t links = 0, files = 0;
        open_file(names[i]);
        while (cpio_next(&reader, &entry) == 1) {
            files++;
            if (strncmp(entry.name, "link", 4) == 0) {
                links++;
                assert_int_equal(entry.nlink, 3);
                assert_int_equal(entry.size, links == 3 ? 6 : 0);
                assert_memory_equal(entry.data, "linked", entry.size);
            }
        }
        assert_null(reader.why);
        assert_int_equal(links, 3);
        assert_int_equal(files, 6); /* and the root, symbolic, empty */
    }
}

static int free_copy(void **state)
{
    (void)state;
    free(copy);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_with_all_their_fields),
        cmocka_unit_test(archives_one_after_the_other),
        cmocka_unit_test(nothing_is_an_archive_too),
        cmocka_unit_test(names_are_stripped),
        cmocka_unit_test(each_rule_broken_once),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(headers_stand_at_multiples_of_4),
        cmocka_unit_test(a_right_checksum),
        cmocka_unit_test(mutations_do_no_harm),
        cmocka_unit_test(archives_that_cpio_makes),
    };
    return cmocka_run_group_tests(tests, NULL, free_copy);
}
