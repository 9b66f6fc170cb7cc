/* What programs do with threads, by the C library: results that do not depend
 * on who runs when. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS  500

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static unsigned count;
static __thread int own = 7;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_uint destroyed, begun, handled;

static void check(int error, const char *what)
{
    if (error != 0) {
        printf("%s: %s\n", what, strerror(error));
        exit(1);
    }
}

/* Runs WORK in THREADS threads with 0, 1, 2 ...; the sum of what they answer.
 */
static uintptr_t in_threads(void *(*work)(void *))
{
    pthread_t threads[THREADS];
    uintptr_t sum = 0;

    for (uintptr_t i = 0; i < THREADS; i++) {
        check(pthread_create(&threads[i], NULL, work, (void *)i), "create");
    }
    for (int i = 0; i < THREADS; i++) {
        void *result;
        check(pthread_join(threads[i], &result), "join");
        sum += (uintptr_t)result;
    }
    return sum;
}

static void *add(void *number)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        unsigned seen = count;
        if (i % 50 == 0) {
            sched_yield();
        }
        count = seen + 1;
        pthread_mutex_unlock(&mutex);
    }
    own += (int)(uintptr_t)number;
    return (void *)(uintptr_t)own;
}

static void *meet(void *number)
{
    uintptr_t serial = 0;

    for (int i = 0; i < 20; i++) {
        serial +=
            pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
    }
    (void)number;
    return (void *)serial;
}

static unsigned turn;

static void *take_turns(void *number)
{
    for (unsigned i = 0; i < 50; i++) {
        pthread_mutex_lock(&mutex);
        while (turn % THREADS != (uintptr_t)number) {
            pthread_cond_wait(&changed, &mutex);
        }
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
    }
    return number;
}

static void destroy(void *value)
{
    destroyed += (unsigned)(uintptr_t)value;
}

static void make_key(void)
{
    check(pthread_key_create(&key, destroy), "key");
}

static void *keep(void *number)
{
    pthread_once(&once, make_key);
    pthread_setspecific(key, (void *)((uintptr_t)number + 1));
    return number;
}

static sem_t semaphore;

static void *sleep_for_ever(void *unused)
{
    begun = 1;
    sem_wait(&semaphore); /* nobody posts */
    return unused;
}

static void print_count(void)
{
    char line[128];
    FILE *status = fopen("/proc/self/status", "r");

    while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
        if (strncmp(line, "Threads:", 8) == 0) {
            printf("%s", line);
        }
    }
    fclose(status);
}

static void *spin(void *unused)
{
    begun = 1;
    for (;;) {
        pthread_testcancel();
    }
    return unused;
}

static void cancel(void *(*work)(void *), const char *what)
{
    pthread_t thread;
    void *result;

    begun = 0;
    check(pthread_create(&thread, NULL, work, NULL), what);
    while (begun == 0) {
        sched_yield();
    }
    if (work == sleep_for_ever) {
        print_count(); /* the first, so no end of others can be under way */
    }
    check(pthread_cancel(thread), what);
    check(pthread_join(thread, &result), what);
    printf("%s: %s\n", what, result == PTHREAD_CANCELED ? "cancelled" : "ran");
}

static pthread_t expected;

static void handle(int signal)
{
    (void)signal;
    handled += pthread_equal(pthread_self(), expected) ? 1 : 1000;
}

static void *wait_for_signal(void *unused)
{
    while (handled == 0) {
        sched_yield();
    }
    return unused;
}

static void direct_signals(void)
{
    struct sigaction action = {.sa_handler = handle};
    sigset_t set;

    sigaction(SIGUSR1, &action, NULL);
    handled = 0;
    pthread_create(&expected, NULL, wait_for_signal, NULL);
    check(pthread_kill(expected, SIGUSR1), "pthread_kill");
    pthread_join(expected, NULL);
    printf("to a thread: %u\n", handled);

    /* Blocked here, so that the other thread takes what the process gets. */
    handled = 0;
    pthread_create(&expected, NULL, wait_for_signal, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    pthread_join(expected, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    printf("to the process: %u\n", handled);
}

static void wait_with_deadlines(void)
{
    struct timespec past = {.tv_sec = 1};
    struct timespec soon;

    pthread_mutex_lock(&mutex);
    int error = pthread_cond_timedwait(&changed, &mutex, &past);
    printf("a deadline long past: %s\n", strerror(error));
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 20000000;
    if (soon.tv_nsec >= 1000000000) {
        soon.tv_sec++;
        soon.tv_nsec -= 1000000000;
    }
    error = pthread_cond_timedwait(&changed, &mutex, &soon);
    printf("a deadline in 20 ms: %s\n", strerror(error));
    pthread_mutex_unlock(&mutex);
    clock_gettime(CLOCK_REALTIME, &past);
    printf("not too early: %d\n",
           past.tv_sec > soon.tv_sec ||
               (past.tv_sec == soon.tv_sec && past.tv_nsec >= soon.tv_nsec));
}

static pthread_mutex_t robust;

static void *die_with_it(void *unused)
{
    pthread_mutex_lock(&robust);
    return unused;
}

static void inherit_robust(void)
{
    pthread_mutexattr_t attributes;
    pthread_t thread;

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    check(pthread_create(&thread, NULL, die_with_it, NULL), "robust");
    pthread_join(thread, NULL);
    int error = pthread_mutex_lock(&robust);
    printf("its owner has died: %s\n",
           error == EOWNERDEAD ? "EOWNERDEAD" : strerror(error));
    check(pthread_mutex_consistent(&robust), "consistent");
    check(pthread_mutex_unlock(&robust), "unlock");
}

static void *torture(void *number)
{
    unsigned seed = (unsigned)(uintptr_t)number + 1;
    unsigned char *blocks[32] = {0};
    size_t sizes[32] = {0};

    for (int i = 0; i < 2000; i++) {
        unsigned slot = (unsigned)rand_r(&seed) % 32;
        for (size_t at = 0; at < sizes[slot]; at += 97) {
            if (blocks[slot][at] != slot) {
                abort();
            }
        }
        free(blocks[slot]);
        sizes[slot] = (size_t)rand_r(&seed) % (i % 100 == 0 ? 300000 : 3000);
        blocks[slot] = malloc(sizes[slot]);
        memset(blocks[slot], (int)slot, sizes[slot]);
    }
    for (int slot = 0; slot < 32; slot++) {
        free(blocks[slot]);
    }
    return number;
}

int main(void)
{
    sem_init(&semaphore, 0, 0);
    cancel(sleep_for_ever, "in sem_wait");
    printf("sum %lu, count ", (unsigned long)in_threads(add));
    printf("%u, own %d\n", count, own);
    pthread_barrier_init(&barrier, NULL, THREADS);
    printf("serial threads: %lu\n", (unsigned long)in_threads(meet));
    in_threads(take_turns);
    printf("turns: %u\n", turn);
    in_threads(keep);
    printf("destroyed: %u\n", destroyed);
    cancel(spin, "in a loop");
    direct_signals();
    wait_with_deadlines();
    inherit_robust();
    printf("malloc: %lu\n", (unsigned long)in_threads(torture));
    return 3;
}
