/* sh: ulimit and setarch, which set what programs that are started later
 * inherit: limits, and how their memory is laid out.
 *
 *     ulimit -s unlimited; sh -c maps
 *     setarch -R -L sh -c maps */
#include "kernel/abi/resource.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define KIB               1024u
#define THIS              0 /* prlimit64: the caller */
#define UNLIMITED         "unlimited"

#define ASK               0xffffffffl /* personality: changes nothing */

/* Bits of personality(2) (include/uapi/linux/personality.h). */
#define NO_RANDOMIZE      0x0040000u
#define MMAP_PAGE_ZERO    0x0100000u
#define COMPAT_LAYOUT     0x0200000u
#define READ_IMPLIES_EXEC 0x0400000u
#define LIMIT_3GB         0x8000000u

/* The letters and units of other shells. */
static const struct limit {
    char letter;
    unsigned resource;
    unsigned unit; /* bytes, or 1 */
    const char *name;
} limits[] = {
    {'t', RLIMIT_CPU, 1, "CPU time, seconds"},
    {'f', RLIMIT_FSIZE, KIB, "size of a file, KiB"},
    {'d', RLIMIT_DATA, KIB, "data, KiB"},
    {'s', RLIMIT_STACK, KIB, "stack, KiB"},
    {'c', RLIMIT_CORE, KIB, "core file, KiB"},
    {'m', RLIMIT_RSS, KIB, "resident memory, KiB"},
    {'u', RLIMIT_NPROC, 1, "processes"},
    {'n', RLIMIT_NOFILE, 1, "open files"},
    {'l', RLIMIT_MEMLOCK, KIB, "locked memory, KiB"},
    {'v', RLIMIT_AS, KIB, "address space, KiB"},
};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static const struct flag {
    char letter;
    unsigned bit;
} flags[] = {
    {'R', NO_RANDOMIZE},      {'L', COMPAT_LAYOUT}, {'Z', MMAP_PAGE_ZERO},
    {'X', READ_IMPLIES_EXEC}, {'3', LIMIT_3GB},
};

#define FLAGS (sizeof(flags) / sizeof(flags[0]))

static long prlimit(const struct limit *limit, const struct rlimit64 *set,
                    struct rlimit64 *now)
{
    return __syscall4(SYS(prlimit64), THIS, limit->resource, (long)set,
                      (long)now);
}

static void print_limit(const struct limit *limit)
{
    struct rlimit64 now = {0};
    (void)prlimit(limit, NULL, &now);
    if (now.current == RLIM64_INFINITY) {
        printf(UNLIMITED "\n");
        return;
    }
    printf("%lu\n", (unsigned long)(now.current / limit->unit));
}

static void print_all(void)
{
    for (size_t i = 0; i < LIMITS; i++) {
        printf("-%c  %-22s", limits[i].letter, limits[i].name);
        print_limit(&limits[i]);
    }
}

/* Reads a decimal number. Returns whether TEXT is one, and fits. */
static bool read_value(const char *text, unsigned unit, uint64_t *value)
{
    bool has_digits = *text != '\0';
    *value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (__builtin_mul_overflow(*value, 10u, value) ||
            __builtin_add_overflow(*value, (uint64_t)(*text - '0'), value)) {
            return false;
        }
    }
    return has_digits && *text == '\0' &&
           !__builtin_mul_overflow(*value, unit, value);
}

static int set_limit(const struct limit *limit, const char *text)
{
    uint64_t value = RLIM64_INFINITY;
    if (strcmp(text, UNLIMITED) != 0 &&
        !read_value(text, limit->unit, &value)) {
        dprintf(STDERR_FILENO,
                "ulimit: %s: no number that fits, and not " UNLIMITED "\n",
                text);
        return SH_USAGE;
    }
    struct rlimit64 both = {.current = value, .maximum = value};
    long error = prlimit(limit, &both, NULL);
    return is_error(error) ? report_error(text, error) : SH_SUCCESS;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && word[2] == '\0';
}

int builtin_ulimit(int count, char **words)
{
    if (count == 1 || strcmp(words[1], "-a") == 0) {
        print_all();
        return SH_SUCCESS;
    }
    for (size_t i = 0; i < LIMITS && is_option(words[1]); i++) {
        if (limits[i].letter != words[1][1]) {
            continue;
        }
        if (count > 2) {
            return set_limit(&limits[i], words[2]);
        }
        print_limit(&limits[i]);
        return SH_SUCCESS;
    }
    dprintf(STDERR_FILENO, "ulimit: %s: no such limit; `ulimit` lists them\n",
            words[1]);
    return SH_USAGE;
}

/* The bit of WORD, an option, or 0. */
static unsigned flag_of(const char *word)
{
    for (size_t i = 0; i < FLAGS && is_option(word); i++) {
        if (flags[i].letter == word[1]) {
            return flags[i].bit;
        }
    }
    return 0;
}

int builtin_setarch(int count, char **words)
{
    unsigned bits = 0;
    int first = 1;
    for (; first < count && flag_of(words[first]) != 0; first++) {
        bits |= flag_of(words[first]);
    }
    if (first == count || words[first][0] == '-') {
        dprintf(STDERR_FILENO, "usage: setarch [-R] [-L] [-Z] [-X] [-3] "
                               "COMMAND\n");
        return SH_USAGE;
    }
    long before = __syscall1(SYS(personality), ASK);
    __syscall1(SYS(personality), before | (long)bits);
    int status = run_command(count - first, words + first);
    __syscall1(SYS(personality), before);
    return status;
}
