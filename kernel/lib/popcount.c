/* What __builtin_popcountll calls on CPUs that need not have POPCNT. */
#include "kernel/lib/types.h"

int __popcountdi2(long long value);

/* Adds neighbouring bits, pairs, nibbles, then all bytes by a multiplication
 * (Warren, "Hacker's Delight", 5-1). */
int __popcountdi2(long long value)
{
    uint64_t v = (uint64_t)value;
    v -= v >> 1 & 0x5555555555555555u;
    v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (int)(v * 0x0101010101010101u >> 56);
}
