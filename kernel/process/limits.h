/* Limits of a process (setrlimit). */
#pragma once

#include "kernel/process/process.h"

/* PARENT's limits, or Linux's defaults without one. */
void limits_init(struct process *process, const struct process *parent);
