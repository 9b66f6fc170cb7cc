/* signalfd: signals read from a file. */
#pragma once

#include "kernel/process/process.h"

/* A file with one reference for the signals of MASK; FLAGS may have O_NONBLOCK.
 * NULL when there is no memory. Who reads it takes what has come for the
 * running thread. */
struct file *signalfd_create(uint64_t mask, int flags) MUST_CHECK;

/* Is FILE one? Then it is for MASK from now on. */
bool file_is_signalfd(const struct file *file);
void signalfd_set(struct file *file, uint64_t mask);

/* Who watches the signals of PROCESS, which ends, never hears of one again. */
void signalfd_process_ends(struct process *process);
