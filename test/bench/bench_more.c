/* See test/bench/bench_more.h. */
#include "test/bench/bench_more.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/lib/panic.h"
#include "mm/frame.h"
#include "test/bench/bench_map.h"

#define PAIRS     200000
#define RUNS      15
#define TURNOVERS 20
#define PAGES     1024

struct worker {
    pthread_t id;
    uint32_t cpu;
    enum bench_what what;
    pthread_barrier_t *start;
    double time; /* of a pair, in nanoseconds of this thread */
};

/* What this thread alone has used: others may be in its way. */
static double thread_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void pair(enum bench_what what)
{
    int result;
    if (what == BENCH_PAGES) {
        result = byte_map_free(byte_map_alloc(1, BYTE_MAP_PROGRAM), 1);
    } else {
        result = frame_free(frame_alloc(BYTE_MAP_PROGRAM));
    }
    if (result != 0) {
        panic("a pair failed");
    }
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    this_cpu()->index = worker->cpu;
    frame_alloc(BYTE_MAP_PROGRAM); /* so that no pair empties a page */
    pair(worker->what);
    pthread_barrier_wait(worker->start);
    double start = thread_time();
    for (size_t i = 0; i < PAIRS; i++) {
        pair(worker->what);
    }
    worker->time = (thread_time() - start) / PAIRS;
    return NULL;
}

/* The slower thread's time of a pair. */
static double run_threads(unsigned count, enum bench_what what)
{
    struct worker workers[2];
    pthread_barrier_t start;
    double slowest = 0;
    pthread_barrier_init(&start, NULL, count);
    for (unsigned i = 0; i < count; i++) {
        workers[i] = (struct worker){.cpu = i, .what = what, .start = &start};
        pthread_create(&workers[i].id, NULL, work, &workers[i]);
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(workers[i].id, NULL);
        slowest = MAX(slowest, workers[i].time);
    }
    pthread_barrier_destroy(&start);
    return slowest;
}

double bench_two_threads(enum bench_what what)
{
    static struct bench_map map;
    double best[2] = {1e9, 1e9};
    bench_map_make(&map, PAGES, BENCH_EMPTY);
    for (unsigned i = 0; i < RUNS; i++) {
        for (unsigned threads = 1; threads <= 2; threads++) {
            double time = run_threads(threads, what);
            best[threads - 1] = MIN(best[threads - 1], time);
        }
    }
    bench_map_end(&map);
    return best[1] / best[0];
}

double bench_turnover(unsigned percent)
{
    static struct bench_map map;
    size_t count = PAGES * FRAMES_PER_LARGE_PAGE * percent / 100;
    paddr_t *used = malloc(count * sizeof(*used));
    bench_map_make(&map, PAGES, BENCH_EMPTY);
    if (frame_alloc_batch(used, count, BYTE_MAP_PROGRAM) != count) {
        panic("the machine is too small");
    }
    for (size_t i = 0; i < TURNOVERS * count; i++) {
        size_t which = bench_random(count);
        if (frame_free(used[which]) != 0) {
            panic("a frame could not be released");
        }
        used[which] = frame_alloc(BYTE_MAP_PROGRAM);
    }
    byte_map_drain();
    size_t whole = byte_map_free_count();
    size_t ideal =
        PAGES - (count + FRAMES_PER_LARGE_PAGE - 1) / FRAMES_PER_LARGE_PAGE;
    free(used);
    bench_map_end(&map);
    return 100.0 * (double)whole / (double)ideal;
}
