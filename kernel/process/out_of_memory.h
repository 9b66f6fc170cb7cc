/* When memory ends: the worst process is ended, as on Linux 6.1, and who needs
 * memory tries again.
 *
 * All processes in the memory of the worst one end with it, and no other is
 * chosen before they have given theirs back. The first process never ends so.
 */
#pragma once

#include "kernel/process/process.h"

/* Ends the worst process, or lets one that is ending have the CPU: where no
 * structure is half done. Returns false when nobody is left to end. Else the
 * running process tries again, or ends by the signal that it has. */
bool out_of_memory_wait(void) MUST_CHECK;

/* The same in the middle of a system call, which nobody may come between: what
 * the worst one has is taken away at once, and it ends later. Returns false
 * also when the running process is about to end: trying again is of no use. */
bool out_of_memory_take(void) MUST_CHECK;

/* How many processes have been ended so. */
uint64_t out_of_memory_count(void);

/* How bad PROCESS is: kernel/process/badness.h. */
int64_t out_of_memory_badness(const struct process *process);

/* By which file of /proc/PID it is said how bad a process is. */
enum out_of_memory_file {
    OUT_OF_MEMORY_SCORE_ADJ,
    OUT_OF_MEMORY_ADJ, /* the old one: less than now is for the privileged */
};

/* Has ADJUST count for PROCESS, and for all that run in its memory. Returns 0,
 * or -EACCES: the running process may not make it so little. */
int out_of_memory_adjust(struct process *process, int adjust,
                         enum out_of_memory_file file) MUST_CHECK;
