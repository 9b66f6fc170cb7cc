/* The cases of copies of an address space: fork, and what follows. */
#pragma once

#include <sys/types.h>

#include "test/bench/memory/measure.h"

extern const struct bench_case copy_cases[];
extern const unsigned copy_case_count;

/* Waits for CHILD, which ends well. */
void wait_for(pid_t child);
