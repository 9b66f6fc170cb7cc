/* The commands of `monitor`: one row each in the table of monitor.c. */
#pragma once

#include "kernel/gdb/machine.h"

#define MONITOR_WORDS_MAX 8

/* The words of the command; word[0] is its name. */
struct monitor_words {
    size_t count;
    char *word[MONITOR_WORDS_MAX];
};

struct monitor_command {
    const char *name;
    const char *arguments; /* for the help */
    const char *help;
    size_t least; /* words that must follow */
    void (*run)(const struct monitor_words *words);
};

/* Word INDEX as a number (0x hexadecimal, 0 octal, else decimal), or FALLBACK
 * when there are fewer words or it is none. */
uint64_t monitor_number(const struct monitor_words *words, size_t index,
                        uint64_t fallback);

/* The process whose pid is word INDEX, by default the one in view. NULL after
 * saying that there is none. */
struct process *monitor_process(const struct monitor_words *words,
                                size_t index);

/* Prints what a command says: to gdb, or, from monitor_use_console on, to the
 * console. */
void monitor_print(const char *format, ...) PRINTF_LIKE(1, 2);
void monitor_use_console(void);

typedef void monitor_run(const struct monitor_words *words);
monitor_run monitor_maps, monitor_pt, monitor_bytemap, monitor_frames;
monitor_run monitor_page, monitor_check;
monitor_run monitor_procs, monitor_cpus, monitor_irq, monitor_modules;
monitor_run monitor_dmesg;
monitor_run monitor_regs, monitor_in, monitor_out, monitor_msr;
monitor_run monitor_selftest;
