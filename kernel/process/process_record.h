/* What the record keeps of processes: kernel/base/record.h. Nothing, when there
 * is none. */
#pragma once

#include "kernel/process/process.h"
#include "kernel/signal.h"

void process_record_birth(const struct thread *child);
void process_record_signal(const struct thread *thread,
                           const struct signal_info *info);
void process_record_end(const struct thread *thread, int status);

/* What the running process has, for events of its. */
struct record_memory process_record_memory(void);

/* Memory for a touch of ADDRESS by the running program, or for it, as
 * aspace_fault gives it; the record, which is there, tells if it comes. */
int process_record_fault(uaddr_t address, uint32_t access);

/* Tells of the pages that were touched to write events, and of what became of
 * the byte map by that: when one has ended. */
void process_record_touches(void);

/* Begins to keep the byte map. */
void process_record_map(void);

/* THREAD has the number TID of its leader from now on. */
void process_record_take_over(const struct thread *thread, int tid);
