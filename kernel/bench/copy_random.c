/* What the test of copies draws: xorshift64*, by Sebastiano Vigna. */
#include "kernel/bench/copy_random.h"

#include "kernel/lib.h"

static uint64_t state;

void copy_random_begin(uint64_t seed)
{
    state = seed + 1;
}

size_t copy_random(size_t limit)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * 0x2545f4914f6cdd1dull >> 32) % limit;
}

struct model_range copy_random_range(void)
{
    size_t kind = copy_random(8);
    size_t first = copy_random(MODEL_PAGES);
    size_t length = 1 + copy_random(kind == 0 ? MODEL_PAGES : 40);

    if (kind == 1) {
        first = align_down(first, FRAMES_PER_LARGE_PAGE);
        length = FRAMES_PER_LARGE_PAGE;
    }
    return (struct model_range){first, MIN(first + length, MODEL_PAGES)};
}
