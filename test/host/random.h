/* Random numbers and mutations for host tests: the same ones for the same
 * seed on every machine. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* xorshift64*, by Sebastiano Vigna. The state is never 0. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dull;
}

/* A number in [0, limit). */
static inline size_t random_below(uint64_t *state, size_t limit)
{
    return (random_next(state) >> 16) % limit;
}

/* Values that lie at the edges of checks. */
static inline uint64_t random_edge(uint64_t *state)
{
    uint64_t power = 1ull << random_below(state, 64);
    uint64_t near = power + random_below(state, 17) - 8;

    return random_below(state, 8) == 0 ? ~near : near;
}

/* Changes one to four places of BYTES: a bit, a byte, or a word to an edge. */
static inline void random_mutate(uint64_t *state, uint8_t *bytes, size_t size)
{
    for (size_t n = 1 + random_below(state, 4); n > 0; n--) {
        size_t place = random_below(state, size);
        uint64_t edge = random_edge(state);
        size_t width = (size_t)1 << random_below(state, 4);

        switch (random_below(state, 3)) {
        case 0:
            bytes[place] ^= (uint8_t)(1u << random_below(state, 8));
            break;
        case 1:
            bytes[place] = (uint8_t)random_next(state);
            break;
        default:
            place -= place % width;
            for (size_t i = 0; i < width && place + i < size; i++) {
                bytes[place + i] = (uint8_t)(edge >> (8 * i));
            }
        }
    }
}
