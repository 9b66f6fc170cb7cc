/* Limits of a process (setrlimit). */
#pragma once

#include "kernel/process/process.h"

/* PARENT's limits, or Linux's defaults without one. */
void limits_init(struct process *process, const struct process *parent);

/* What they say of memory. */
struct aspace_limits limits_of_memory(const struct process *process);

/* An address space is bound by the limits of the process that runs in it, for
 * by CLONE_VM there may be several: to be called when PROCESS gets the CPU, and
 * when its limits have changed. */
void limits_enter(const struct process *process);
void limits_changed(const struct process *process);
