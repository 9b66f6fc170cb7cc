/* What calls about priorities ask of each other. */
#pragma once

#include "kernel/thread.h"

/* Is THREAD of the user who runs, or is that root? */
bool priority_is_own(const struct thread *thread);

/* May THREAD become as little nice as NICE? */
bool priority_may_be(const struct thread *thread, int nice);
