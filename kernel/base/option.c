/* The kernel's command line. */
#include "kernel/base/option.h"
#include "boot/boot_info.h"
#include "kernel/lib.h"

/* Every option that Brix knows. The choices stand in the order of the enums in
 * kernel/base/option.h and kernel/lib/log.h. */
const struct option_row option_table[OPTION_COUNT] = {
    [OPTION_LOG] = {"log", "console|com1|com2|none", "console",
                    "where the kernel's log goes"},
    [OPTION_LOGLEVEL] = {"loglevel", "error|warn|info|debug", "info",
                         "the least important lines that the log shows"},
    [OPTION_CONSOLE] = {"console", "tty|raw", "tty",
                        "line editing and newlines for people, or bytes as "
                        "they are"},
    [OPTION_VIRTIO] = {"virtio", NULL, NULL,
                       "the console is one of virtio: pci, or the address of "
                       "its registers in memory"},
    [OPTION_USB] = {"usb", "on|off|console", "on",
                    "use what is behind xHCI controllers, or leave these to "
                    "the firmware; console: a serial adapter is a line of the "
                    "console's"},
    [OPTION_INIT] = {"init", NULL, "/init", "the first program"},
    [OPTION_ARGS] = {"args", NULL, NULL,
                     "a file with the first program's arguments, each ended "
                     "by a zero byte"},
    [OPTION_PANIC] = {"panic", "halt|reboot|poweroff", "halt",
                      "what to do after a panic"},
    [OPTION_EXIT] = {"exit", "halt|reboot|poweroff", "poweroff",
                     "what to do when the first program has ended"},
    [OPTION_NORANDMAPS] = {"norandmaps", NULL, NULL,
                           "give programs the same addresses each time"},
    [OPTION_TRANSPARENT_HUGEPAGE] = {"transparent_hugepage",
                                     "always|madvise|never", "always",
                                     "where a first touch gives 2 MiB at once"},
    [OPTION_HUGEPAGES] = {"hugepages", NULL, NULL,
                          "a number: so many large pages are kept for "
                          "MAP_HUGETLB, which gets no others"},
    [OPTION_SEED] = {"seed", NULL, NULL,
                     "a number: random numbers follow from it alone, and are "
                     "the same each time"},
    [OPTION_FAIL_NTH] = {"fail_nth", NULL, NULL,
                         "a number: that allocation fails, counted from when "
                         "memory is there to the first program's end"},
    [OPTION_VALIDATE] = {"validate", NULL, NULL,
                         "check all data structures each time that a program "
                         "ends"},
    [OPTION_TRACE] =
        {"trace", "none|syscalls|why|record", "none",
         "log each system call, or why memory calls are refused, or keep "
         "a record that tools/run reads"},
    [OPTION_BENCH] = {"bench", "none|mm", "none",
                      "count what byte map and frames cost, for QEMU's "
                      "-icount shift=0"},
    [OPTION_SELFTEST] = {"selftest", "none|copies", "none",
                         "before the first program: do at random what "
                         "programs do to copies of address spaces, and "
                         "compare with a plain model"},
    [OPTION_GDB] = {"gdb", "none|com2|com1|qemu|usb", "none",
                    "the serial port for a debugger; com1 is the console's "
                    "too; qemu: one that looks on from outside; usb: a serial "
                    "adapter"},
    [OPTION_GDBWAIT] = {"gdbwait", NULL, NULL,
                        "wait for the debugger early in the boot"},
};

/* Words that are no option, of which this many are named. */
#define UNKNOWN_MAX 16

/* The command line, cut into words by option_init. All else points into it. */
static char line[BOOT_COMMAND_LINE_MAX];
static const char *values[OPTION_COUNT]; /* NULL: not given */
static const char *unknown[UNKNOWN_MAX];
static size_t unknown_count;
static const char *arguments; /* one after the other, each ended by 0 */
static const char *arguments_end;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Removes the quotes around WORD, or around the value in name="value". */
static void remove_quotes(char *word)
{
    char *equals = strchr(word, '=');
    char *start = equals != NULL && *word != '"' ? equals + 1 : word;

    if (*start != '"') {
        return;
    }
    size_t size = strlen(start + 1);
    memmove(start, start + 1, size + 1);
    if (size > 0 && start[size - 1] == '"') {
        start[size - 1] = '\0';
    }
}

