/* Names among few and among many: run.py makes the two folders. The last cases,
 * for with the names the program is larger, and its forks would be dearer. */
#include "test/bench/memory/file_cases.h"

#include "test/bench/memory/call.h"

#include <fcntl.h>
#include <stdio.h>

#define FEW    10
#define MANY   20000

/* Prime to both counts, so that each name has its turn. */
#define STRIDE 7919

static char paths[MANY][sizeof("/many/00000")];
static unsigned path_count;
static unsigned next;

/* Both folders' paths are equally long. */
static void name_files(const char *folder, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        snprintf(paths[i], sizeof(paths[i]), "/%s/%05u", folder, i);
    }
    path_count = count;
    next = 0;
}

static void name_few(void)
{
    name_files("tens", FEW);
}

static void name_many(void)
{
    name_files("many", MANY);
}

static void run_open(void)
{
    uintptr_t path = (uintptr_t)paths[next];

    call1(SYS_close, call6(SYS_open, path, O_RDONLY, 0, 0, 0, 0));
    next = (next + STRIDE) % path_count;
}

const struct bench_case file_cases[] = {
    {.name = "open + close in a folder of 10 files",
     .prepare = name_few,
     .run = run_open,
     .runs = 1000,
     .units = 1},
    {.name = "open + close in a folder of 20,000 files",
     .prepare = name_many,
     .run = run_open,
     .runs = 1000,
     .units = 1},
};

const unsigned file_case_count = sizeof(file_cases) / sizeof(file_cases[0]);
