/* kernel/base/chacha20.c: the vectors of RFC 8439, and streams that keep
 * nothing of what they gave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/base/chacha20.h"

#define LENGTH 5000

struct vector {
    const char *key, *nonce, *block; /* hexadecimal */
    uint32_t counter;
};

#define ZEROS_12 "000000000000000000000000"
#define ZEROS_32                                                               \
    "0000000000000000000000000000000000000000000000000000000000000000"

/* RFC 8439: 2.3.2, and A.1, 1 to 5. */
static const struct vector vectors[] = {
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "000000090000004a00000000",
     "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
     "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
     1},
    {ZEROS_32, ZEROS_12,
     "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
     "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
     0},
    {ZEROS_32, ZEROS_12,
     "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
     "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
     1},
    {"0000000000000000000000000000000000000000000000000000000000000001",
     ZEROS_12,
     "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
     "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
     1},
    {"00ff000000000000000000000000000000000000000000000000000000000000",
     ZEROS_12,
     "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
     "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
     2},
    {ZEROS_32, "000000000000000000000002",
     "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
     "8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d",
     0},
};

static void read_hex(const char *text, uint8_t *bytes, size_t size)
{
    assert_int_equal(strlen(text), 2 * size);
    for (size_t i = 0; i < size; i++) {
        unsigned byte;
        assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
}

static void blocks_are_the_vectors_of_the_rfc(void **state)
{
    (void)state;
    uint8_t key[CHACHA20_KEY_SIZE];
    uint8_t nonce[CHACHA20_NONCE_SIZE];
    uint8_t block[CHACHA20_BLOCK_SIZE];
    uint8_t expected[CHACHA20_BLOCK_SIZE];

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        read_hex(vectors[i].key, key, sizeof(key));
        read_hex(vectors[i].nonce, nonce, sizeof(nonce));
        read_hex(vectors[i].block, expected, sizeof(expected));
        chacha20_block(key, vectors[i].counter, nonce, block);
        assert_memory_equal(block, expected, sizeof(block));
    }
}

/* The first batch is the key stream, behind the next key. */
static void a_stream_gives_the_key_stream_behind_the_next_key(void **state)
{
    (void)state;
    struct random_stream stream = {0};
    uint8_t expected[CHACHA20_BLOCK_SIZE];
    uint8_t given[CHACHA20_BLOCK_SIZE - CHACHA20_KEY_SIZE];

    read_hex(vectors[1].block, expected, sizeof(expected));
    random_stream_read(&stream, given, sizeof(given));
    assert_memory_equal(stream.key, expected, CHACHA20_KEY_SIZE);
    assert_memory_equal(given, expected + CHACHA20_KEY_SIZE, sizeof(given));
}

static void pieces_of_all_sizes_are_one_stream(void **state)
{
    (void)state;
    static uint8_t whole[LENGTH], pieces[LENGTH];
    struct random_stream one = {0}, other = {0};
    size_t size = 0;

    random_stream_read(&one, whole, LENGTH);
    for (size_t at = 0; at < LENGTH; at += size, size++) {
        size = size < LENGTH - at ? size : LENGTH - at;
        random_stream_read(&other, pieces + at, size);
    }
    assert_memory_equal(whole, pieces, LENGTH);
}

/* Whatever was given out is nowhere in the stream any more. */
static void what_was_given_is_erased(void **state)
{
    (void)state;
    struct random_stream stream = {0};
    uint8_t given[16];
    const uint8_t *inside = (const uint8_t *)&stream;

    for (int round = 0; round < 200; round++) {
        random_stream_read(&stream, given, sizeof(given));
        for (size_t i = 0; i + 8 <= sizeof(stream); i++) {
            assert_memory_not_equal(inside + i, given, 8);
        }
        assert_memory_not_equal(stream.key, given, 8);
    }
}

static void each_byte_that_is_mixed_counts(void **state)
{
    (void)state;
    uint8_t data[CHACHA20_KEY_SIZE + 1] = {0};
    uint64_t first, other;
    struct random_stream stream = {0};

    random_stream_mix(&stream, data, sizeof(data));
    random_stream_read(&stream, &first, sizeof(first));
    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = 1;
        stream = (struct random_stream){0};
        random_stream_mix(&stream, data, sizeof(data));
        random_stream_read(&stream, &other, sizeof(other));
        assert_int_not_equal(first, other);
        data[i] = 0;
    }
}

/* What was made before the mixing is not given after it. */
static void mixing_changes_what_comes_next(void **state)
{
    (void)state;
    struct random_stream one = {0}, other = {0};
    uint64_t first, second;

    random_stream_read(&one, &first, sizeof(first));
    other = one;
    random_stream_mix(&other, "x", 1);
    random_stream_read(&one, &first, sizeof(first));
    random_stream_read(&other, &second, sizeof(second));
    assert_int_not_equal(first, second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_the_vectors_of_the_rfc),
        cmocka_unit_test(a_stream_gives_the_key_stream_behind_the_next_key),
        cmocka_unit_test(pieces_of_all_sizes_are_one_stream),
        cmocka_unit_test(what_was_given_is_erased),
        cmocka_unit_test(each_byte_that_is_mixed_counts),
        cmocka_unit_test(mixing_changes_what_comes_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
