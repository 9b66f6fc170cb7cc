/* What processes have used: time, counted by ticks, memory, and the CPU. */
#pragma once

#include "kernel/lib.h"
#include "kernel/thread.h"

struct process;

/* Times are told in ticks of a hundredth of a second: Linux's USER_HZ. */
#define NANOSECONDS_PER_TICK 10000000u

struct usage {
    uint64_t user; /* nanoseconds */
    uint64_t system;
    uint64_t peak; /* the most pages of its own at a tick, or when asked */
    struct thread_run ran; /* of a process that lives: by threads that ended */
};

/* Page faults since boot of all programs, and of the kernel at their memory. */
extern uint64_t usage_page_faults;

enum tick_mode {
    TICK_USER, /* the tick came while a program ran */
    TICK_KERNEL,
};

/* By all processes that there have been; its peak is not kept. */
extern struct usage usage_of_all;

/* A tick of NANOSECONDS came while PROCESS, the running one, ran. */
void usage_tick(struct process *process, enum tick_mode mode,
                uint64_t nanoseconds);

/* PROCESS has its memory now and may soon have less: notes how much it is. */
void usage_note_memory(struct process *process);

/* What PROCESS has used until now, by all of its threads. */
struct usage usage_of_process(const struct process *process);

void usage_add_run(struct thread_run *ran, const struct thread_run *other);

/* Adds OTHER's time to USAGE, whose peak becomes the higher one. */
void usage_add(struct usage *usage, const struct usage *other);
