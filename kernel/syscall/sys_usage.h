/* What processes have used, as programs are told. */
#pragma once

#include "kernel/process.h"
#include "kernel/syscall.h"

/* Writes USED to TO as LAYOUT's struct rusage. Returns 0 or -EFAULT. */
int usage_put(uaddr_t to, enum time_layout layout,
              const struct usage *used) MUST_CHECK;
