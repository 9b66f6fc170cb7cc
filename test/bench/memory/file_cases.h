/* The cases of names: open among few and among many. */
#pragma once

#include "test/bench/memory/measure.h"

extern const struct bench_case file_cases[];
extern const unsigned file_case_count;
