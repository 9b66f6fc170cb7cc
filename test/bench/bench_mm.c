/* Measures byte map and frames beside a byte loop: all patterns, sizes and
 * cases in one run, and says which goals are met. `bench_mm PAGES` takes maps
 * up to PAGES only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm/frame.h"
#include "test/bench/bench_case.h"
#include "test/bench/bench_more.h"

#define CLUSTERED_MAPS   16
#define SIZES            5
#define CASES            16

/* So far there is a byte loop over frames, too. */
#define FRAME_LOOP_PAGES 65536

static const size_t sizes[SIZES] = {64, 4096, 65536, 524288, 33554432};

static struct bench_result pages[BENCH_PATTERNS][CASES][SIZES];
static struct bench_result frames[2][CASES][SIZES];
static struct bench_map maps[BENCH_PATTERNS];

static unsigned missed;

/* A scan by the loop for each page of a burst would take minutes here. */
static bool is_too_long(const struct bench_map *map,
                        const struct bench_case *one)
{
    return map->pattern == BENCH_RANDOM_9999 && one->calls > 1;
}

static void measure_pages(size_t size)
{
    for (unsigned i = 0; i < BENCH_FULL; i++) {
        struct bench_map *map = &maps[i];
        bench_map_make(map, sizes[size], i);
        for (size_t j = 0; bench_page_cases[j].name != NULL; j++) {
            const struct bench_case *one = &bench_page_cases[j];
            if (one->is_churn) {
                bench_map_settle(map);
            }
            pages[i][j][size] =
                bench_case_run(one, is_too_long(map, one) ? NULL : &map->loop);
        }
        bench_map_end(map);
    }
}

/* A byte a frame is too much for large machines. */
static void measure_frames(size_t size)
{
    struct bench_map map;
    struct byte_loop loop = {NULL, 0};
    for (unsigned is_used = 0; is_used < 2; is_used++) {
        bool has_loop = sizes[size] <= FRAME_LOOP_PAGES;
        if (is_used == 1 && !has_loop) {
            continue;
        }
        bench_map_make(&map, sizes[size], BENCH_EMPTY);
        loop.page_count = sizes[size] * FRAMES_PER_LARGE_PAGE;
        loop.state = has_loop ? malloc(loop.page_count) : NULL;
        bench_case_prepare_frames(&loop, is_used == 1);
        for (size_t j = 0; bench_frame_cases[j].name != NULL; j++) {
            frames[is_used][j][size] =
                bench_case_run(&bench_frame_cases[j], has_loop ? &loop : NULL);
        }
        free(loop.state);
        bench_map_end(&map);
    }
}

static void print_cell(struct bench_result result)
{
    char ratio[32] = "";
    if (result.map.median <= 0) {
        printf(" %25s", "-");
        return;
    }
    if (result.loop.median > 0) {
        snprintf(ratio, sizeof(ratio), "x%.3g",
                 result.loop.median / result.map.median);
    }
    printf(" %7.1f %8.1f %8s", result.map.min, result.map.median, ratio);
}

static void print_head(const char *what)
{
    printf("\n%-13s %-15s", what, "case");
    for (size_t size = 0; size < SIZES; size++) {
        printf(" %9zu pages        ", sizes[size]);
    }
    printf("\n");
}

static void print_rows(const char *what, const struct bench_case *cases,
                       struct bench_result (*results)[SIZES])
{
    for (size_t j = 0; cases[j].name != NULL; j++) {
        printf("%-13s %-15s", what, cases[j].name);
        for (size_t size = 0; size < SIZES; size++) {
            print_cell(results[j][size]);
        }
        printf("\n");
    }
}

static void print_table(void)
{
    printf("Nanoseconds a pair of calls: minimum, median of %d batches, and "
           "how many times\nthe byte loop's median that is.\n",
           BENCH_BATCHES);
    print_head("large pages");
    for (unsigned i = 0; i < BENCH_FULL; i++) {
        print_rows(bench_pattern_names[i], bench_page_cases, pages[i]);
    }
    print_head("frames");
    print_rows("empty", bench_frame_cases, frames[0]);
    print_rows("90 %", bench_frame_cases, frames[1]);
}

static void print_goal(const char *goal, double reached, double wanted,
                       bool is_met)
{
    printf("%-6s %-60s %10.4g %10.4g\n", is_met ? "ok" : "MISSED", goal,
           reached, wanted);
    missed += !is_met;
}

static size_t find_case(const char *name)
{
    size_t i = 0;
    while (strcmp(bench_page_cases[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* How many times as fast as the byte loop, for 1 TiB. */
static double ratio(enum bench_pattern pattern, const char *name)
{
    struct bench_result result = pages[pattern][find_case(name)][3];
    return result.loop.median / result.map.median;
}

/* The same for runs of 512 on clustered maps, all together: how far down the
 * first run lies that is long enough is chance. */
static double clustered_ratio(void)
{
    static struct bench_map map;
    const struct bench_case *one = &bench_page_cases[find_case("repeat 512")];
    struct bench_result sum = {{0, 0}, {0, 0}};
    for (unsigned i = 0; i < CLUSTERED_MAPS; i++) {
        bench_map_make(&map, sizes[3], BENCH_CLUSTERED_99);
        struct bench_result result = bench_case_run(one, &map.loop);
        sum.map.median += result.map.median;
        sum.loop.median += result.loop.median;
        bench_map_end(&map);
    }
    return sum.loop.median / sum.map.median;
}

/* The largest time at any size against that at 64 pages. */
static double growth(enum bench_pattern pattern, const char *name)
{
    const struct bench_result *result = pages[pattern][find_case(name)];
    double largest = 0;
    for (size_t size = 0; size < SIZES; size++) {
        largest = MAX(largest, result[size].map.min);
    }
    return largest / result[0].map.min;
}

static void at_most(const char *goal, double reached, double wanted)
{
    print_goal(goal, reached, wanted, reached <= wanted);
}

static void at_least(const char *goal, double reached, double wanted)
{
    print_goal(goal, reached, wanted, reached >= wanted);
}

static void print_goals(void)
{
    printf("\n%-6s %-60s %10s %10s\n", "", "goal", "reached", "wanted");
    at_most("1 page, repeat, empty: any size against 64 pages, times",
            growth(BENCH_EMPTY, "repeat 1"), 1.2);
    at_most("the same under the lock", growth(BENCH_EMPTY, "repeat 1, lock"),
            1.2);
    at_least("1 page, churn, 1 TiB, 99 %: times the byte loop",
             ratio(BENCH_RANDOM_99, "churn 1"), 1500);
    at_least("512 pages, 1 TiB, 99 % clustered: times the byte loop",
             clustered_ratio(), 400);
    at_most("pages, repeat pair: 2 threads against 1, times",
            bench_two_threads(BENCH_PAGES), 1.2);
    at_most("frames, repeat pair: 2 threads against 1, times",
            bench_two_threads(BENCH_FRAMES), 1.2);
    at_least("whole pages after 20 turnovers at 50 % use, % of ideal",
             bench_turnover(50), 99);
    at_least("whole pages after 20 turnovers at 90 % use, % of ideal",
             bench_turnover(90), 99);
}

int main(int argc, char **argv)
{
    size_t largest = argc > 1 ? strtoul(argv[1], NULL, 0) : SIZE_MAX;
    for (size_t size = 0; size < SIZES && sizes[size] <= largest; size++) {
        measure_pages(size);
        measure_frames(size);
    }
    print_table();
    print_goals();
    printf("%u goals missed\n", missed);
    return 0;
}
