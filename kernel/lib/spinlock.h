/* A spin lock. The kernel runs with interrupts off except where it waits for
 * them, so a holder is never interrupted by code that wants the same lock. */
#pragma once

#include "kernel/lib/types.h"

struct spinlock {
    uint32_t held; /* 1 while some CPU holds it */
};

static inline void spin_lock(struct spinlock *lock)
{
    while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE) != 0) {
        while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED) != 0) {
            __builtin_ia32_pause();
        }
    }
}

static inline void spin_unlock(struct spinlock *lock)
{
    __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}
