/* Lines of /proc/PID/frames: see run.h. */
#include "user/look/run.h"

#include "user/lib/string.h"

#define LEVELS 4

const char *const run_whose_names[RUN_WHOSE] = {
    [RUN_OWN] = "own",
    [RUN_SHARED] = "shared",
    [RUN_OBJECT] = "object",
    [RUN_ZEROS] = "zeros",
    [RUN_UNTOUCHED] = "untouched",
    [RUN_TABLE] = "table",
};

const char *const table_names[] = {"", "pt", "pd", "pdpt", "pml4"};
static const char *const sizes[] = {"", "4k", "2m", "1g"};

uint64_t take_hexadecimal(const char **text)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t number = 0;

    while (**text != '\0') {
        const char *digit = strchr(digits, **text);
        ++*text;
        if (digit == NULL) {
            break;
        }
        number = number << 4 | (uint64_t)(digit - digits);
    }
    return number;
}

/* Is the word at TEXT this one? */
static bool is_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    return strncmp(text, word, length) == 0 &&
           (text[length] == ' ' || text[length] == '\0');
}

/* "4k rwx own" */
static bool parse_leaves(const char *text, struct run *run)
{
    const unsigned count = sizeof(sizes) / sizeof(sizes[0]);

    run->level = 1;
    while (run->level < count && !is_word(text, sizes[run->level])) {
        run->level++;
    }
    if (run->level == count || strlen(text) < sizeof("4k rwx ")) {
        return false;
    }
    memcpy(run->rights, text + sizeof("4k"), sizeof(run->rights) - 1);
    run->rights[sizeof(run->rights) - 1] = '\0';
    run->whose = RUN_OWN;
    text += sizeof("4k rwx");
    while (run->whose < RUN_TABLE &&
           !is_word(text, run_whose_names[run->whose])) {
        run->whose++;
    }
    return run->whose < RUN_TABLE;
}

bool run_parse(const char *line, struct run *run)
{
    run->start = take_hexadecimal(&line);
    run->end = take_hexadecimal(&line);
    run->memory = take_hexadecimal(&line);
    for (unsigned level = LEVELS; level > 0; level--) {
        if (is_word(line, table_names[level])) {
            run->level = level;
            run->whose = RUN_TABLE;
            run->rights[0] = '\0';
            return run->end > run->start;
        }
    }
    return run->end > run->start && parse_leaves(line, run);
}
