/* Several CPUs at once, each a thread: no page and no frame is given twice, and
 * all is back at the end. Built twice, for ASan and for TSan.
 *
 * BYTE_MAP_ROUNDS in the environment makes it that many times longer.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "test/host/byte_map_host.h"
#include "test/host/random.h"

#define THREADS     4
#define PAGES_MAX   256
#define BATCH       100
#define THINGS_MAX  256
#define FRAMES_EACH (PAGES_MAX * FRAMES_PER_LARGE_PAGE)

/* Something that a thread was given: COUNT large pages, or a frame (0). */
struct thing {
    paddr_t start;
    size_t count;
};

struct thread {
    pthread_t id;
    unsigned cpu;
    uint64_t seed;
    size_t rounds;
    bool is_done;
    struct thing things[THINGS_MAX];
    size_t count;
};

static uint8_t is_given[FRAMES_EACH]; /* of each frame; set and cleared by who
                                       * has it, so never twice */
static unsigned errors;               /* cmocka's checks are for one thread */

static void expect(bool is_right)
{
    if (!is_right) {
        __atomic_fetch_add(&errors, 1, __ATOMIC_RELAXED);
    }
}

static void note(const struct thing *thing, uint8_t before, uint8_t after)
{
    size_t frames = thing->count * FRAMES_PER_LARGE_PAGE;
    size_t step = 37; /* a look at some of them is enough for a large page */
    for (size_t i = 0; i < MAX(frames, (size_t)1); i += step) {
        uint8_t *given = &is_given[thing->start / FRAME_SIZE + i];
        expect(__atomic_exchange_n(given, after, __ATOMIC_RELAXED) == before);
    }
}

static void receive(struct thread *thread, paddr_t start, size_t count)
{
    if (start != PADDR_NONE) {
        struct thing *thing = &thread->things[thread->count++];
        *thing = (struct thing){start, count};
        note(thing, 0, 1);
    }
}

static void give_back(struct thread *thread, size_t which)
{
    struct thing thing = thread->things[which];
    thread->things[which] = thread->things[--thread->count];
    note(&thing, 1, 0);
    if (thing.count == 0) {
        expect(frame_free(thing.start) == 0);
    } else {
        expect(byte_map_free(thing.start, thing.count) == 0);
    }
}

static void take_batch(struct thread *thread)
{
    paddr_t frames[BATCH];
    size_t room = MIN(THINGS_MAX - thread->count, (size_t)BATCH);
    size_t got = frame_alloc_batch(frames, room, BYTE_MAP_PROGRAM);
    for (size_t i = 0; i < got; i++) {
        receive(thread, frames[i], 0);
    }
}

/* Cuts a page into frames and gives them back one by one. */
static void split_page(void)
{
    paddr_t page = byte_map_alloc(1, BYTE_MAP_KERNEL);
    if (page == PADDR_NONE) {
        return;
    }
    expect(byte_map_split(page) == 0);
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        expect(frame_free(page + i * FRAME_SIZE) == 0);
    }
}

static void take_something(struct thread *thread)
{
    size_t count = 1 + random_below(&thread->seed, 4);
    switch (random_below(&thread->seed, 64)) {
    case 0:
        take_batch(thread);
        break;
    case 1:
        split_page();
        break;
    case 2:
        byte_map_drain();
        break;
    case 3:
        receive(thread, byte_map_alloc(count, BYTE_MAP_PROGRAM), count);
        break;
    case 4:
        receive(thread, byte_map_alloc_aligned(2, BYTE_MAP_PROGRAM), 2);
        break;
    case 5:
        expect(byte_map_free_count() <= PAGES_MAX);
        expect(byte_map_largest_run() <= byte_map_page_count());
        break;
    case 6:
        expect(byte_map_alloc(PAGES_MAX, BYTE_MAP_PROGRAM) == PADDR_NONE);
        break;
    default:
        if (random_below(&thread->seed, 8) == 0) {
            receive(thread, byte_map_alloc(1, BYTE_MAP_PROGRAM), 1);
        } else {
            receive(thread, frame_alloc(BYTE_MAP_PROGRAM), 0);
        }
    }
}

static void *work(void *argument)
{
    struct thread *thread = argument;
    size_t wanted = THINGS_MAX / 2; /* how many things to have: it wanders */
    this_cpu()->index = thread->cpu;
    for (size_t i = 0; i < thread->rounds; i++) {
        if (i % 256 == 0) {
            wanted = random_below(&thread->seed, THINGS_MAX - BATCH);
        }
        if (thread->count < wanted) {
            take_something(thread);
        } else if (thread->count > 0) {
            give_back(thread, random_below(&thread->seed, thread->count));
        }
    }
    while (thread->count > 0) {
        give_back(thread, thread->count - 1);
    }
    return NULL;
}

