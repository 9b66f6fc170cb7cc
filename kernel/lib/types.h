/* The integer types, attributes and addresses that everything else uses. */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A physical address. PADDR_NONE means "no such address"; 0 is a real one. */
typedef uint64_t paddr_t;
#define PADDR_NONE (~(paddr_t)0)

/* An address in a program. Never dereferenced: see mm/user_copy.h. */
typedef uint64_t uaddr_t;

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define PACKED            __attribute__((packed))
#define NORETURN          __attribute__((noreturn))
#define NOINLINE          __attribute__((noinline))
#define COLD              __attribute__((cold))
#define ALWAYS_INLINE     inline __attribute__((always_inline))
