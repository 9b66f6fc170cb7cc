/* The memory calls of one program, each measured alone, and then its processes
 * and threads. The same program runs
 * under Linux and under Brix; run.py compares. */
#include "test/bench/memory/call.h"
#include "test/bench/memory/cases.h"
#include "test/bench/memory/copy_cases.h"
#include "test/bench/memory/file_cases.h"
#include "test/bench/memory/measure.h"
#include "test/bench/memory/process_cases.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SMALL     PAGE_SIZE
#define LARGE     (64 * MIB)
#define HEAP      MIB
#define TOUCHED   (256 * MIB)
#define MALLOCED  MIB
#define FILE_SIZE MIB

static uintptr_t heap; /* the break, at a page's beginning */
static uintptr_t area;
static int file;

void call_failed(long number, long result)
{
    printf("system call %ld failed: %ld\n", number, result);
    exit(EXIT_FAILURE);
}

static void run_getpid(void)
{
    call1(SYS_getpid, 0);
}

static void run_getpid_32(void)
{
    call_32(GETPID_32);
}

static void prepare_brk(void)
{
    heap = (call1(SYS_brk, 0) + PAGE_SIZE - 1) & -PAGE_SIZE;
    call1(SYS_brk, heap);
}

static void run_brk_pair(void)
{
    call1(SYS_brk, heap + PAGE_SIZE);
    call1(SYS_brk, heap);
}

static void run_brk_touch(void)
{
    call1(SYS_brk, heap + HEAP);
    touch_pages(heap, HEAP);
    call1(SYS_brk, heap);
}

static void run_mmap_small(void)
{
    unmap(map(SMALL), SMALL);
}

static void run_mmap_large(void)
{
    unmap(map(LARGE), LARGE);
}

static void run_mmap_touch(void)
{
    uintptr_t page = map(SMALL);
    touch(page);
    unmap(page, SMALL);
}

static void map_touched(void)
{
    area = map(TOUCHED);
}

static void run_first_touch(void)
{
    touch_pages(area, TOUCHED);
}

static void unmap_touched(void)
{
    unmap(area, TOUCHED);
}

static void remap_touched(void)
{
    unmap_touched();
    map_touched();
}

/* The page in the middle of an area of three, so that the calls split and
 * merge. */
static void prepare_mprotect(void)
{
    area = map(3 * PAGE_SIZE);
    touch_pages(area, 3 * PAGE_SIZE);
}

static void run_mprotect(void)
{
    uintptr_t page = area + PAGE_SIZE;
    call6(SYS_mprotect, page, PAGE_SIZE, PROT_READ, 0, 0, 0);
    call6(SYS_mprotect, page, PAGE_SIZE, PROT_READ | PROT_WRITE, 0, 0, 0);
}

static void finish_mprotect(void)
{
    unmap(area, 3 * PAGE_SIZE);
}

/* The threshold stays where it is, or free would raise it and the next malloc
 * would take from the heap. */
static void prepare_malloc(void)
{
    mallopt(M_MMAP_THRESHOLD, (int)MALLOCED / 2);
}

static void run_malloc(void)
{
    char *block = malloc(MALLOCED);
    touch((uintptr_t)block);
    free(block);
}

/* run.py makes it, and the programs. */
static void open_file(void)
{
    file = open("/file", O_RDONLY);
    if (file < 0) {
        call_failed(SYS_open, file);
    }
}

static void run_mmap_file(void)
{
    uintptr_t start = map_file(file, FILE_SIZE);

    for (uintptr_t at = start; at < start + FILE_SIZE; at += PAGE_SIZE) {
        (void)*(volatile char *)at;
    }
    unmap(start, FILE_SIZE);
}

static void close_file(void)
{
    close(file);
}

static void execute(char *program)
{
    char *const arguments[] = {program, NULL};
    int status = -1;
    pid_t child = vfork();

    if (child == 0) {
        execve(arguments[0], arguments, NULL);
        _exit(EXIT_FAILURE);
    }
    if (waitpid(child, &status, 0) != child || status != 0) {
        call_failed(SYS_execve, status);
    }
}

static void run_exec(void)
{
    execute("/tiny");
}

static void run_exec_large(void)
{
    execute("/large");
}

static const struct bench_case cases[] = {
    {.name = "getpid by syscall", .run = run_getpid, .runs = 1000, .units = 1},
    {.name = "getpid by int 0x80",
     .run = run_getpid_32,
     .runs = 1000,
     .units = 1},
    {.name = "brk up and down 4 KiB, untouched, the pair",
     .prepare = prepare_brk,
     .run = run_brk_pair,
     .runs = 1000,
     .units = 1},
    {.name = "brk 1 MiB up, touch each page, down",
     .prepare = prepare_brk,
     .run = run_brk_touch,
     .runs = 20,
     .units = 1},
    {.name = "mmap + munmap 4 KiB, untouched",
     .run = run_mmap_small,
     .runs = 1000,
     .units = 1},
    {.name = "mmap + munmap 64 MiB, untouched",
     .run = run_mmap_large,
     .runs = 1000,
     .units = 1},
    {.name = "mmap, touch, munmap 4 KiB",
     .run = run_mmap_touch,
     .runs = 1000,
     .units = 1},
    {.name = "first touch of 256 MiB, per 4 KiB page",
     .prepare = map_touched,
     .run = run_first_touch,
     .undo = remap_touched,
     .finish = unmap_touched,
     .runs = 1,
     .units = TOUCHED / PAGE_SIZE},
    {.name = "random first touch of 8 MiB, per page",
     .prepare = random_touch_prepare,
     .run = random_touch_run,
     .undo = random_touch_undo,
     .finish = random_touch_finish,
     .runs = 3,
     .units = RANDOM_TOUCH_PAGES},
    {.name = "mprotect of one page there and back",
     .prepare = prepare_mprotect,
     .run = run_mprotect,
     .finish = finish_mprotect,
     .runs = 1000,
     .units = 1},
    {.name = "munmap + mmap at random among 1000 areas, the pair",
     .prepare = many_areas_prepare,
     .run = many_areas_run,
     .finish = many_areas_finish,
     .runs = 5,
     .units = MANY_AREAS},
    {.name = "mremap 16 MiB grown in place",
     .prepare = grow_prepare,
     .run = grow_run,
     .undo = grow_undo,
     .finish = grow_finish,
     .runs = 1000,
     .units = 1},
    {.name = "mremap 16 MiB touched, moved",
     .prepare = move_prepare,
     .run = move_run,
     .finish = move_finish,
     .runs = 100,
     .units = 1},
    {.name = "malloc + free 1 MiB (glibc)",
     .prepare = prepare_malloc,
     .run = run_malloc,
     .runs = 200,
     .units = 1},
    {.name = "vfork, exec of a tiny static program, exit, wait",
     .run = run_exec,
     .runs = 50,
     .units = 1},
    {.name = "the same of a static program of 30 MiB",
     .run = run_exec_large,
     .runs = 50,
     .units = 1},
    {.name = "mmap of a file of 1 MiB, touch all, munmap",
     .prepare = open_file,
     .run = run_mmap_file,
     .finish = close_file,
     .runs = 50,
     .units = 1},
};

static void measure_all(const struct bench_case *benches, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        measure(&benches[i]);
    }
}

int main(void)
{
    measure_all(cases, sizeof(cases) / sizeof(cases[0]));
    measure_all(copy_cases, copy_case_count);
    measure_all(process_cases, process_case_count);
    measure_all(file_cases, file_case_count);
    measure_print_frequency();
    return EXIT_SUCCESS;
}
