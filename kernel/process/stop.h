/* Stopped processes: SIGSTOP and the keyboard's and terminal's signals that do
 * the same, and SIGCONT, which ends it. */
#pragma once

#include "kernel/process/process.h"

/* Does SIGNAL stop a process that does not say otherwise? */
bool stop_is_default(int signal);

/* Begins to stop the running process by SIGNAL, and tells its parent: each of
 * its threads stops on its way to ring 3. A group that nobody could continue is
 * stopped by SIGSTOP alone. */
void stop_by(int signal);

/* The running thread's process is stopped: so is the thread. Returns when it
 * goes on. */
void stop_thread(void);

/* SIGNAL is being sent to PROCESS. Signals that stop and SIGCONT take each
 * other away; SIGCONT and SIGKILL let a stopped process go on. */
void stop_note_signal(struct process *process, int signal);
