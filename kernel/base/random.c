/* Random numbers: SplitMix64 (Steele, Lea and Flood, 2014) over a seed. */
#include "kernel/base/random.h"

#include "kernel/lib/assert.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"

#define LEAF_FEATURES     1
#define LEAF_1_ECX_RDRAND BIT(30)
#define RDRAND_TRIES      10 /* SDM vol. 1, 7.3.17.1 */

static uint64_t state;

static uint64_t next(void)
{
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rdrand(void)
{
    uint64_t value = 0;
    bool is_valid = false;

    for (int i = 0; i < RDRAND_TRIES && !is_valid; i++) {
        __asm__ volatile("rdrand %0" : "=r"(value), "=@ccc"(is_valid));
    }
    return value;
}

void random_init(void)
{
    state = rdtsc();
    if ((cpuid_if_known(LEAF_FEATURES, 0).ecx & LEAF_1_ECX_RDRAND) != 0) {
        state ^= rdrand();
    }
}

void random_bytes(void *to, size_t size)
{
    uint8_t *bytes = to;

    while (size > 0) {
        uint64_t word = next();
        size_t part = MIN(size, sizeof(word));
        memcpy(bytes, &word, part);
        bytes += part;
        size -= part;
    }
}

uint64_t random_below(uint64_t limit)
{
    ASSERT(is_power_of_two(limit));
    return next() & (limit - 1);
}
