/* The way of a program's output to the console: in pieces, as there is room.
 * Who writes waits for room, so a console that nobody reads stops the program,
 * not the machine; signals end the wait. */
#pragma once

#include "drivers/console.h"
#include "kernel/file.h"
#include "kernel/lib.h"

#define OUTPUT_PIECE_MAX PAGE_SIZE /* as Linux's pipes take it */

struct output {
    enum console_output line;
    size_t piece;  /* that is copied at once, so written whole or not at all */
    size_t growth; /* so many bytes for one, at most, come of `put` */
    void (*put)(const char *bytes, size_t size); /* to the line */
};

/* Writes the bytes of FROM, as OUTPUT says. Returns how many were written, or
 * -EXXX when none was: -EFAULT, -EAGAIN, or -ERESTARTSYS. */
int64_t output_write(const struct output *output, const struct file *file,
                     struct pieces *from);

/* What a poll of FILE, whose output goes to LINE, is told of that: POLL*. */
unsigned output_ready(struct file *file, enum console_output line,
                      struct poll *poll);

/* Wakes who waits for room. To be called after console_collect. */
void output_poll(void);
