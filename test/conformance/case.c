/* Runs the fixed cases, each from the same beginning. */
#include "test/conformance/case.h"

#include "kernel/abi/resource.h"
#include "test/conformance/arch.h"
#include "user/lib/string.h"

static const struct conformance_case *const all_cases[] = {
    brk_cases,    mmap_cases,     place_cases,  file_cases,
    munmap_cases, mprotect_cases, mremap_cases, madvise_cases,
    lock_cases,   limit_cases,    fault_cases,  huge_cases,
    door_cases,   signal_cases,   anon_cases,   collapse_cases,
};

/* Given by the linker: where the program begins and ends. */
extern const char __executable_start[], _end[];

#define MMAP_MIN  0x10000ul
#define OWN_STACK (1ul << 20) /* more than there is */

/* The limits that cases change. */
static const int limits[] = {RLIMIT_DATA, RLIMIT_STACK, RLIMIT_MEMLOCK,
                             RLIMIT_AS};
#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static struct rlimit64 first_limits[LIMITS];
static void *first_break;
static uintptr_t case_context[CONTEXT_WORDS];

static void leave_case(void)
{
    context_restore(case_context);
}

void case_init(void)
{
    touch_init();
    first_break = brk(NULL);
    for (size_t i = 0; i < LIMITS; i++) {
        __syscall4(SYS(prlimit64), 0, limits[i], 0, (long)&first_limits[i]);
    }
    if (open_file("/data") != (long)DATA_FILE ||
        open_file("/proc") != (long)DIRECTORY_FILE) {
        note("no /data or no /proc");
    }
}

/* What begins in a page and ends at one. */
static void unmap(uintptr_t start, uintptr_t end)
{
    start = (start + PAGE_SIZE - 1) & -PAGE_SIZE;
    end &= -PAGE_SIZE;
    munmap((void *)start, end - start);
}

void case_reset(void)
{
    for (size_t i = 0; i < LIMITS; i++) {
        __syscall4(SYS(prlimit64), 0, limits[i], (long)&first_limits[i], 0);
    }
    brk(first_break);
    unmap(MMAP_MIN, (uintptr_t)__executable_start);
    unmap((uintptr_t)_end, (uintptr_t)__builtin_frame_address(0) - OWN_STACK);
    __syscall0(SYS(munlockall));
    __syscall1(SYS(personality), 0);
}

unsigned long case_first_break(void)
{
    return (unsigned long)first_break;
}

static void run(const struct conformance_case *chosen)
{
    text("== ");
    note(chosen->name);
    touch_on_surprise(leave_case);
    if (context_save(case_context) == 0) {
        chosen->run();
    }
    case_reset();
}

static void run_table(const struct conformance_case *table, const char *prefix)
{
    for (; table->name != NULL; table++) {
        if (strncmp(table->name, prefix, strlen(prefix)) == 0) {
            run(table);
        }
    }
}

void case_run_all(const char *prefix)
{
    for (size_t i = 0; i < sizeof(all_cases) / sizeof(all_cases[0]); i++) {
        run_table(all_cases[i], prefix);
    }
}
