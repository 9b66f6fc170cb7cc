/* QR codes: the text as codewords, with their error correction. */
#include "kernel/lib.h"
#include "kernel/report/qr_code_priv.h"

#define MODE_BYTES       4u /* table 2 */
#define MODE_BITS        4u
#define TERMINATOR_BITS  4u
#define LONG_COUNT_FIRST 10u /* versions from here on count in 16 bits */
#define PAD_FIRST        0xecu
#define PAD_SECOND       0x11u
#define CORRECTION_MAX   30u

/* Error correction of level L (table 9): how many blocks the data is cut into,
 * and how many codewords correct each. */
static const struct {
    uint8_t correction;
    uint8_t blocks;
} levels[QR_VERSION_MAX + 1] = {
    {0, 0},  {7, 1},  {10, 1}, {15, 1},  {20, 1},  {26, 1}, {18, 2},
    {20, 2}, {24, 2}, {30, 2}, {18, 4},  {20, 4},  {24, 4}, {26, 4},
    {30, 4}, {22, 6}, {24, 6}, {28, 6},  {30, 6},  {28, 7}, {28, 8},
    {28, 8}, {28, 9}, {30, 9}, {30, 10}, {26, 12},
};

struct bits {
    uint8_t *bytes; /* all 0 at first */
    size_t count;
};

static void put_bits(struct bits *bits, unsigned value, unsigned width)
{
    while (width-- > 0) {
        unsigned bit = value >> width & 1;
        bits->bytes[bits->count / 8] |= (uint8_t)(bit << (7 - bits->count % 8));
        bits->count++;
    }
}

static unsigned data_count(unsigned version)
{
    return qr_codeword_count(version) -
           levels[version].correction * (unsigned)levels[version].blocks;
}

static unsigned count_bits(unsigned version)
{
    return version < LONG_COUNT_FIRST ? 8 : 16;
}

/* How many bytes of text VERSION holds. */
static size_t capacity(unsigned version)
{
    return data_count(version) - (MODE_BITS + count_bits(version) + 7) / 8;
}

static unsigned choose_version(size_t size)
{
    unsigned version = 1;

    while (version < QR_VERSION_MAX && capacity(version) < size) {
        version++;
    }
    return version;
}

/* The data codewords: mode, length, text, and what fills the rest. */
static void make_data(struct qr_code *code, unsigned version, const char *text,
                      size_t size)
{
    struct bits bits = {.bytes = code->data};

    memset(code->data, 0, data_count(version));
    put_bits(&bits, MODE_BYTES, MODE_BITS);
    put_bits(&bits, (unsigned)size, count_bits(version));
    for (size_t i = 0; i < size; i++) {
        put_bits(&bits, (uint8_t)text[i], 8);
    }
    size_t used = (bits.count + TERMINATOR_BITS) / 8;
    for (size_t i = used; i < data_count(version); i++) {
        code->data[i] = (i - used) % 2 == 0 ? PAD_FIRST : PAD_SECOND;
    }
}

/* The product in GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1
 * (section 7.5.2). */
static uint8_t multiply(uint8_t a, uint8_t b)
{
    unsigned product = 0;

    for (unsigned bit = 8; bit-- > 0;) {
        product = product << 1 ^ ((product & 0x80) != 0 ? 0x11du : 0);
        product ^= (b >> bit & 1) != 0 ? a : 0u;
    }
    return (uint8_t)product;
}

/* GENERATOR, without its leading 1: the product of (x - 2^i), i < DEGREE. */
static void make_generator(uint8_t *generator, unsigned degree)
{
    uint8_t root = 1;

    memset(generator, 0, degree);
    generator[degree - 1] = 1;
    for (unsigned i = 0; i < degree; i++) {
        for (unsigned j = 0; j < degree; j++) {
            uint8_t next = j + 1 < degree ? generator[j + 1] : 0;
            generator[j] = multiply(generator[j], root) ^ next;
        }
        root = multiply(root, 2);
    }
}

/* REMAINDER of DATA, SIZE codewords, by a generator of DEGREE (Reed-Solomon).
 */
static void correct(uint8_t *remainder, const uint8_t *data, size_t size,
                    const uint8_t *generator, unsigned degree)
{
    memset(remainder, 0, degree);
    for (size_t i = 0; i < size; i++) {
        uint8_t factor = data[i] ^ remainder[0];
        memmove(remainder, remainder + 1, degree - 1);
        remainder[degree - 1] = 0;
        for (unsigned j = 0; j < degree; j++) {
            remainder[j] ^= multiply(generator[j], factor);
        }
    }
}

/* CODEWORDS: the first of each block of DATA, the second of each, and so on;
 * then the error correction in the same way (section 7.6). The last blocks are
 * one longer than the first where they don't come out even. */
static void interleave(struct qr_code *code, unsigned version)
{
    const uint8_t *data = code->data;
    unsigned degree = levels[version].correction;
    unsigned blocks = levels[version].blocks;
    unsigned total = data_count(version);
    unsigned shorter = total / blocks;
    unsigned shorter_blocks = blocks - total % blocks;
    uint8_t generator[CORRECTION_MAX];
    uint8_t remainder[CORRECTION_MAX];

    make_generator(generator, degree);
    for (unsigned block = 0; block < blocks; block++) {
        unsigned size = shorter + (block >= shorter_blocks);
        for (unsigned i = 0; i < size; i++) {
            unsigned before = i < shorter ? block : block - shorter_blocks;
            code->codewords[i * blocks + before] = data[i];
        }
        correct(remainder, data, size, generator, degree);
        for (unsigned i = 0; i < degree; i++) {
            code->codewords[total + i * blocks + block] = remainder[i];
        }
        data += size;
    }
}

void qr_code_make(struct qr_code *code, const char *text, size_t size)
{
    size = MIN(size, (size_t)QR_BYTES_MAX);
    unsigned version = choose_version(size);
    make_data(code, version, text, size);
    interleave(code, version);
    qr_draw(code, version);
}
