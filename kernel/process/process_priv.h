/* What the files of this room share. */
#pragma once

#include "kernel/process/process.h"

/* CHILD is PARENT's from now on. */
void process_adopt(struct process *parent, struct process *child);

/* All threads of PROCESS but the running one are to end. */
void process_end_others(struct process *process);

/* Frees THREAD of a process as thread_free does. */
void process_free_thread(struct thread *thread);

/* PROCESS has no files and no directory any more. */
void process_leave_files(struct process *process);
