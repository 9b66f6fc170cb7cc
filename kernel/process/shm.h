/* System V shared memory: segments, which live until somebody removes them.
 *
 *     id -> struct shm_segment --object--> pages
 *                 <--inode-- struct file <-- areas
 *
 * Each shmat makes an open file. Its areas are counted one by one, as on Linux:
 * a fork, a split and a move make more of them, and none merge. A segment that
 * has been removed goes with the last of its files.
 *
 * One CPU runs, with interrupts off, so there is no lock; it would protect all
 * segments.
 */
#pragma once

#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process/ipc.h"

/* Segments at most unless it is set otherwise: Linux's SHMMNI. */
#define SHM_SEGMENTS 4096

struct shm_segment {
    struct ipc_object ipc; /* its mode may have SHM_DEST and SHM_LOCKED */
    struct inode inode;
    char name[sizeof("/SYSV00000000 (deleted)")];
    int64_t atime, dtime;
    int cpid, lpid;    /* who made it, and who attached or detached last */
    uint64_t attached; /* areas */
    uint64_t files;
};

struct shm_settings {
    uint64_t size_max;  /* bytes of one: kernel.shmmax */
    uint64_t pages_max; /* of all: kernel.shmall */
    int32_t count_max;  /* kernel.shmmni, at most IPC_OBJECTS_MAX */
};
extern struct shm_settings shm_settings;

/* All segments. */
extern struct ipc_table shm_segments;

static inline struct shm_segment *shm_segment_of(struct ipc_object *object)
{
    return list_entry(object, struct shm_segment, ipc);
}

struct shm_totals {
    int used;        /* segments */
    uint64_t pages;  /* that they have by their sizes, */
    uint64_t frames; /* and in memory */
};
struct shm_totals shm_count(void);

/* A new one of SIZE bytes, not 0, the running process's. Returns 0, -EINVAL,
 * -ENOSPC by the settings, or -ENOMEM. */
int shm_create(int32_t key, uint64_t size, int flags,
               struct shm_segment **segment) MUST_CHECK;

/* Nobody finds it by its key any more, and the last that detaches it frees it.
 */
void shm_remove(struct shm_segment *segment);

/* A file of SEGMENT to map, opened with FLAGS of O_*, or NULL when there is no
 * memory. */
struct file *shm_open(struct shm_segment *segment, int flags);

/* The segment of FILE, or NULL where it is none's or NULL. */
struct shm_segment *shm_of(const struct file *file);

/* NULL, or the rule that is broken. */
const char *shm_validate(void);
