/* Options on the kernel's command line: words `name` and `name=value`, parted
 * by blanks; the last one of a name wins. Double quotes around a word or a
 * value keep its blanks, and go. After the word `--` come the arguments of the
 * first program.
 *
 * Every option that Brix knows is a row of the table in kernel/base/option.c.
 */
#pragma once

#include "kernel/lib.h"

enum option {
    OPTION_LOG,
    OPTION_LOGLEVEL,
    OPTION_CONSOLE,
    OPTION_VIRTIO,
    OPTION_USB,
    OPTION_INIT,
    OPTION_ARGS,
    OPTION_PANIC,
    OPTION_EXIT,
    OPTION_NORANDMAPS,
    OPTION_TRANSPARENT_HUGEPAGE,
    OPTION_HUGEPAGES,
    OPTION_SEED,
    OPTION_FAIL_NTH,
    OPTION_VALIDATE,
    OPTION_TRACE,
    OPTION_BENCH,
    OPTION_SELFTEST,
    OPTION_GDB,
    OPTION_GDBWAIT,
    OPTION_COUNT,
};

/* What option_choice answers, in the order of the table's choices. */
enum option_log {
    OPTION_LOG_CONSOLE,
    OPTION_LOG_COM1,
    OPTION_LOG_COM2,
    OPTION_LOG_NONE,
};
enum option_console {
    OPTION_CONSOLE_TTY,
    OPTION_CONSOLE_RAW
};
enum option_usb {
    OPTION_USB_ON,
    OPTION_USB_OFF,
    OPTION_USB_CONSOLE,
};
enum option_end {
    OPTION_END_HALT,
    OPTION_END_REBOOT,
    OPTION_END_POWEROFF
};
enum option_trace {
    OPTION_TRACE_NONE,
    OPTION_TRACE_SYSCALLS,
    OPTION_TRACE_WHY,
    OPTION_TRACE_RECORD
};
enum option_bench {
    OPTION_BENCH_NONE,
    OPTION_BENCH_MM
};
enum option_selftest {
    OPTION_SELFTEST_NONE,
    OPTION_SELFTEST_COPIES
};
enum option_gdb {
    OPTION_GDB_NONE,
    OPTION_GDB_COM2,
    OPTION_GDB_COM1,
    OPTION_GDB_QEMU,
    OPTION_GDB_USB,
};

struct option_row {
    const char *name;
    const char *choices;  /* "a|b|c", or NULL when any value will do */
    const char *fallback; /* the value without the option, or NULL */
    const char *help;     /* one line */
};

extern const struct option_row option_table[OPTION_COUNT];

/* Takes COMMAND_LINE apart (it is copied, BOOT_COMMAND_LINE_MAX bytes at most).
 * Called once at boot; before that every option has its fallback. Logs
 * nothing, because options say where the log goes. */
void option_init(const char *command_line);

/* Was the option given, with a value or as a bare word? */
bool option_is_set(enum option option);

/* The value, the fallback when the option was not given, or NULL. */
const char *option_string(enum option option);

/* The value as a number: decimal, 0x hexadecimal or 0 octal, with a suffix
 * K, M, G or T. FALLBACK when not given, or malformed: that is logged. */
uint64_t option_number(enum option option, uint64_t fallback);

/* The value as an index into the table's choices; the fallback's for a value
 * that is none of them. */
unsigned option_choice(enum option option);

/* Logs what option_init could not use: words that are no option, and values
 * that are not among the choices, with those that are. */
void option_warn_unknown(void);

/* The arguments after `--`: argument INDEX from 0, or NULL past the last. */
const char *option_argument(size_t index);
