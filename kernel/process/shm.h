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

/* Segments at most: Linux's SHMMNI. */
#define SHM_SEGMENTS_MAX 4096

/* Who asks for less than any: see shm_may. */
#define SHM_MAY_READ     0444u
#define SHM_MAY_WRITE    0222u
#define SHM_MAY_EXEC     0111u

struct shm_segment {
    struct inode inode;
    char name[sizeof("/SYSV00000000 (deleted)")];
    int32_t key;
    int32_t id;
    uint32_t uid, gid, cuid, cgid;
    uint32_t mode; /* permissions, SHM_DEST and SHM_LOCKED */
    int64_t atime, dtime, ctime;
    int cpid, lpid;    /* who made it, and who attached or detached last */
    uint64_t attached; /* areas */
    uint64_t files;
};

struct shm_settings {
    uint64_t size_max;  /* bytes of one: kernel.shmmax */
    uint64_t pages_max; /* of all: kernel.shmall */
    int32_t count_max;  /* kernel.shmmni, at most SHM_SEGMENTS_MAX */
};
extern struct shm_settings shm_settings;

struct shm_totals {
    int used;        /* segments */
    uint64_t pages;  /* that they have by their sizes, */
    uint64_t frames; /* and in memory */
};
struct shm_totals shm_count(void);

/* The segment with KEY, or NULL. */
struct shm_segment *shm_find_key(int32_t key);

/* That with ID: 0, -EINVAL, or -EIDRM when there is another in its place. */
int shm_find(int32_t id, struct shm_segment **segment) MUST_CHECK;

/* That at INDEX, or NULL. */
struct shm_segment *shm_at(unsigned index);

/* The first at INDEX or behind it, whose index is in *INDEX then, or NULL. */
struct shm_segment *shm_at_or_behind(unsigned *index);

/* The highest index that is used, or 0. */
int shm_last_index(void);

/* A new one of SIZE bytes, not 0, the running process's. Returns 0, -EINVAL,
 * -ENOSPC by the settings, or -ENOMEM. */
int shm_create(int32_t key, uint64_t size, int flags,
               struct shm_segment **segment) MUST_CHECK;

/* Nobody finds it by its key any more, and the last that detaches it frees it.
 */
void shm_remove(struct shm_segment *segment);

/* May the running process do what WANTED says, of SHM_MAY_* or the permissions
 * in a mode? */
bool shm_may(const struct shm_segment *segment, uint32_t wanted);

/* Is it the running process's, to change? Root's is all. */
bool shm_is_own(const struct shm_segment *segment);

/* A file of SEGMENT to map, opened with FLAGS of O_*, or NULL when there is no
 * memory. */
struct file *shm_open(struct shm_segment *segment, int flags);

/* The segment of FILE, or NULL where it is none's or NULL. */
struct shm_segment *shm_of(const struct file *file);

/* NULL, or the rule that is broken. */
const char *shm_validate(void);

/* An id is an index, and how often indices began anew. */
#define SHM_INDEX_BITS 15

static inline unsigned shm_index(int32_t id)
{
    return (unsigned)id & (BIT(SHM_INDEX_BITS) - 1);
}
