/* Threads: birth, end, and their numbers. */
#include "kernel/thread/thread.h"

#include "kernel/lib.h"
#include "kernel/thread/schedule.h"
#include "kernel/thread/thread_priv.h"
#include "kernel/x86.h"
#include "mm/kernel_map.h"
#include "mm/layout.h"
#include "mm/memory.h"
#include "mm/object_cache.h"

/* Places in the table of numbers, each a chain. */
#define TABLE_SIZE 1024

static struct object_cache cache = OBJECT_CACHE(cache, struct thread);
static struct thread *table[TABLE_SIZE];
static unsigned count; /* of those in the table */
static int last_tid;
static uint64_t births;
static struct thread boot_thread;

int thread_number_end = 32768;
unsigned thread_count_max;

/* Numbers below are given once alone, to the first that are born: Linux's
 * RESERVED_PIDS. */
#define NUMBERS_ONCE 300

/* As on Linux, an eighth of all memory may be kernel stacks; and these few
 * threads there may be in any case. */
#define STACKS_SHARE 8
#define COUNT_LEAST  20

static struct thread **chain_of(int tid)
{
    return &table[(unsigned)tid % TABLE_SIZE];
}

struct thread *thread_find(int tid)
{
    struct thread *thread = *chain_of(tid);

    while (thread != NULL && thread->tid != tid) {
        thread = thread->next;
    }
    return thread;
}

static void take_number(struct thread *thread, int tid)
{
    thread->tid = tid;
    struct thread **chain = chain_of(tid);
    thread->next = *chain;
    *chain = thread;
    count++;
}

static void give_number_back(const struct thread *thread)
{
    struct thread **link = chain_of(thread->tid);

    while (*link != thread) {
        link = &(*link)->next;
    }
    *link = thread->next;
    count--;
}

unsigned thread_count(void)
{
    return count;
}

uint64_t thread_births(void)
{
    return births;
}

int thread_newest(void)
{
    return last_tid;
}

/* The next number that nobody has, or 0: all are taken. */
static int next_number(void)
{
    int tid = last_tid;

    for (int tries = 0; tries < thread_number_end; tries++) {
        tid = tid + 1 < thread_number_end ? tid + 1 : NUMBERS_ONCE;
        if (thread_find(tid) == NULL && !thread_number_is_taken(tid)) {
            return tid;
        }
    }
    return 0;
}

void thread_renumber(struct thread *thread, int tid)
{
    ASSERT(thread_find(tid) == NULL);
    give_number_back(thread);
    take_number(thread, tid);
}

void thread_init(void)
{
    this_cpu()->thread = &boot_thread;
}

void thread_count_init(void)
{
    uint64_t fit = memory_total() / (STACKS_SHARE * KERNEL_STACK_SIZE);

    thread_count_max = (unsigned)MAX(fit, (uint64_t)COUNT_LEAST);
}

static bool alloc_parts(struct thread *thread)
{
    thread->stack_end = kernel_stack_alloc();
    if (thread->stack_end == 0) {
        return false;
    }
    if (!thread_cpu_alloc(&thread->cpu)) {
        kernel_stack_free(thread->stack_end);
        return false;
    }
    return true;
}

struct thread *thread_create(struct process *process)
{
    int tid = count < thread_count_max ? next_number() : 0;
    struct thread *thread = tid != 0 ? object_alloc(&cache) : NULL;

    if (thread == NULL) {
        return NULL;
    }
    if (!alloc_parts(thread)) {
        object_free(&cache, thread);
        return NULL;
    }
    thread->state = THREAD_WAITING;
    thread->process = process;
    list_init(&thread->turn);
    list_init(&thread->siblings);
    list_init(&thread->cpu_timed);
    last_tid = tid;
    births++;
    take_number(thread, tid);
    return thread;
}

void thread_start(struct thread *thread, const struct trap_frame *frame)
{
    ASSERT(thread->saved_rsp == 0);
    thread->saved_rsp = context_prepare(thread->stack_end, frame);
    thread_wake(thread);
}

/* What only a thread needs that runs again. */
static void free_parts(struct thread *thread)
{
    if (thread->stack_end != 0) {
        kernel_stack_free(thread->stack_end);
        thread_cpu_free(&thread->cpu);
        thread->stack_end = 0;
    }
}

void thread_bury(struct thread *thread)
{
    ASSERT(thread != thread_current());
    free_parts(thread);
    if (thread->is_orphan) {
        object_free(&cache, thread);
    }
}

void thread_free(struct thread *thread)
{
    ASSERT(thread->state == THREAD_ENDED || thread->saved_rsp == 0 ||
           thread == thread_current());
    list_remove(&thread->siblings);
    give_number_back(thread);
    thread->process = NULL;
    if (thread == thread_current()) {
        thread->is_orphan = true;
        return;
    }
    free_parts(thread);
    object_free(&cache, thread);
}
