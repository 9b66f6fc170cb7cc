/* Processes and threads that come and go, and wait for each other. */
#include "test/bench/memory/process_cases.h"

#include "test/bench/memory/call.h"
#include "test/bench/memory/copy_cases.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TURNS     100 /* of a run in which two take turns */
#define PIPE_SIZE PAGE_SIZE

static int to_child[2], to_parent[2];
static pid_t partner;
static pthread_t thread;
static int turn; /* whose: 0 the main thread's, 1 the other's */
static uintptr_t guarded;

static void run_vfork(void)
{
    pid_t child = vfork();

    if (child == 0) {
        _exit(EXIT_SUCCESS);
    }
    wait_for(child);
}

static void *do_nothing(void *argument)
{
    return argument;
}

static void start_thread(void *(*routine)(void *))
{
    int error = pthread_create(&thread, NULL, routine, NULL);

    if (error != 0) {
        call_failed(SYS_clone, -error);
    }
}

static void join_thread(void)
{
    pthread_join(thread, NULL);
}

static void run_thread(void)
{
    start_thread(do_nothing);
    join_thread();
}

static long futex(int operation, int value)
{
    return syscall(SYS_futex, &turn, operation | FUTEX_PRIVATE_FLAG, value,
                   NULL, NULL, 0);
}

static void run_futex_wake(void)
{
    futex(FUTEX_WAKE, 1);
}

/* Waits for MINE, and gives the turn back. */
static void take_turn(int mine)
{
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != mine) {
        futex(FUTEX_WAIT, !mine);
    }
    __atomic_store_n(&turn, !mine, __ATOMIC_RELEASE);
    futex(FUTEX_WAKE, 1);
}

static void *take_turns(void *argument)
{
    for (unsigned i = 0; i < TURNS; i++) {
        take_turn(1);
    }
    return argument;
}

static void start_turns(void)
{
    turn = 0;
    start_thread(take_turns);
}

static void run_turns(void)
{
    for (unsigned i = 0; i < TURNS; i++) {
        take_turn(0);
    }
}

static void restart_turns(void)
{
    join_thread();
    start_turns();
}

static void finish_turns(void)
{
    run_turns();
    join_thread();
}

static void *yield(void *argument)
{
    for (unsigned i = 0; i < TURNS; i++) {
        sched_yield();
    }
    return argument;
}

static void start_yielding(void)
{
    start_thread(yield);
}

static void run_yield(void)
{
    yield(NULL);
}

static void restart_yielding(void)
{
    join_thread();
    start_yielding();
}

static void transfer(ssize_t moved, ssize_t wanted)
{
    if (moved != wanted) {
        call_failed(SYS_read, moved);
    }
}

static void answer(void)
{
    char byte;

    while (read(to_child[0], &byte, 1) == 1) {
        transfer(write(to_parent[1], &byte, 1), 1);
    }
    _exit(EXIT_SUCCESS);
}

static void open_pipes(void)
{
    if (pipe(to_child) != 0 || pipe(to_parent) != 0) {
        call_failed(SYS_pipe, -1);
    }
}

static void close_pipe(const int *ends)
{
    close(ends[0]);
    close(ends[1]);
}

static void start_partner(void)
{
    open_pipes();
    partner = fork();
    if (partner == 0) {
        close(to_child[1]);
        answer();
    }
}

static void run_pipe(void)
{
    char byte = 0;

    transfer(write(to_child[1], &byte, 1), 1);
    transfer(read(to_parent[0], &byte, 1), 1);
}

static void end_partner(void)
{
    close_pipe(to_child);
    close_pipe(to_parent);
    wait_for(partner);
}

static void run_pipe_page(void)
{
    static char bytes[PIPE_SIZE];

    transfer(write(to_child[1], bytes, PIPE_SIZE), PIPE_SIZE);
    transfer(read(to_child[0], bytes, PIPE_SIZE), PIPE_SIZE);
}

static void close_pipes(void)
{
    close_pipe(to_child);
    close_pipe(to_parent);
}

static void ignore(int number)
{
    (void)number;
}

static void handle_user(void)
{
    signal(SIGUSR1, ignore);
}

static void run_signal(void)
{
    kill(getpid(), SIGUSR1);
}

static void allow(int number)
{
    (void)number;
    call6(SYS_mprotect, guarded, PAGE_SIZE, PROT_READ | PROT_WRITE, 0, 0, 0);
}

static void prepare_guard(void)
{
    guarded = map(PAGE_SIZE);
    touch(guarded);
    signal(SIGSEGV, allow);
}

static void run_guard(void)
{
    call6(SYS_mprotect, guarded, PAGE_SIZE, PROT_NONE, 0, 0, 0);
    touch(guarded);
}

static void finish_guard(void)
{
    signal(SIGSEGV, SIG_DFL);
    unmap(guarded, PAGE_SIZE);
}

const struct bench_case process_cases[] = {
    {.name = "vfork, exit, wait", .run = run_vfork, .runs = 50, .units = 1},
    {.name = "thread created and joined",
     .run = run_thread,
     .runs = 50,
     .units = 1},
    {.name = "futex: wake nobody",
     .run = run_futex_wake,
     .runs = 1000,
     .units = 1},
    {.name = "futex: two threads in turn, there and back",
     .prepare = start_turns,
     .run = run_turns,
     .undo = restart_turns,
     .finish = finish_turns,
     .runs = 1,
     .units = TURNS},
    {.name = "sched_yield of two threads",
     .prepare = start_yielding,
     .run = run_yield,
     .undo = restart_yielding,
     .finish = join_thread,
     .runs = 1,
     .units = TURNS},
    {.name = "pipe: two processes in turn, there and back",
     .prepare = start_partner,
     .run = run_pipe,
     .finish = end_partner,
     .runs = 200,
     .units = 1},
    {.name = "pipe: write + read 4 KiB",
     .prepare = open_pipes,
     .run = run_pipe_page,
     .finish = close_pipes,
     .runs = 200,
     .units = 1},
    {.name = "signal to itself, handled",
     .prepare = handle_user,
     .run = run_signal,
     .runs = 200,
     .units = 1},
    {.name = "SIGSEGV handled, and two mprotect",
     .prepare = prepare_guard,
     .run = run_guard,
     .finish = finish_guard,
     .runs = 200,
     .units = 1},
};

const unsigned process_case_count =
    sizeof(process_cases) / sizeof(process_cases[0]);
