/* See test/bench/bench_case.h. */
#include "test/bench/bench_case.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/lib/panic.h"
#include "mm/frame.h"

#define VICTIMS       4096
#define BURST         1024
#define BATCH         512
#define LOOP_BATCH_NS 1e6

/* The frames that churn frees, of the byte map and of the byte loop. */
static size_t victims[VICTIMS];
static size_t loop_victims[VICTIMS];
static size_t victim_count;

double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void check(bool is_right)
{
    if (!is_right) {
        panic("a call that was measured failed");
    }
}

/* A random page that is used: any, and so mostly one that is cold. */
static size_t used_page(void)
{
    size_t page;
    do {
        page = bench_random(byte_map.page_count);
    } while ((byte_map.state[page] & BYTE_MAP_USED) == 0);
    return page;
}

static size_t loop_used_page(const struct byte_loop *loop)
{
    size_t page;
    do {
        page = bench_random(loop->page_count);
    } while (loop->state[page] != BYTE_LOOP_USED);
    return page;
}

static bool repeat(const struct bench_case *self)
{
    paddr_t pages = byte_map_alloc(self->count, BYTE_MAP_PROGRAM);
    if (pages == PADDR_NONE) {
        return false;
    }
    check(byte_map_free(pages, self->count) == 0);
    return true;
}

static bool loop_repeat(const struct bench_case *self, struct byte_loop *loop)
{
    size_t page = byte_loop_alloc(loop, self->count);
    if (page == BYTE_LOOP_NONE) {
        return false;
    }
    check(byte_loop_free(loop, page, self->count) == 0);
    return true;
}

static bool churn(const struct bench_case *self)
{
    (void)self;
    if (byte_map_free_count() == byte_map.page_count) {
        return false;
    }
    check(byte_map_free(page_address(used_page()), 1) == 0);
    return byte_map_alloc(1, BYTE_MAP_PROGRAM) != PADDR_NONE;
}

static bool loop_churn(const struct bench_case *self, struct byte_loop *loop)
{
    (void)self;
    check(byte_loop_free(loop, loop_used_page(loop), 1) == 0);
    return byte_loop_alloc(loop, 1) != BYTE_LOOP_NONE;
}

/* COUNT single pages, all taken and then all given back. */
static bool burst(const struct bench_case *self)
{
    static paddr_t pages[BURST];
    if (byte_map_free_count() < self->count) {
        return false;
    }
    for (size_t i = 0; i < self->count; i++) {
        pages[i] = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    }
    for (size_t i = 0; i < self->count; i++) {
        size_t which = i * 389 % self->count;
        check(byte_map_free(pages[which], 1) == 0);
    }
    return true;
}

static bool loop_burst(const struct bench_case *self, struct byte_loop *loop)
{
    static size_t pages[BURST];
    size_t count = 0;
    while (count < self->count &&
           (pages[count] = byte_loop_alloc(loop, 1)) != BYTE_LOOP_NONE) {
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        check(byte_loop_free(loop, pages[i], 1) == 0);
    }
    return count == self->count;
}

/* One page more in a row than there is. */
static bool hopeless(const struct bench_case *self)
{
    (void)self;
    static size_t known_for; /* the map's free pages, to search once a map */
    static size_t longest;
    size_t key = byte_map_free_count() ^ (size_t)byte_map.state;
    if (known_for != key) {
        known_for = key;
        longest = byte_map_largest_run();
    }
    check(byte_map_alloc(longest + 1, BYTE_MAP_PROGRAM) == PADDR_NONE);
    return true;
}

static bool loop_hopeless(const struct bench_case *self, struct byte_loop *loop)
{
    (void)self;
    check(byte_loop_alloc(loop, loop->page_count + 1) == BYTE_LOOP_NONE);
    return true;
}

/* Frees a page before each request that can't be met, and takes one after. */
static bool adversary(const struct bench_case *self)
{
    if (byte_map_free_count() == byte_map.page_count) {
        return false;
    }
    check(byte_map_free(page_address(used_page()), 1) == 0);
    paddr_t run = byte_map_alloc(self->count, BYTE_MAP_PROGRAM);
    if (run != PADDR_NONE) {
        check(byte_map_free(run, self->count) == 0);
    }
    return byte_map_alloc(1, BYTE_MAP_PROGRAM) != PADDR_NONE;
}

static bool loop_adversary(const struct bench_case *self,
                           struct byte_loop *loop)
{
    check(byte_loop_free(loop, loop_used_page(loop), 1) == 0);
    size_t run = byte_loop_alloc(loop, self->count);
    if (run != BYTE_LOOP_NONE) {
        check(byte_loop_free(loop, run, self->count) == 0);
    }
    return byte_loop_alloc(loop, 1) != BYTE_LOOP_NONE;
}

const struct bench_case bench_page_cases[] = {
    {"repeat 1", 1, repeat, loop_repeat, 5000, 1, false, false},
    {"repeat 1, lock", 1, repeat, loop_repeat, 5000, 1, true, false},
    {"repeat 8", 8, repeat, loop_repeat, 300, 1, false, false},
    {"repeat 64", 64, repeat, loop_repeat, 200, 1, false, false},
    {"repeat 512", 512, repeat, loop_repeat, 500, 1, false, false},
    {"hopeless", 0, hopeless, loop_hopeless, 1000, 1, false, false},
    {"burst 1024", BURST, burst, loop_burst, 1, BURST, false, false},
    {"adversary 600", 600, adversary, loop_adversary, 20, 1, false, false},
    {"churn 1", 1, churn, loop_churn, 1000, 1, false, true},
    {"churn 1, lock", 1, churn, loop_churn, 1000, 1, true, true},
    {NULL, 0, NULL, NULL, 0, 0, false, false},
};

