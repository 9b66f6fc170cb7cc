/* What the record keeps of processes: kernel/base/record.h. Nothing, when there
 * is none. */
#pragma once

#include "kernel/process/process.h"
#include "kernel/signal.h"

void process_record_birth(const struct process *child);
void process_record_signal(const struct process *process,
                           const struct signal_info *info);
void process_record_end(const struct process *process, int status);
