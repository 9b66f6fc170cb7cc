/* Random numbers from what the CPU and the clocks say. */
#include "kernel/base/random.h"

#include "drivers/clock.h"
#include "kernel/base/chacha20.h"
#include "kernel/base/option.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

#define LEAF_FEATURES     1
#define LEAF_1_ECX_RDRAND BIT(30)
#define LEAF_EXTENDED     7
#define LEAF_7_EBX_RDSEED BIT(18)
#define RANDOM_TRIES      10 /* SDM vol. 1, 7.3.17.1 */

/* Words that each source gives for the key. */
#define SOURCE_WORDS      8

static struct random_stream stream;

/* Whether the CPU had a number for *VALUE. */
static bool rdrand(uint64_t *value)
{
    bool is_valid;
    __asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(is_valid));
    return is_valid;
}

static bool rdseed(uint64_t *value)
{
    bool is_valid;
    __asm__ volatile("rdseed %0" : "=r"(*value), "=@ccc"(is_valid));
    return is_valid;
}

static void mix_source(bool (*source)(uint64_t *value))
{
    for (int i = 0; i < SOURCE_WORDS; i++) {
        uint64_t value = 0;
        for (int n = 0; n < RANDOM_TRIES && !source(&value); n++) {
        }
        random_stream_mix(&stream, &value, sizeof(value));
    }
}

static void mix_clocks(void)
{
    const uint64_t clocks[] = {rdtsc(), clock_tsc_hertz(),
                               clock_seconds_since_1970()};
    random_stream_mix(&stream, clocks, sizeof(clocks));
}

void random_init(void)
{
    if (option_is_set(OPTION_SEED)) {
        uint64_t seed = option_number(OPTION_SEED, 0);
        random_stream_mix(&stream, &seed, sizeof(seed));
        return;
    }
    if ((cpuid_if_known(LEAF_EXTENDED, 0).ebx & LEAF_7_EBX_RDSEED) != 0) {
        mix_source(rdseed);
    }
    if ((cpuid_if_known(LEAF_FEATURES, 0).ecx & LEAF_1_ECX_RDRAND) != 0) {
        mix_source(rdrand);
    }
    mix_clocks();
}

void random_bytes(void *to, size_t size)
{
    random_stream_read(&stream, to, size);
}

uint64_t random_below(uint64_t limit)
{
    uint64_t word;

    ASSERT(is_power_of_two(limit));
    random_bytes(&word, sizeof(word));
    return word & (limit - 1);
}
