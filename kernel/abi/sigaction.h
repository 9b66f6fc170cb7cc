/* struct sigaction as rt_sigaction takes it; libc's own looks different. */
#pragma once

#include "kernel/lib/types.h"

struct sigaction_64 {
    uint64_t handler; /* an address, SIG_DFL or SIG_IGN */
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};

struct sigaction_32 {
    uint32_t handler;
    uint32_t flags;
    uint32_t restorer;
    uint32_t mask[2];
};

static_assert(sizeof(struct sigaction_64) == 32, "Linux's struct sigaction");
static_assert(sizeof(struct sigaction_32) == 20, "compat_sigaction");
