/* The cases of processes, threads, pipes and signals, and of what a fork costs
 * those who write afterwards. */
#pragma once

#include "test/bench/memory/measure.h"

extern const struct bench_case process_cases[];
extern const unsigned process_case_count;
