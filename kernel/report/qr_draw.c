/* QR codes: where the modules of the patterns and of the codewords lie. */
#include "kernel/lib.h"
#include "kernel/report/qr_code_priv.h"

/* A module while it is drawn. */
#define DARK              1u
#define PATTERN           2u /* no codeword lies here */

#define FINDER_RADIUS     3u
#define ALIGNMENT_RADIUS  2u
#define TIMING            6u /* the row and the column of the timing pattern */
#define ALIGNMENT_LAST    7u /* from the far side: the last one's centre */
#define VERSION_FIRST     7u /* versions from here on say which they are */

/* Level L with mask 0: 01 000, with its error correction, masked (annex C). */
#define FORMAT            0x77c4u
#define FORMAT_BITS       15u

#define VERSION_BITS      18u
#define VERSION_GENERATOR 0x1f25u /* annex D */
#define VERSION_DEGREE    12u

static void put(struct qr_code *code, unsigned x, unsigned y, bool is_dark)
{
    code->modules[y * code->side + x] = PATTERN | (is_dark ? DARK : 0);
}

unsigned qr_alignments(unsigned version, unsigned centres[QR_ALIGNMENTS_MAX])
{
    if (version < 2) {
        return 0;
    }
    /* Annex E: the last is fixed, the distances are equal and even, and what
     * does not come out even is between the first two. */
    unsigned count = version / 7 + 2;
    unsigned last = 17 + 4 * version - ALIGNMENT_LAST;
    unsigned gaps = count - 1;
    unsigned step = 2 * ((last - TIMING + 2 * gaps - 1) / (2 * gaps));

    centres[0] = TIMING;
    for (unsigned i = 1; i < count; i++) {
        centres[i] = last - (count - 1 - i) * step;
    }
    return count;
}

unsigned qr_codeword_count(unsigned version)
{
    unsigned centres[QR_ALIGNMENTS_MAX];
    unsigned side = 17 + 4 * version;
    unsigned modules =
        side * side - 3 * 8 * 8 - 2 * (side - 16) - 2 * FORMAT_BITS - 1;
    unsigned count = qr_alignments(version, centres);

    if (count > 0) {
        /* The three in the finders' corners are not there, and 5 modules of
         * each on the timing patterns count already. */
        modules -= 25 * (count * count - 3) - 2 * 5 * (count - 2);
    }
    if (version >= VERSION_FIRST) {
        modules -= 2 * VERSION_BITS;
    }
    return modules / 8;
}

/* The distance of two places: the longer of the two sides. */
static unsigned distance(unsigned x, unsigned y, unsigned to_x, unsigned to_y)
{
    unsigned across = MAX(x, to_x) - MIN(x, to_x);
    unsigned down = MAX(y, to_y) - MIN(y, to_y);
    return MAX(across, down);
}

/* Squares in each other around (X, Y), as far as they lie within the code. */
static void draw_finder(struct qr_code *code, unsigned x, unsigned y)
{
    unsigned reach = FINDER_RADIUS + 1; /* with the light edge */
    unsigned right = MIN(x + reach, code->side - 1);
    unsigned bottom = MIN(y + reach, code->side - 1);

    for (unsigned row = y - MIN(y, reach); row <= bottom; row++) {
        for (unsigned column = x - MIN(x, reach); column <= right; column++) {
            unsigned from = distance(column, row, x, y);
            put(code, column, row, from != 2 && from != reach);
        }
    }
}

static void draw_alignment(struct qr_code *code, unsigned x, unsigned y)
{
    for (unsigned row = y - ALIGNMENT_RADIUS; row <= y + ALIGNMENT_RADIUS;
         row++) {
        for (unsigned column = x - ALIGNMENT_RADIUS;
             column <= x + ALIGNMENT_RADIUS; column++) {
            put(code, column, row, distance(column, row, x, y) != 1);
        }
    }
}

