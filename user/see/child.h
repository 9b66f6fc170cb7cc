/* The program that see runs beside itself. */
#pragma once

#include <stdbool.h>

#define CHILD_LINE_MAX 200

struct child {
    int pid;      /* 0: there is none */
    bool is_over; /* it has ended, with STATUS as wait4 says it */
    bool is_stopped;
    int status;
    int output;                /* where its output can be read; -1: its end */
    char line[CHILD_LINE_MAX]; /* the last that it wrote */
    unsigned used;             /* bytes of a line that is not complete */
    char next[CHILD_LINE_MAX];
};

/* Starts the program WORDS[0], found along PATH as a shell does. Returns 0 or
 * an error. */
long child_start(struct child *child, char **words, char **environment);

/* Takes what it has written, and looks whether it has ended. Doesn't wait. */
void child_look(struct child *child);

/* Stops it where it is, and lets it go on. */
void child_stop(struct child *child);
void child_continue(struct child *child);

/* Ends it, if it has not ended. Returns the status as shells have it. */
int child_end(struct child *child);
