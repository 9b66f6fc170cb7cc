/* What rt_sigaction, sigaction and sigaltstack take from a program; libc's own
 * structures look different. */
#pragma once

#include <assert.h>
#include <stdint.h>

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

/* i386's first call, which knows 32 signals. */
struct old_sigaction_32 {
    uint32_t handler;
    uint32_t mask;
    uint32_t flags;
    uint32_t restorer;
};

/* stack_t */
struct sigaltstack_64 {
    uint64_t ss_sp;
    uint32_t ss_flags;
    uint32_t padding;
    uint64_t ss_size;
};

struct sigaltstack_32 {
    uint32_t ss_sp;
    uint32_t ss_flags;
    uint32_t ss_size;
};

static_assert(sizeof(struct sigaction_64) == 32, "Linux's struct sigaction");
static_assert(sizeof(struct sigaction_32) == 20, "compat_sigaction");
static_assert(sizeof(struct old_sigaction_32) == 16, "compat_old_sigaction");
static_assert(sizeof(struct sigaltstack_64) == 24, "Linux's stack_t");
static_assert(sizeof(struct sigaltstack_32) == 12, "compat_stack_t");
