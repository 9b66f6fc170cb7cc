/* The commands of `monitor`. */
#include "kernel/gdb/monitor.h"

#include <stdarg.h>

#include "drivers/console.h"
#include "drivers/power.h"
#include "kernel/gdb/wire.h"
#include "kernel/lib.h"

#define DECIMAL     10
#define HEXADECIMAL 16
#define OCTAL       8
#define PRINT_MAX   512

bool monitor_catches_user;

static bool prints_to_console;

void monitor_use_console(void)
{
    prints_to_console = true;
}

void monitor_print(const char *format, ...)
{
    char text[PRINT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (prints_to_console) {
        console_print(text, strlen(text));
    } else {
        gdb_print("%s", text);
    }
}

static void help(const struct monitor_words *words);

/* "on" or "off"; anything else only shows what is set. */
static void set_switch(const struct monitor_words *words, size_t index,
                       bool *value)
{
    const char *name = words->word[index - 1];

    if (words->count > index && strcmp(words->word[index], "on") == 0) {
        *value = true;
    } else if (words->count > index && strcmp(words->word[index], "off") == 0) {
        *value = false;
    }
    monitor_print("%s is %s\n", name, *value ? "on" : "off");
}

static void catch_user(const struct monitor_words *words)
{
    if (strcmp(words->word[1], "user") != 0) {
        monitor_print("catch what? There is: catch user on|off\n");
        return;
    }
    set_switch(words, 2, &monitor_catches_user);
}

static void step_irq(const struct monitor_words *words)
{
    set_switch(words, 1, &step_lets_interrupts_in);
}

/* gdb waits for an answer, which nobody could give later. */
static void answer_now(void)
{
    static const char done[] = "OK";

    if (!prints_to_console) {
        gdb_wire_send(done, sizeof(done) - 1);
    }
}

static void reboot(const struct monitor_words *words)
{
    (void)words;
    answer_now();
    power_reset();
}

static void poweroff(const struct monitor_words *words)
{
    (void)words;
    answer_now();
    power_off();
}

static void stats(const struct monitor_words *words)
{
    const struct gdb_wire_stats *wire = &gdb_wire_stats;

    (void)words;
    monitor_print(
        "%llu packets, %llu bad, %llu sent again, %llu lost, "
        "%llu faults caught\n",
        (unsigned long long)wire->packets, (unsigned long long)wire->bad,
        (unsigned long long)wire->resends, (unsigned long long)wire->lost,
        (unsigned long long)machine_faults);
}

static const struct monitor_command commands[] = {
    {"help", "", "this list", 0, help},
    {"maps", "[PID]", "the areas of a process", 0, monitor_maps},
    {"pt", "ADDRESS [PID]", "the way through the page tables", 1, monitor_pt},
    {"bytemap", "[FROM [COUNT]]", "large pages, one character each", 0,
     monitor_bytemap},
    {"frames", "", "how much memory is free", 0, monitor_frames},
    {"page", "ADDRESS [PID]", "who has that memory; or -physical ADDRESS", 1,
     monitor_page},
    {"check", "", "are byte map and frames sound?", 0, monitor_check},
    {"procs", "", "the processes", 0, monitor_procs},
    {"cpus", "", "what each CPU does", 0, monitor_cpus},
    {"irq", "", "interrupts: how many came, which are masked", 0, monitor_irq},
    {"regs", "", "system registers", 0, monitor_regs},
    {"modules", "", "what the loader loaded", 0, monitor_modules},
    {"dmesg", "[LINES]", "the end of the log", 0, monitor_dmesg},
    {"in", "PORT [1|2|4]", "read an I/O port", 1, monitor_in},
    {"out", "PORT VALUE [1|2|4]", "write an I/O port", 2, monitor_out},
    {"msr", "NUMBER", "read a model-specific register", 1, monitor_msr},
    {"catch", "user on|off", "stop at programs' exceptions", 1, catch_user},
    {"stepirq", "[on|off]", "let interrupts in while stepping", 0, step_irq},
    {"reboot", "", "reset the machine", 0, reboot},
    {"poweroff", "", "switch the machine off", 0, poweroff},
    {"selftest", "", "does the debugger's machine work?", 0, monitor_selftest},
    {"stats", "", "what this line went through", 0, stats},
};

static void help(const struct monitor_words *words)
{
    (void)words;
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
        monitor_print("%-8s %-20s %s\n", commands[i].name,
                      commands[i].arguments, commands[i].help);
    }
}

static int digit_value(char c, unsigned base)
{
    int digit = gdb_digit(c);
    return digit >= 0 && (unsigned)digit < base ? digit : -1;
}

uint64_t monitor_number(const struct monitor_words *words, size_t index,
                        uint64_t fallback)
{
    uint64_t value = 0;
    unsigned base = DECIMAL;

    if (index >= words->count) {
        return fallback;
    }
    const char *at = words->word[index];
    if (at[0] == '0' && at[1] != '\0') {
        bool is_hex = at[1] == 'x' || at[1] == 'X';
        base = is_hex ? HEXADECIMAL : OCTAL;
        at += is_hex ? 2 : 1;
    }
    do {
        int digit = digit_value(*at, base);
        if (digit < 0) {
            return fallback;
        }
        value = value * base + (unsigned)digit;
    } while (*++at != '\0');
    return value;
}

struct process *monitor_process(const struct monitor_words *words, size_t index)
{
    struct process *process =
        index < words->count
            ? process_find((int)monitor_number(words, index, 0))
            : machine_process(target_thread_current());

    if (process == NULL || process->aspace == NULL) {
        monitor_print("no such process, or it has no memory\n");
        return NULL;
    }
    return process;
}

static void split(char *line, struct monitor_words *words)
{
    words->count = 0;
    while (words->count < MONITOR_WORDS_MAX) {
        while (*line == ' ') {
            *line++ = '\0';
        }
        if (*line == '\0') {
            return;
        }
        words->word[words->count++] = line;
        while (*line != ' ' && *line != '\0') {
            line++;
        }
    }
}

void target_monitor(char *line)
{
    struct monitor_words words;

    split(line, &words);
    for (size_t i = 0; words.count > 0 && i < ARRAY_COUNT(commands); i++) {
        const struct monitor_command *command = &commands[i];
        if (strcmp(words.word[0], command->name) != 0) {
            continue;
        }
        if (words.count <= command->least) {
            monitor_print("%s %s: %s\n", command->name, command->arguments,
                          command->help);
            return;
        }
        command->run(&words);
        return;
    }
    monitor_print("no such command; `help` lists them\n");
}
