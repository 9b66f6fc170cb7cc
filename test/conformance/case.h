/* The fixed cases: a small function for each rule, named for the rule. What it
 * says on Linux is what it must say on Brix. */
#pragma once

#include "test/conformance/call.h"
#include "test/conformance/maps.h"
#include "test/conformance/text.h"
#include "test/conformance/touch.h"

struct conformance_case {
    const char *name;
    void (*run)(void);
};

#define CASE(function)                                                         \
    {                                                                          \
#function, function                                                    \
    }
#define LAST_CASE                                                              \
    {                                                                          \
        0                                                                      \
    }

extern const struct conformance_case brk_cases[];
extern const struct conformance_case mmap_cases[];
extern const struct conformance_case place_cases[];
extern const struct conformance_case file_cases[];
extern const struct conformance_case munmap_cases[];
extern const struct conformance_case mprotect_cases[];
extern const struct conformance_case mremap_cases[];
extern const struct conformance_case madvise_cases[];
extern const struct conformance_case lock_cases[];
extern const struct conformance_case limit_cases[];
extern const struct conformance_case fault_cases[];
extern const struct conformance_case huge_cases[];
extern const struct conformance_case door_cases[];
extern const struct conformance_case signal_cases[];
extern const struct conformance_case anon_cases[];
extern const struct conformance_case collapse_cases[];

/* Where the cases work, at addresses of their own choice: nothing is there
 * when a case begins. */
#define ARENA     0x50000000ul
#define ARENA_END 0x58000000ul
#define AT(page)  (ARENA + PAGES(page))
#define PAGES(n)  ((unsigned long)(n)*PAGE_SIZE)

/* Linux's stack_guard_gap. */
#define GUARD     PAGES(256)

/* One past the last address of a program. */
#ifdef __x86_64__
#define TASK_END 0x7ffffffff000ul
#else
#define TASK_END 0xffffe000ul
#endif

/* An open file of DATA_PAGES pages and 100 bytes; page N begins with `ret` and
 * has N at TOUCH_OFFSET. And a directory. */
#define DATA_FILE      3ul
#define DIRECTORY_FILE 4ul
#define DATA_PAGES     5

/* Opens them, and installs the handlers. */
void case_init(void);

/* Undoes what cases and operations do: limits, locks, the break, mappings. */
void case_reset(void);

/* Where the heap begins. */
unsigned long case_first_break(void);

/* Runs the cases whose name begins with PREFIX. */
void case_run_all(const char *prefix);

static inline void say_arena(void)
{
    maps_say(ARENA, ARENA_END);
}

static inline void note(const char *string)
{
    text(string);
    text_line();
}