static void draw_alignments(struct qr_code *code, unsigned version)
{
    unsigned centres[QR_ALIGNMENTS_MAX];
    unsigned count = qr_alignments(version, centres);

    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < count; j++) {
            bool is_at_finder = (i == 0 && (j == 0 || j == count - 1)) ||
                                (i == count - 1 && j == 0);
            if (!is_at_finder) {
                draw_alignment(code, centres[i], centres[j]);
            }
        }
    }
}

/* Both copies of the format, one around the first finder and one beside the
 * other two (figure 25). */
static void draw_format(struct qr_code *code)
{
    for (unsigned i = 0; i < FORMAT_BITS; i++) {
        bool is_dark = (FORMAT >> i & 1) != 0;
        if (i < 8) {
            put(code, 8, i + (i >= TIMING), is_dark);
            put(code, code->side - 1 - i, 8, is_dark);
        } else {
            put(code, FORMAT_BITS - 1 - i + (i == 8), 8, is_dark);
            put(code, 8, code->side - FORMAT_BITS + i, is_dark);
        }
    }
    put(code, 8, code->side - 8, true);
}

/* Both copies of the version's number, beside two finders (figure 27). */
static void draw_version(struct qr_code *code, unsigned version)
{
    unsigned rest = version << VERSION_DEGREE;
    for (unsigned bit = VERSION_BITS; bit-- > VERSION_DEGREE;) {
        if ((rest >> bit & 1) != 0) {
            rest ^= VERSION_GENERATOR << (bit - VERSION_DEGREE);
        }
    }
    unsigned word = version << VERSION_DEGREE | rest;
    for (unsigned i = 0; i < VERSION_BITS; i++) {
        unsigned along = i / 3;
        unsigned from_end = code->side - 11 + i % 3;
        put(code, along, from_end, (word >> i & 1) != 0);
        put(code, from_end, along, (word >> i & 1) != 0);
    }
}

static void draw_patterns(struct qr_code *code, unsigned version)
{
    unsigned end = code->side - 1 - FINDER_RADIUS;

    for (unsigned i = 0; i < code->side; i++) {
        put(code, i, TIMING, i % 2 == 0);
        put(code, TIMING, i, i % 2 == 0);
    }
    draw_alignments(code, version);
    draw_finder(code, FINDER_RADIUS, FINDER_RADIUS);
    draw_finder(code, end, FINDER_RADIUS);
    draw_finder(code, FINDER_RADIUS, end);
    draw_format(code);
    if (version >= VERSION_FIRST) {
        draw_version(code, version);
    }
}

/* Places the bits in columns of two, from the right, up and down by turns
 * (section 7.7.3), with mask 0: where x + y is even a module is turned round.
 * Bits that are left over are 0. */
static void draw_codewords(struct qr_code *code, size_t bits)
{
    size_t bit = 0;

    for (unsigned turn = 0; turn < (code->side - 1) / 2; turn++) {
        unsigned right = code->side - 1 - 2 * turn;
        right -= right <= TIMING; /* the timing pattern has its own column */
        for (unsigned i = 0; i < 2 * code->side; i++) {
            unsigned x = right - i % 2;
            unsigned y = turn % 2 == 0 ? code->side - 1 - i / 2 : i / 2;
            uint8_t *module = &code->modules[y * code->side + x];
            if ((*module & PATTERN) != 0) {
                continue;
            }
            bool is_set = bit < bits &&
                          (code->codewords[bit / 8] >> (7 - bit % 8) & 1) != 0;
            *module = is_set != ((x + y) % 2 == 0) ? DARK : 0;
            bit++;
        }
    }
}

void qr_draw(struct qr_code *code, unsigned version)
{
    code->side = 17 + 4 * version;
    memset(code->modules, 0, sizeof(code->modules));
    draw_patterns(code, version);
    draw_codewords(code, (size_t)qr_codeword_count(version) * 8);
    for (unsigned i = 0; i < code->side * code->side; i++) {
        code->modules[i] &= DARK;
    }
}