/* THREADS at once on PAGES; few of them make requests fail and drain. */
static void run(size_t pages)
{
    static struct thread threads[THREADS];
    const char *times = getenv("BYTE_MAP_ROUNDS");
    size_t rounds = 250000 * (times == NULL ? 1 : strtoul(times, NULL, 0));

    host_machine_of(pages, 1);
    host_logged();
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){
            .cpu = i, .seed = pages * 8 + i + 1, .rounds = rounds};
        assert_int_equal(
            pthread_create(&threads[i].id, NULL, work, &threads[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i].id, NULL);
    }
    assert_int_equal(errors, 0);
    assert_int_equal(host_logged(), 0);
    host_assert_valid();
    byte_map_drain();
    host_assert_valid();
    assert_int_equal(byte_map_free_count(), pages - 1);
    assert_int_equal(frame_free_count(), 0);
    for (size_t page = 1; page < pages; page++) {
        assert_int_equal(byte_map_state(page), BYTE_MAP_FREE);
    }
    host_machine_end();
}

static void nothing_is_given_twice(void **state)
{
    (void)state;
    for (size_t pages = 2; pages <= PAGES_MAX; pages *= 2) {
        run(pages);
    }
}

/* Each on its own, as fast as can be: the paths that take no lock. */
static void *repeat(void *argument)
{
    struct thread *thread = argument;
    this_cpu()->index = thread->cpu;
    for (size_t i = 0; i < thread->rounds; i++) {
        receive(thread, frame_alloc(BYTE_MAP_PROGRAM), 0);
        receive(thread, byte_map_alloc(1, BYTE_MAP_PROGRAM), 1);
        while (thread->count > 0) {
            give_back(thread, 0);
        }
    }
    return NULL;
}

/* One frees what the other got: all bits of a page are set by both. */
static void frames_come_back_from_another_cpu(void **state)
{
    struct thread threads[2] = {{.cpu = 0}, {.cpu = 1}};
    paddr_t frames[256];

    (void)state;
    host_machine_of(2, 1);
    for (size_t round = 0; round < 300; round++) {
        assert_int_equal(frame_alloc_batch(frames, 256, BYTE_MAP_PROGRAM), 256);
        for (unsigned i = 0; i < 2; i++) {
            threads[i].count = 0;
            threads[i].rounds = 0;
            for (size_t j = i; j < 256; j += 2) {
                receive(&threads[i], frames[j], 0);
            }
            pthread_create(&threads[i].id, NULL, work, &threads[i]);
        }
        pthread_join(threads[0].id, NULL);
        pthread_join(threads[1].id, NULL);
        assert_int_equal(byte_map_free_count() * FRAMES_PER_LARGE_PAGE +
                             frame_free_count(),
                         FRAMES_PER_LARGE_PAGE);
        host_assert_valid();
        this_cpu()->index = (uint32_t)(round % CPUS_MAX);
    }
    this_cpu()->index = 0;
    byte_map_drain();
    assert_int_equal(byte_map_free_count(), 1);
    assert_int_equal(errors, 0);
    host_machine_end();
}

/* Takes frames from the second word of a page and gives all back, so that the
 * page is whole but for a moment. */
static void *come_and_go(void *argument)
{
    struct thread *thread = argument;
    paddr_t frames[65];
    this_cpu()->index = thread->cpu;
    for (size_t i = 0; i < thread->rounds; i++) {
        expect(frame_alloc_batch(frames, 65, BYTE_MAP_PROGRAM) == 65);
        expect(frame_free_batch(frames, 65) == 65);
        for (size_t j = 0; j < 40; j++) {
            expect(frame_free(frame_alloc(BYTE_MAP_PROGRAM)) == 0);
        }
    }
    __atomic_store_n(&thread->is_done, true, __ATOMIC_RELAXED);
    return NULL;
}

/* A page that is taken as whole while a CPU takes a frame of it is one or the
 * other's, never both's. */
static void draining_meets_allocation(void **state)
{
    static struct thread thread;

    (void)state;
    host_machine_of(4, 1);
    host_logged();
    thread = (struct thread){.cpu = 1, .rounds = 2000};
    pthread_create(&thread.id, NULL, come_and_go, &thread);
    while (!__atomic_load_n(&thread.is_done, __ATOMIC_RELAXED)) {
        byte_map_drain();
        expect(byte_map_free_count() >= 2);
    }
    pthread_join(thread.id, NULL);
    byte_map_drain();
    assert_int_equal(byte_map_free_count(), 3);
    assert_int_equal(errors, 0);
    host_assert_valid();
    host_machine_end();
}

static void repeated_pairs_do_not_meet(void **state)
{
    static struct thread threads[THREADS];

    (void)state;
    host_machine_of(PAGES_MAX, 1);
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){.cpu = i, .rounds = 20000};
        pthread_create(&threads[i].id, NULL, repeat, &threads[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i].id, NULL);
    }
    assert_int_equal(errors, 0);
    host_assert_valid();
    byte_map_drain();
    assert_int_equal(byte_map_free_count(), PAGES_MAX - 1);
    host_machine_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_given_twice),
        cmocka_unit_test(frames_come_back_from_another_cpu),
        cmocka_unit_test(draining_meets_allocation),
        cmocka_unit_test(repeated_pairs_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
