/* What the files of this room share. */
#pragma once

#include "kernel/process/process.h"

/* CHILD is PARENT's from now on. */
void process_adopt(struct process *parent, struct process *child);

/* PROCESS has no files and no directory any more. */
void process_leave_files(struct process *process);
