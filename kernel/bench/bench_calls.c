/* Batches of calls of byte map and frames, and what they take. */
#include "kernel/bench/bench_calls.h"

#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/frame.h"

#define ROUNDS  1000
#define BATCHES 9

#define NAKED   __attribute__((naked))

/* The calls that are measured, or calls of nothing in their place. */
struct bench_calls {
    paddr_t (*alloc)(size_t count, enum byte_map_owner owner);
    paddr_t (*alloc_aligned)(size_t count, enum byte_map_owner owner);
    int (*free)(paddr_t start, size_t count);
    paddr_t (*frame_alloc)(enum byte_map_owner owner);
    int (*frame_free)(paddr_t frame);
    size_t (*free_count)(void);
    size_t (*largest_run_bound)(void);
};

void bench_pairs(const struct bench_calls *calls, size_t count)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        paddr_t start = calls->alloc(count, BYTE_MAP_KERNEL);
        calls->free(start, count);
    }
}

void bench_frame_pairs(const struct bench_calls *calls, size_t count)
{
    (void)count;
    for (size_t i = 0; i < ROUNDS; i++) {
        calls->frame_free(calls->frame_alloc(BYTE_MAP_KERNEL));
    }
}

void bench_allocs(const struct bench_calls *calls, size_t count)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        calls->alloc(count, BYTE_MAP_KERNEL);
    }
}

void bench_aligned_allocs(const struct bench_calls *calls, size_t count)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        calls->alloc_aligned(count, BYTE_MAP_KERNEL);
    }
}

void bench_frame_allocs(const struct bench_calls *calls, size_t count)
{
    (void)count;
    for (size_t i = 0; i < ROUNDS; i++) {
        calls->frame_alloc(BYTE_MAP_KERNEL);
    }
}

void bench_free_counts(const struct bench_calls *calls, size_t count)
{
    (void)count;
    for (size_t i = 0; i < ROUNDS; i++) {
        calls->free_count();
    }
}

void bench_largest_run_bounds(const struct bench_calls *calls, size_t count)
{
    (void)count;
    for (size_t i = 0; i < ROUNDS; i++) {
        calls->largest_run_bound();
    }
}

/* Calls of nothing: they return at once, whatever. */
NAKED static paddr_t no_alloc(size_t, enum byte_map_owner)
{
    __asm__("ret");
}

NAKED static int no_free(paddr_t, size_t)
{
    __asm__("ret");
}

NAKED static paddr_t no_frame_alloc(enum byte_map_owner)
{
    __asm__("ret");
}

NAKED static int no_frame_free(paddr_t)
{
    __asm__("ret");
}

NAKED static size_t no_count(void)
{
    __asm__("ret");
}

static const struct bench_calls real = {
    .alloc = byte_map_alloc,
    .alloc_aligned = byte_map_alloc_aligned,
    .free = byte_map_free,
    .frame_alloc = frame_alloc,
    .frame_free = frame_free,
    .free_count = byte_map_free_count,
    .largest_run_bound = byte_map_largest_run_bound,
};
static const struct bench_calls nothing = {
    .alloc = no_alloc,
    .alloc_aligned = no_alloc,
    .free = no_free,
    .frame_alloc = no_frame_alloc,
    .frame_free = no_frame_free,
    .free_count = no_count,
    .largest_run_bound = no_count,
};

/* The least ticks of a batch. */
static uint64_t ticks(const struct bench_case *self,
                      const struct bench_calls *calls, size_t count)
{
    uint64_t least = UINT64_MAX;

    /* So that the compiler doesn't make a loop of its own for each of the two.
     */
    __asm__("" : "+r"(calls));
    self->batch(calls, count); /* warm up */
    for (size_t i = 0; i < BATCHES; i++) {
        uint64_t start = rdtsc();
        self->batch(calls, count);
        least = MIN(least, rdtsc() - start);
    }
    return least;
}

/* Calls of nothing return too, and that is a part of the calls' cost. */
void bench_measure(const struct bench_case *self, size_t count)
{
    uint64_t loop = ticks(self, &nothing, count) - ROUNDS * self->calls;
    uint64_t all = ticks(self, &real, count);
    uint64_t tenths = (MAX(all, loop) - loop) * 10 / ROUNDS;

    log_info("bench: %s %llu.%llu instructions a %s", self->name,
             (unsigned long long)tenths / 10, (unsigned long long)tenths % 10,
             self->calls == 2 ? "pair" : "call");
}
