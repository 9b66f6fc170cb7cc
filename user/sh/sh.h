/* sh: the shell. What its files share:
 *
 *     main.c      where commands come from: terminal, file, argument
 *     parse.c     text to words
 *     run.c       words to a program, and how it ended
 *     jobs.c      programs that are stopped, or go on behind the prompt
 *     builtins.c  the commands that the shell does itself
 *     files.c     of these: ls, cat, cd, pwd
 *     memory.c    of these: free, maps
 *     limits.c    of these: ulimit, setarch
 *     map.c       of these: map, which draws the byte map
 *     owned.c     where the memory of a program is, for map PID
 *     frag.c      of these: frag, how contiguous free memory is
 *     page.c      of these: page, from an address to memory
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/abi/signal.h"

#define SH_LINE_MAX    1024
#define SH_WORDS_MAX   64
#define SH_PATH_MAX    4096

/* Exit statuses, as other shells have them. */
#define SH_SUCCESS     0
#define SH_FAILURE     1
#define SH_USAGE       2
#define SH_NO_EXEC     126 /* found, but it is no program */
#define SH_NOT_FOUND   127
#define SH_SIGNAL      128 /* added to the number of the signal */
#define SH_INTERRUPTED (SH_SIGNAL + SIGINT)

/* A command and its arguments. The words lie in the text that was parsed. */
struct command {
    int count;
    char *words[SH_WORDS_MAX + 1]; /* ends with NULL */
};

struct builtin {
    const char *name;
    const char *usage; /* its arguments, "" if it takes none */
    const char *help;
    int (*run)(int count, char **words); /* returns the exit status */
};

enum parse_result {
    PARSE_COMMAND, /* of no words, if it is empty */
    PARSE_END,     /* no command is left */
    PARSE_REFUSED, /* a quote is not closed, or there are too many words */
};

/* Cuts the first command off TEXT, which is written into, and moves TEXT
 * behind it. */
enum parse_result parse_command(char **text, struct command *command);

/* Runs the commands in TEXT, which is written into, until one is interrupted.
 * Returns the status of the last. */
int run_text(char *text);

/* Runs one command, of one word at least. Returns its status. */
int run_command(int count, char **words);

/* Waits for CHILD, of the program NAME, and says how it ended. Returns its
 * status. */
int run_wait(long child, const char *name);

/* Who runs the programs: their environment, and whether a person watches. */
void run_init(char **environment, bool is_interactive);

/* Whether ^C or ^\ came since run_clear_interrupt: they end the program that
 * runs, and what the shell itself is at. */
bool run_is_interrupted(void);
void run_clear_interrupt(void);

/* Reads a byte of the standard input. Returns false at its end and, however
 * close before the read it came, at an interrupt. */
bool run_read_byte(char *byte);

/* The builtin with that name, or NULL. */
const struct builtin *builtin_find(const char *name);

int builtin_ls(int count, char **words);
int builtin_cat(int count, char **words);
int builtin_cd(int count, char **words);
int builtin_pwd(int count, char **words);
int builtin_free(int count, char **words);
int builtin_maps(int count, char **words);
int builtin_map(int count, char **words);
int builtin_frag(int count, char **words);
int builtin_page(int count, char **words);
int builtin_ulimit(int count, char **words);
int builtin_setarch(int count, char **words);
int builtin_jobs(int count, char **words);
int builtin_fg(int count, char **words);
int builtin_bg(int count, char **words);

/* The decimal number that TEXT begins with; 0 without one. */
int parse_number(const char *text);

/* Copies a file, from where it is read, to the standard output, until its end
 * or an interrupt. Returns 0 or an error. */
long copy_file(int file);

/* Prints "NAME: what ERROR means". Returns SH_FAILURE. */
int report_error(const char *name, long error);

/* Prints how many large pages there are of each kind, on one line. Prints
 * nothing where there is no byte map. */
void map_print_totals(void);

/* How many pages of a program show frames of each large page, from physical
 * address 0 on. A frame that it shows twice counts twice. */
struct owned {
    uint32_t *frames;
    size_t pages; /* elements of FRAMES */
};

/* Adds the pages of the process with the number PID, a word. Returns 0 or an
 * error. */
long owned_count(struct owned *owned, const char *pid);

/* Prints which large page the physical ADDRESS is in, and what it is. */
void map_print_page(uint64_t address);

/* PATH, of SH_PATH_MAX bytes, becomes that of NAME in the folder of the process
 * that PID, a word, is the number of; of this one if it is NULL. False if it
 * is no such word. */
bool process_file(const char *pid, const char *name, char *path);

bool is_terminal(int file);

/* How many rows FILE's terminal has, or 0 when it is none. */
size_t terminal_rows(int file);
