/* init: what the program inherits, as words before its name say.
 *
 *     limit=RESOURCE:VALUE    by Linux's number; both limits
 *     personality=BITS
 *     env=NAME=VALUE          in the environment, in the place of the same NAME
 *
 * Numbers are decimal. */
#include "kernel/abi/resource.h"
#include "user/init/init.h"
#include "user/lib/linux.h"
#include "user/lib/string.h"

#define THIS          0 /* prlimit64: the caller */
#define LIMIT         "limit="
#define PERSONALITY   "personality="
#define VARIABLE      "env="

#define VARIABLES_MAX 256

/* Is WORD this setting? Then *REST is what comes after it. */
static bool begins(const char *word, const char *setting, const char **rest)
{
    size_t size = strlen(setting);

    *rest = word + size;
    return strncmp(word, setting, size) == 0;
}

/* Takes a number off *TEXT. */
static uint64_t take_number(const char **text)
{
    uint64_t value = 0;

    for (; **text >= '0' && **text <= '9'; (*text)++) {
        value = value * 10 + (uint64_t)(**text - '0');
    }
    return value;
}

static long set_limit(const char *text)
{
    uint64_t resource = take_number(&text);

    text += *text == ':';
    uint64_t value = take_number(&text);
    const struct rlimit64 both = {.current = value, .maximum = value};
    return __syscall4(SYS(prlimit64), THIS, (long)resource, (long)&both, 0);
}

bool setting_is(const char *word)
{
    const char *rest;

    return begins(word, LIMIT, &rest) || begins(word, PERSONALITY, &rest) ||
           begins(word, VARIABLE, &rest);
}

long setting_apply(const char *word)
{
    const char *rest;

    if (begins(word, LIMIT, &rest)) {
        return set_limit(rest);
    }
    if (begins(word, PERSONALITY, &rest)) {
        return __syscall1(SYS(personality), (long)take_number(&rest));
    }
    return 0;
}

/* The place in ENVIRONMENT of the variable that WORD, NAME=VALUE, sets: one
 * that is there, or the end. */
static int place_of(char *const *environment, const char *word)
{
    size_t name_size = 0;
    int place = 0;

    while (word[name_size] != '=' && word[name_size] != '\0') {
        name_size++;
    }
    while (environment[place] != NULL &&
           (strncmp(environment[place], word, name_size) != 0 ||
            environment[place][name_size] != '=')) {
        place++;
    }
    return place;
}

char **setting_environment(char **settings, int count, char **inherited)
{
    static char *environment[VARIABLES_MAX + 1];
    const char *rest;

    for (int i = 0; inherited[i] != NULL && i < VARIABLES_MAX; i++) {
        environment[i] = inherited[i];
    }
    for (int i = 0; i < count; i++) {
        if (!begins(settings[i], VARIABLE, &rest)) {
            continue;
        }
        int place = place_of(environment, rest);
        if (place == VARIABLES_MAX) {
            return NULL;
        }
        environment[place] = (char *)rest;
    }
    return environment;
}
