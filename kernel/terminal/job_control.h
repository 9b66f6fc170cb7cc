/* Whose the console is: the session that has it as its terminal, and the group
 * of that session which is in front: it reads, and the keys' signals are its.
 */
#pragma once

#include "kernel/lib.h"

/* SIGNAL from the keyboard, to the group in front. */
void job_control_interrupt(int signal);

/* May the running process do what SIGNAL, SIGTTIN or SIGTTOU, keeps from those
 * in the background? Returns 0, -EIO, or -ERESTARTSYS with its group sent the
 * signal. */
int job_control_check(int signal) MUST_CHECK;

/* TIOCSCTTY, TIOCNOTTY, TIOCGSID, TIOCGPGRP, TIOCSPGRP. Return 0 or -EXXX. */
int64_t job_control_take(uint64_t steals);
int64_t job_control_leave(void);
int64_t job_control_get_session(uaddr_t to);
int64_t job_control_get_group(uaddr_t to);
int64_t job_control_set_group(uaddr_t from);
