/* What /proc says of memory at one moment. */
#pragma once

#include <stdbool.h>

#include "user/lib/linux.h"
#include "user/look/kind.h"
#include "user/look/owners.h"

#define FRAMES_PER_PAGE 512u
#define LARGE_PAGE_SIZE (FRAMES_PER_PAGE * PAGE_SIZE)
#define PROCESSES_MAX   128 /* of more, those with the lowest numbers */
#define NAME_SIZE       16
#define NO_PAGE         SIZE_MAX

struct process {
    int pid;
    char name[NAME_SIZE];
    uint64_t frames; /* that it shows, large pages included */
    uint64_t large;  /* of it: by 2 MiB */
    uint64_t tables; /* frames of its page tables */
};

/* Who shows a frame, or has it as a table. */
struct frame_use {
    int pid; /* the first that was found; 0: nobody */
    unsigned users;
    struct run run; /* START is where this frame is shown */
};

/* A line of /proc/PID/maps. */
#define AREA_NAME_SIZE 40
struct area {
    uint64_t start;
    uint64_t end;
    char rights[sizeof("rwxp")];
    char name[AREA_NAME_SIZE]; /* its end, if it is longer */
};

#define AREAS_MAX 512 /* of more, the lowest */

struct sample {
    bool has_map; /* only Brix has a byte map */
    size_t pages;
    uint8_t *bytes;
    struct owners owners;
    uint64_t counts[KINDS]; /* of large pages */
    uint64_t longest;       /* run of free ones */
    uint64_t free_frames;   /* in split ones */
    uint64_t faults;        /* since boot */

    unsigned process_count;
    struct process processes[PROCESSES_MAX];

    /* Of what is looked at closely: the frames of a large page, or NO_PAGE; and
     * the runs and areas of a process, or 0. */
    size_t page;
    uint8_t states[FRAMES_PER_PAGE];
    struct frame_use uses[FRAMES_PER_PAGE];
    int pid;
    struct run *runs;
    size_t run_count;
    size_t run_room;
    struct area areas[AREAS_MAX];
    unsigned area_count;
};

/* Finds out how much memory there is. Returns 0 or an error. */
long sample_init(struct sample *sample);

/* Looks at all of it. */
void sample_take(struct sample *sample);

/* Of sample_take: the processes and what they show. */
void sample_processes(struct sample *sample);

/* And the areas of sample->pid. */
void sample_areas(struct sample *sample);

/* The process with that number, or NULL. */
const struct process *sample_process(const struct sample *sample, int pid);

/* Free bytes: large pages and frames. */
uint64_t sample_free(const struct sample *sample);
