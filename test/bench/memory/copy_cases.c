/* Forks with little memory and much, and the first writes after them. */
#include "test/bench/memory/copy_cases.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/bench/memory/call.h"

#define RESIDENT   (16 * MIB)
#define MUCH       (1024 * MIB)
#define LARGE_PAGE (2 * MIB)
#define FEW_PAGES  32 /* in a table: too few for it to be shared */

static uintptr_t area;
static uintptr_t area_size;
static pid_t child;

void wait_for(pid_t pid)
{
    int status = -1;

    if (waitpid(pid, &status, 0) != pid || status != 0) {
        call_failed(SYS_wait4, status);
    }
}

static pid_t start_child(void)
{
    pid_t pid = fork();

    if (pid < 0) {
        call_failed(SYS_clone, -1);
    }
    return pid;
}

static void run_fork(void)
{
    pid_t pid = start_child();

    if (pid == 0) {
        _exit(EXIT_SUCCESS);
    }
    wait_for(pid);
}

static void run_fork_and_write(void)
{
    pid_t pid = start_child();

    if (pid == 0) {
        touch_pages(area, area_size);
        _exit(EXIT_SUCCESS);
    }
    wait_for(pid);
}

/* SIZE bytes from a large page's beginning, all touched. */
static void prepare(uintptr_t size, int advice)
{
    area_size = size;
    area = map(size + LARGE_PAGE);
    uintptr_t start = (area + LARGE_PAGE - 1) & -LARGE_PAGE;
    if (start > area) {
        unmap(area, start - area);
    }
    if (start < area + LARGE_PAGE) {
        unmap(start + size, area + LARGE_PAGE - start);
    }
    area = start;
    call6(SYS_madvise, area, size, advice, 0, 0, 0);
    touch_pages(area, size);
}

static void prepare_resident(void)
{
    prepare(RESIDENT, MADV_NOHUGEPAGE);
}

static void prepare_much_small(void)
{
    prepare(MUCH, MADV_NOHUGEPAGE);
}

static void prepare_much_large(void)
{
    prepare(MUCH, MADV_HUGEPAGE);
}

static void finish(void)
{
    unmap(area, area_size);
}

/* A child that does nothing until it is ended. */
static void run_start(void)
{
    child = start_child();
    while (child == 0) {
        pause();
    }
}

static void end_child(void)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void prepare_few(void)
{
    prepare(FEW_PAGES * PAGE_SIZE, MADV_NOHUGEPAGE);
    run_start();
}

static void prepare_table(void)
{
    prepare(LARGE_PAGE, MADV_NOHUGEPAGE);
    run_start();
}

static void restart_child(void)
{
    end_child();
    run_start();
}

static void finish_child(void)
{
    end_child();
    finish();
}

static void run_writes(void)
{
    touch_pages(area, area_size);
}

static void run_first_write(void)
{
    touch(area);
}

const struct bench_case copy_cases[] = {
    {.name = "fork, exit, wait", .run = run_fork, .runs = 30, .units = 1},
    {.name = "the same with 16 MiB of small pages",
     .prepare = prepare_resident,
     .run = run_fork,
     .finish = finish,
     .runs = 10,
     .units = 1},
    {.name = "the same, and the child writes to all of them",
     .prepare = prepare_resident,
     .run = run_fork_and_write,
     .finish = finish,
     .runs = 2,
     .units = 1},
    {.name = "fork alone",
     .run = run_start,
     .undo = end_child,
     .runs = 20,
     .units = 1},
    {.name = "fork alone, with 16 MiB of small pages",
     .prepare = prepare_resident,
     .run = run_start,
     .undo = end_child,
     .finish = finish,
     .runs = 10,
     .units = 1},
    {.name = "fork alone, with 1 GiB of small pages",
     .prepare = prepare_much_small,
     .run = run_start,
     .undo = end_child,
     .finish = finish,
     .runs = 1,
     .units = 1},
    {.name = "fork alone, with 1 GiB of large pages",
     .prepare = prepare_much_large,
     .run = run_start,
     .undo = end_child,
     .finish = finish,
     .runs = 1,
     .units = 1},
    {.name = "write to a copied page, of few",
     .prepare = prepare_few,
     .run = run_writes,
     .undo = restart_child,
     .finish = finish_child,
     .runs = 2,
     .units = FEW_PAGES},
    {.name = "first write to 2 MiB of copied pages",
     .prepare = prepare_table,
     .run = run_first_write,
     .undo = restart_child,
     .finish = finish_child,
     .runs = 2,
     .units = 1},
};

const unsigned copy_case_count = sizeof(copy_cases) / sizeof(copy_cases[0]);