/* Cuts the next word off at *CURSOR, or returns NULL at the end. */
static char *next_word(char **cursor)
{
    char *word = *cursor;
    bool is_quoted = false;

    while (is_blank(*word)) {
        word++;
    }
    if (*word == '\0') {
        return NULL;
    }
    char *end = word;
    for (; *end != '\0' && (is_quoted || !is_blank(*end)); end++) {
        is_quoted ^= *end == '"';
    }
    *cursor = *end == '\0' ? end : end + 1;
    *end = '\0';
    remove_quotes(word);
    return word;
}

/* The option that WORD names, or OPTION_COUNT; its value in *VALUE. */
static enum option find_option(const char *word, const char **value)
{
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        size_t length = strlen(option_table[i].name);
        if (strncmp(word, option_table[i].name, length) != 0) {
            continue;
        }
        if (word[length] == '=' || word[length] == '\0') {
            *value = word + length + (word[length] == '=');
            return i;
        }
    }
    return OPTION_COUNT;
}

static void take_word(const char *word)
{
    const char *value = NULL;
    enum option option = find_option(word, &value);

    if (option != OPTION_COUNT) {
        values[option] = value;
        return;
    }
    if (unknown_count < UNKNOWN_MAX) {
        unknown[unknown_count] = word;
    }
    unknown_count++;
}

/* Moves the words from CURSOR on together. */
static void take_arguments(char *cursor)
{
    char *end = cursor;

    arguments = cursor;
    for (char *word; (word = next_word(&cursor)) != NULL;) {
        size_t size = strlen(word) + 1;
        memmove(end, word, size);
        end += size;
    }
    arguments_end = end;
}

void option_init(const char *command_line)
{
    char *cursor = line;

    string_copy(line, command_line, sizeof(line));
    memset(values, 0, sizeof(values));
    unknown_count = 0;
    arguments = arguments_end = line;
    for (char *word; (word = next_word(&cursor)) != NULL;) {
        if (strcmp(word, "--") == 0) {
            take_arguments(cursor);
            return;
        }
        take_word(word);
    }
}

bool option_is_set(enum option option)
{
    return values[option] != NULL;
}

const char *option_string(enum option option)
{
    return option_is_set(option) ? values[option]
                                 : option_table[option].fallback;
}

const char *option_argument(size_t index)
{
    const char *argument = arguments;

    for (; argument < arguments_end && index > 0; index--) {
        argument += strlen(argument) + 1;
    }
    return argument < arguments_end ? argument : NULL;
}

/* The index of VALUE in CHOICES, "a|b|c", or -1. */
static int find_choice(const char *choices, const char *value)
{
    size_t length = strlen(value);

    for (int index = 0;; index++) {
        const char *end = strchr(choices, '|');
        size_t choice_length =
            end == NULL ? strlen(choices) : (size_t)(end - choices);
        if (choice_length == length && strncmp(choices, value, length) == 0) {
            return index;
        }
        if (end == NULL) {
            return -1;
        }
        choices = end + 1;
    }
}

unsigned option_choice(enum option option)
{
    const struct option_row *row = &option_table[option];
    int choice = find_choice(row->choices, option_string(option));

    if (choice < 0) {
        choice = find_choice(row->choices, row->fallback);
    }
    return (unsigned)choice;
}

void option_warn_unknown(void)
{
    for (size_t i = 0; i < MIN(unknown_count, (size_t)UNKNOWN_MAX); i++) {
        log_warn("option: no option \"%s\"", unknown[i]);
    }
    if (unknown_count > UNKNOWN_MAX) {
        log_warn("option: and %zu more words that are no option",
                 unknown_count - UNKNOWN_MAX);
    }
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_table[i];
        if (row->choices != NULL && option_is_set(i) &&
            find_choice(row->choices, values[i]) < 0) {
            log_warn("option: %s=%s: not one of %s; taking %s", row->name,
                     values[i], row->choices, row->fallback);
        }
    }
}
