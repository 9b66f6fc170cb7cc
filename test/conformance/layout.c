/* What a program finds when it begins: see layout.h. */
#include "test/conformance/layout.h"

#include "kernel/abi/resource.h"
#include "test/conformance/case.h"
#include "user/lib/string.h"

/* personality, include/uapi/linux/personality.h */
#define ADDR_NO_RANDOMIZE  0x0040000ul
#define ADDR_COMPAT_LAYOUT 0x0200000ul
#define READ_IMPLIES_EXEC  0x0400000ul
#define ADDR_LIMIT_3GB     0x8000000ul
#define PERSONALITY_ASK    0xffffffff

#define GIB                (1ul << 30)
#define KIB                1024ul

struct way {
    const char *name;
    uint64_t stack_limit; /* 0: as it is */
    unsigned long personality;
};

static const struct way ways[] = {
    {"unlimited", RLIM64_INFINITY, 0},
    {"large-stack", GIB, 0},
    {"small-stack", 64 * KIB, 0},
    {"legacy", 0, ADDR_COMPAT_LAYOUT | ADDR_NO_RANDOMIZE},
    {"3gb", 0, ADDR_LIMIT_3GB | ADDR_NO_RANDOMIZE},
    {"executable", 0, READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE},
};

void layout_say(void)
{
    CALL(personality, PERSONALITY_ASK);
    maps_say_all();
    maps_say_form();
    map(0, PAGES(2), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(1), READ_WRITE, ANONYMOUS, NO_FILE, 0);
    map(0, PAGES(3), PROT_READ, MAP_PRIVATE, DATA_FILE, 0);
    map(0, PAGES(1), PROT_NONE, ANONYMOUS | MAP_32BIT, NO_FILE, 0);
    map(0, PAGES(1), READ_WRITE, ANONYMOUS | MAP_GROWSDOWN, NO_FILE, 0);
    map(0, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(ARENA, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
    unsigned long start = (unsigned long)CALL(brk, 0);
    CALL(brk, start + PAGES(1));
    CALL(mprotect, start, PAGES(1), PROT_READ);
    map(0xd0000000, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
    map(0xffffd000, PAGES(1), PROT_READ, ANONYMOUS, NO_FILE, 0);
    maps_say_all();
}

static void become(char **words)
{
    static char *environment[] = {NULL};
    close(DATA_FILE);
    close(DIRECTORY_FILE);
    __syscall3(SYS(execve), (long)words[0], (long)words, (long)environment);
}

void layout_in(const char *name, char **words)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(name, ways[i].name) != 0) {
            continue;
        }
        if (ways[i].stack_limit != 0) {
            limit(RLIMIT_STACK, ways[i].stack_limit);
        }
        if (ways[i].personality != 0) {
            CALL(personality, ways[i].personality);
        }
        become(words);
    }
}
