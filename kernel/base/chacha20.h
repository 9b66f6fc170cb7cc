/* ChaCha20's block function (RFC 8439, 2.3), and a stream of random bytes made
 * of it. Pure. */
#pragma once

#include "kernel/lib.h"

#define CHACHA20_KEY_SIZE   32
#define CHACHA20_NONCE_SIZE 12
#define CHACHA20_BLOCK_SIZE 64

/* Block COUNTER of the key stream of KEY and NONCE. */
void chacha20_block(const uint8_t key[CHACHA20_KEY_SIZE], uint32_t counter,
                    const uint8_t nonce[CHACHA20_NONCE_SIZE],
                    uint8_t block[CHACHA20_BLOCK_SIZE]);

/* A stream with fast key erasure: each batch of blocks begins with the key of
 * the next, and a byte is erased when it is given out. So who reads all of this
 * learns nothing of what was given out before.
 *
 *     batch    | next key | .... given out, erased .... | left |
 */
#define RANDOM_STREAM_BATCH (8 * CHACHA20_BLOCK_SIZE)

struct random_stream {
    uint8_t key[CHACHA20_KEY_SIZE];
    uint8_t bytes[RANDOM_STREAM_BATCH];
    size_t left; /* at the end of `bytes` */
};

/* Makes the stream depend on DATA beside all that it depends on already. A
 * stream of zeros is one that depends on nothing yet. */
void random_stream_mix(struct random_stream *stream, const void *data,
                       size_t size);

/* The next SIZE bytes. */
void random_stream_read(struct random_stream *stream, void *to, size_t size);