static bool frame_repeat(const struct bench_case *self)
{
    (void)self;
    paddr_t frame = frame_alloc(BYTE_MAP_PROGRAM);
    check(frame_free(frame) == 0);
    return true;
}

/* Frames that are freed are among these: there is no byte to tell. */
static bool loop_frame_churn(const struct bench_case *self,
                             struct byte_loop *loop)
{
    (void)self;
    if (victim_count == 0) {
        return false;
    }
    size_t *victim = &loop_victims[bench_random(victim_count)];
    check(byte_loop_free(loop, *victim, 1) == 0);
    *victim = byte_loop_alloc(loop, 1);
    return true;
}

static bool frame_churn(const struct bench_case *self)
{
    (void)self;
    if (victim_count == 0) {
        return false;
    }
    size_t *victim = &victims[bench_random(victim_count)];
    check(frame_free(*victim * FRAME_SIZE) == 0);
    *victim = frame_alloc(BYTE_MAP_PROGRAM) / FRAME_SIZE;
    return true;
}

static bool frame_burst(const struct bench_case *self)
{
    static paddr_t frames[BURST];
    for (size_t i = 0; i < self->count; i++) {
        frames[i] = frame_alloc(BYTE_MAP_PROGRAM);
    }
    for (size_t i = 0; i < self->count; i++) {
        check(frame_free(frames[i * 389 % self->count]) == 0);
    }
    return true;
}

static bool frame_batch(const struct bench_case *self)
{
    static paddr_t frames[BATCH];
    size_t got = frame_alloc_batch(frames, self->count, BYTE_MAP_PROGRAM);
    check(frame_free_batch(frames, got) == self->count);
    return true;
}

const struct bench_case bench_frame_cases[] = {
    {"repeat", 1, frame_repeat, loop_repeat, 5000, 1, false, false},
    {"burst 1024", BURST, frame_burst, loop_burst, 1, BURST, false, false},
    {"batch 512", BATCH, frame_batch, loop_burst, 2, BATCH, false, false},
    {"churn", 1, frame_churn, loop_frame_churn, 1000, 1, false, false},
    {NULL, 0, NULL, NULL, 0, 0, false, false},
};

/* Takes nine frames of ten, those to be freed among them, and gives a random
 * tenth of all back, so that the free ones lie everywhere. */
void bench_case_prepare_frames(struct byte_loop *loop, bool is_used)
{
    size_t frames = loop->page_count;
    victim_count = 0;
    if (!is_used) {
        memset(loop->state, BYTE_LOOP_FREE, loop->state == NULL ? 0 : frames);
        frame_alloc(BYTE_MAP_PROGRAM); /* so that no pair empties a page */
        return;
    }
    while (frame_alloc(BYTE_MAP_PROGRAM) != PADDR_NONE) {
    }
    memset(loop->state, BYTE_LOOP_USED, frames);
    for (size_t frame = 1; frame < frames; frame++) {
        bool is_victim = bench_random(frames / VICTIMS) == 0;
        if (bench_random(10) == 0) {
            check(frame_free(frame * FRAME_SIZE) == 0);
            loop->state[frame] = BYTE_LOOP_FREE;
        } else if (is_victim && victim_count < VICTIMS) {
            loop_victims[victim_count] = frame;
            victims[victim_count++] = frame;
        }
    }
}

static int compare(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;
    return (*a > *b) - (*a < *b);
}

static struct bench_time summarize(double *times)
{
    qsort(times, BENCH_BATCHES, sizeof(*times), compare);
    return (struct bench_time){times[0], times[BENCH_BATCHES / 2]};
}

static bool time_map(const struct bench_case *self, double *time)
{
    double start = bench_now();
    for (size_t i = 0; i < self->rounds; i++) {
        if (!self->round(self)) {
            return false;
        }
    }
    *time = (bench_now() - start) / (double)(self->rounds * self->calls);
    return true;
}

/* As many rounds as fit into a millisecond, and one at least. */
static bool time_loop(const struct bench_case *self, struct byte_loop *loop,
                      double *time)
{
    double start = bench_now();
    double now = start;
    size_t rounds = 0;
    while (rounds == 0 ||
           (rounds < self->rounds && now - start < LOOP_BATCH_NS)) {
        if (!self->loop_round(self, loop)) {
            return false;
        }
        rounds++;
        if (rounds % 16 == 1) {
            now = bench_now();
        }
    }
    *time = (bench_now() - start) / (double)(rounds * self->calls);
    return true;
}

/* The two take turns, so that what disturbs the machine disturbs both. */
struct bench_result bench_case_run(const struct bench_case *self,
                                   struct byte_loop *loop)
{
    struct bench_result result = {{0, 0}, {0, 0}};
    double times[2][BENCH_BATCHES];
    uint32_t magazine_size = byte_map.magazine_size;
    byte_map_limit_magazines(self->is_locked ? 0 : magazine_size);
    bool is_there = time_map(self, &times[0][0]); /* and warm */
    bool has_loop = is_there && loop != NULL;
    for (size_t i = 0; i < BENCH_BATCHES && is_there; i++) {
        is_there = time_map(self, &times[0][i]);
        has_loop = has_loop && time_loop(self, loop, &times[1][i]);
    }
    byte_map_limit_magazines(magazine_size);
    if (is_there) {
        result.map = summarize(times[0]);
    }
    if (has_loop) {
        result.loop = summarize(times[1]);
    }
    return result;
}
