/* conformance: memory calls, and what they answer, as text that must be the
 * same on Linux and on Brix.
 *
 *     conformance cases [PREFIX]             the fixed cases
 *     conformance random SEED COUNT [FROM TO] operations drawn from SEED, those
 *                                             from FROM to TO in full
 *     conformance huge SEED COUNT [FROM TO]  the same with MAP_HUGETLB
 *     conformance death WAY                  faults that kill (death.h)
 *     conformance layout                     what a program finds (layout.h)
 *     conformance in WAY ...                 any of these, begun in that way
 */
#include "test/conformance/case.h"
#include "test/conformance/death.h"
#include "test/conformance/layout.h"
#include "test/conformance/operation.h"
#include "test/conformance/random.h"
#include "user/lib/string.h"

#define USER_ID      1000
#define EXIT_USAGE   2
#define EXIT_SUCCESS 0

#ifdef __x86_64__
#define SYS_SETRESUID SYS64_setresuid
#else
#define SYS_SETRESUID SYS32_setresuid32
#endif

static unsigned long number(const char *digits)
{
    unsigned long value = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++) {
        value = value * 10 + (unsigned long)(*digits - '0');
    }
    return value;
}

/* Limits bind an ordinary user, not root. */
static void become_ordinary(void)
{
    if (__syscall3(SYS_SETRESUID, USER_ID, USER_ID, USER_ID) != 0) {
        note("setresuid failed");
    }
}

static bool run_random(int count, char **words, struct range (*operation)(void))
{
    if (count != 4 && count != 6) {
        return false;
    }
    struct random_run run = {.seed = (uint32_t)number(words[2]),
                             .count = number(words[3]),
                             .operation = operation};
    if (count == 6) {
        run.show_from = number(words[4]);
        run.show_to = number(words[5]);
    }
    random_run(&run);
    return true;
}

static bool run(int count, char **words)
{
    if (count < 2) {
        return false;
    }
    if (strcmp(words[1], "cases") == 0) {
        case_run_all(count > 2 ? words[2] : "");
        return true;
    }
    if (strcmp(words[1], "layout") == 0) {
        layout_say();
        return true;
    }
    if (strcmp(words[1], "in") == 0 && count > 3) {
        char **rest = &words[2];
        const char *way = rest[0];
        rest[0] = words[0];
        layout_in(way, rest);
        return false;
    }
    if (strcmp(words[1], "death") == 0 && count > 2) {
        death_by(words[2]);
        return false;
    }
    if (strcmp(words[1], "huge") == 0) {
        return run_random(count, words, operation_do_huge);
    }
    return strcmp(words[1], "random") == 0 &&
           run_random(count, words, operation_do);
}

int main(int argc, char **argv, char **envp)
{
    (void)envp;
    become_ordinary();
    case_init();
    bool is_done = run(argc, argv);
    return is_done ? EXIT_SUCCESS : EXIT_USAGE;
}
