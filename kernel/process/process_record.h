/* What the record keeps of processes: kernel/base/record.h. Nothing, when there
 * is none. */
#pragma once

#include "kernel/process/process.h"
#include "kernel/signal.h"

void process_record_birth(const struct thread *child);
void process_record_signal(const struct thread *thread,
                           const struct signal_info *info);
void process_record_end(const struct thread *thread, int status);

/* THREAD has the number TID of its leader from now on. */
void process_record_take_over(const struct thread *thread, int tid);
