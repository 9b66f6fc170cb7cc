/* kernel/report/qr_code.c: what zbarimg reads in the picture of a code is the
 * text, for texts of all lengths at which something changes, and random ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/lib.h"
#include "kernel/report/qr_code_priv.h"
#include "test/host/random.h"

#define ROUNDS    20
#define TEXT_MAX  (QR_BYTES_MAX + 100)
#define DOT       3u /* pixels a side */
#define WHITE     255
#define PICTURE   "build/test/host/qr_code.pgm"
#define READ_CODE "zbarimg -q --nodbus --raw --oneshot -Sbinary " PICTURE

static struct qr_code code;
static uint64_t seed = 20;

/* The most bytes that version N holds, level L, mode bytes (ISO/IEC 18004,
 * table 7). */
static const size_t capacity[QR_VERSION_MAX + 1] = {
    0,   17,  32,  53,  78,  106, 134, 154, 192, 230,  271,  321,  367,
    425, 458, 520, 586, 644, 718, 792, 858, 929, 1003, 1091, 1171, 1273,
};

static bool is_dark(unsigned x, unsigned y)
{
    unsigned column = x / DOT - QR_QUIET_ZONE; /* wraps where it is too small */
    unsigned row = y / DOT - QR_QUIET_ZONE;
    return column < code.side && row < code.side &&
           code.modules[row * code.side + column] != 0;
}

static void draw_picture(void)
{
    unsigned side = (code.side + 2 * QR_QUIET_ZONE) * DOT;
    FILE *picture = fopen(PICTURE, "w");
    assert_non_null(picture);
    fprintf(picture, "P5 %u %u %d\n", side, side, WHITE);
    for (unsigned i = 0; i < side * side; i++) {
        putc(is_dark(i % side, i / side) ? 0 : WHITE, picture);
    }
    assert_int_equal(fclose(picture), 0);
}

/* A text of SIZE bytes becomes a code of VERSION, or of any when that is 0. */
static void check_text(size_t size, unsigned version)
{
    static char text[TEXT_MAX];
    static char read[TEXT_MAX];

    for (size_t i = 0; i < size; i++) {
        text[i] = (char)(' ' + random_below(&seed, '~' - ' '));
    }
    qr_code_make(&code, text, size);
    if (version != 0) {
        assert_int_equal(code.side, 17 + 4 * version);
    }
    draw_picture();
    FILE *reader = popen(READ_CODE, "r");
    assert_non_null(reader);
    size_t read_size = fread(read, 1, sizeof(read), reader);
    assert_int_equal(pclose(reader), 0);
    assert_int_equal(read_size, MIN(size, (size_t)QR_BYTES_MAX));
    assert_memory_equal(read, text, read_size);
}

static void test_fullest_and_emptiest(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= QR_VERSION_MAX; version++) {
        check_text(capacity[version], version);
        check_text(capacity[version - 1] + 1, version);
    }
}

static void test_random_lengths(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        check_text(1 + random_below(&seed, QR_BYTES_MAX), 0);
    }
}

static void test_too_long(void **state)
{
    (void)state;
    check_text(QR_BYTES_MAX + 1, QR_VERSION_MAX);
    check_text(TEXT_MAX, QR_VERSION_MAX);
}

/* Places that the standard lists (annex E). */
static void test_alignments(void **state)
{
    (void)state;
    static const struct {
        unsigned version;
        unsigned count;
        unsigned centres[QR_ALIGNMENTS_MAX];
    } rows[] = {
        {1, 0, {0}},
        {2, 2, {6, 18}},
        {7, 3, {6, 22, 38}},
        {14, 4, {6, 26, 46, 66}},
        {16, 4, {6, 26, 50, 74}},
        {22, 5, {6, 26, 50, 74, 98}},
        {24, 5, {6, 28, 54, 80, 106}},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        unsigned centres[QR_ALIGNMENTS_MAX];
        unsigned count = qr_alignments(rows[i].version, centres);
        assert_int_equal(count, rows[i].count);
        assert_memory_equal(centres, rows[i].centres,
                            count * sizeof(centres[0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fullest_and_emptiest),
        cmocka_unit_test(test_random_lengths),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_alignments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
