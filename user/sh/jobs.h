/* sh: jobs, the programs of a shell that has a terminal. */
#pragma once

#include <stdbool.h>

#define JOB_NAME_SIZE 64 /* longer names are cut off */

/* Makes the shell a job, too, the one in front. Without this there are no jobs,
 * and programs share the shell's group. */
void jobs_init(void);

/* In the child that becomes a program: it is a job, and in front. */
void jobs_enter_child(void);

/* Is there room for one more? To be asked before a program is started. */
bool jobs_have_room(void);

/* Waits until CHILD, of the program NAME, has ended or stopped, and takes the
 * terminal back. One that stopped is listed then. Returns CHILD with its
 * *STATUS, or an error. */
long jobs_wait(long child, const char *name, int *status);

/* Says which jobs have ended or stopped since the last look; takes in orphans.
 */
void jobs_look(void);
