/* ChaCha20, and random bytes by fast key erasure (Bernstein, 2017). */
#include "kernel/base/chacha20.h"

#include "kernel/lib.h"

#define WORDS         (CHACHA20_BLOCK_SIZE / sizeof(uint32_t))
#define DOUBLE_ROUNDS 10

static const uint8_t no_nonce[CHACHA20_NONCE_SIZE];

static uint32_t rotate_left(uint32_t word, unsigned count)
{
    return word << count | word >> (32 - count);
}

/* RFC 8439, 2.1, on the words at four places of STATE. */
static ALWAYS_INLINE void quarter_round(uint32_t state[WORDS], size_t a,
                                        size_t b, size_t c, size_t d)
{
    state[a] += state[b];
    state[d] = rotate_left(state[d] ^ state[a], 16);
    state[c] += state[d];
    state[b] = rotate_left(state[b] ^ state[c], 12);
    state[a] += state[b];
    state[d] = rotate_left(state[d] ^ state[a], 8);
    state[c] += state[d];
    state[b] = rotate_left(state[b] ^ state[c], 7);
}

/* Columns, then diagonals. */
static void double_round(uint32_t state[WORDS])
{
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        quarter_round(state, i, 4 + i, 8 + i, 12 + i);
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        quarter_round(state, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4,
                      12 + (i + 3) % 4);
    }
}

void chacha20_block(const uint8_t key[CHACHA20_KEY_SIZE], uint32_t counter,
                    const uint8_t nonce[CHACHA20_NONCE_SIZE],
                    uint8_t block[CHACHA20_BLOCK_SIZE])
{
    static const char constant[] = "expand 32-byte k";
    uint32_t start[WORDS];
    uint32_t state[WORDS];

    memcpy(&start[0], constant, 4 * sizeof(uint32_t));
    memcpy(&start[4], key, CHACHA20_KEY_SIZE);
    start[12] = counter;
    memcpy(&start[13], nonce, CHACHA20_NONCE_SIZE);
    memcpy(state, start, sizeof(state));
    for (int i = 0; i < DOUBLE_ROUNDS; i++) {
        double_round(state);
    }
    for (size_t i = 0; i < WORDS; i++) {
        state[i] += start[i];
    }
    memcpy(block, state, CHACHA20_BLOCK_SIZE);
}

/* Makes the next batch, whose first bytes are the next key. */
static void refill(struct random_stream *stream)
{
    for (uint32_t i = 0; i < RANDOM_STREAM_BATCH / CHACHA20_BLOCK_SIZE; i++) {
        chacha20_block(stream->key, i, no_nonce,
                       &stream->bytes[i * CHACHA20_BLOCK_SIZE]);
    }
    memcpy(stream->key, stream->bytes, sizeof(stream->key));
    memset(stream->bytes, 0, sizeof(stream->key));
    stream->left = RANDOM_STREAM_BATCH - sizeof(stream->key);
}

/* What was made of the old key is not given out any more. */
void random_stream_mix(struct random_stream *stream, const void *data,
                       size_t size)
{
    const uint8_t *from = data;

    while (size > 0) {
        size_t part = MIN(size, sizeof(stream->key));
        for (size_t i = 0; i < part; i++) {
            stream->key[i] ^= from[i];
        }
        refill(stream);
        from += part;
        size -= part;
    }
    stream->left = 0;
}

void random_stream_read(struct random_stream *stream, void *to, size_t size)
{
    uint8_t *bytes = to;

    while (size > 0) {
        if (stream->left == 0) {
            refill(stream);
        }
        size_t part = MIN(size, stream->left);
        uint8_t *from = &stream->bytes[RANDOM_STREAM_BATCH - stream->left];
        memcpy(bytes, from, part);
        memset(from, 0, part);
        stream->left -= part;
        bytes += part;
        size -= part;
    }
}
