/* ASSERT: for our own mistakes, always on, never for what comes from outside.
 *
 *   ASSERT(is_aligned(address, PAGE_SIZE));
 *   ASSERT_CMP(count, <=, limit);            also prints both values
 *
 * Neither may have side effects. A failure ends in panic().
 */
#pragma once

#include "kernel/lib/panic.h"

#define ASSERT(expression)                                                     \
    do {                                                                       \
        if (__builtin_expect(!(expression), 0)) {                              \
            panic("%s:%d: assertion failed: %s", __FILE__, __LINE__,           \
                  #expression);                                                \
        }                                                                      \
    } while (0)

#define ASSERT_CMP(left, op, right)                                            \
    do {                                                                       \
        __typeof__(left) assert_l_ = (left);                                   \
        __typeof__(right) assert_r_ = (right);                                 \
        if (__builtin_expect(!(assert_l_ op assert_r_), 0)) {                  \
            panic("%s:%d: assertion failed: %s %s %s (0x%llx, 0x%llx)",        \
                  __FILE__, __LINE__, #left, #op, #right,                      \
                  (unsigned long long)assert_l_,                               \
                  (unsigned long long)assert_r_);                              \
        }                                                                      \
    } while (0)
