/* Threads: birth, end, and their numbers. */
#include "kernel/thread/thread.h"

#include "kernel/lib.h"
#include "kernel/thread/schedule.h"
#include "kernel/thread/thread_priv.h"
#include "kernel/x86.h"
#include "mm/kernel_map.h"
#include "mm/object_cache.h"

/* Places in the table of numbers, each a chain. */
#define TABLE_SIZE 1024

static struct object_cache cache = OBJECT_CACHE(cache, struct thread);
static struct thread *table[TABLE_SIZE];
static unsigned count; /* of those in the table */
static int last_tid;
static struct thread boot_thread;

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
    struct thread *thread = object_alloc(&cache);

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
    take_number(thread, ++last_tid);
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
