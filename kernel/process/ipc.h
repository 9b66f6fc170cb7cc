/* What System V's objects have in common, be they segments, sets of semaphores
 * or message queues: ids and keys by which they are found, an owner and
 * permissions.
 *
 *     key -> struct ipc_object <- id -> index in a table
 *
 * An id is an index, and how often indices began anew: whoever has the id of
 * an object that was removed does not find another in its place.
 *
 * One CPU runs, with interrupts off, so there is no lock; it would protect all
 * tables.
 */
#pragma once

#include "kernel/lib.h"
#include "mm/layout.h"

#define IPC_INDEX_BITS  15
#define IPC_OBJECTS_MAX (1u << IPC_INDEX_BITS) /* of a kind: Linux's IPCMNI */

/* Who asks for less than any: see ipc_may. */
#define IPC_MAY_READ    0444u
#define IPC_MAY_WRITE   0222u
#define IPC_MAY_EXEC    0111u

/* Of a mode; a kind of objects may have more bits in it. */
#define IPC_PERMISSIONS 0777u

/* Objects in a frame of a table. */
#define IPC_FRAME_SLOTS (PAGE_SIZE / sizeof(struct ipc_object *))
static_assert(IPC_OBJECTS_MAX % IPC_FRAME_SLOTS == 0);

/* Lies at the beginning of each object. */
struct ipc_object {
    int32_t key;
    int32_t id;
    uint32_t uid, gid, cuid, cgid;
    uint32_t mode;
    int64_t ctime; /* when it was made, or its owner was set */
};

/* All objects of a kind. All zero is an empty table. */
struct ipc_table {
    /* By index, in frames that are kept from their first use on. */
    struct ipc_object **frames[IPC_OBJECTS_MAX / IPC_FRAME_SLOTS];
    unsigned used;
    unsigned next;  /* the index that is tried first */
    unsigned last;  /* the index that was given last */
    int32_t rounds; /* how often they began anew */
};

static inline unsigned ipc_index(int32_t id)
{
    return (unsigned)id & (IPC_OBJECTS_MAX - 1);
}

/* The object at INDEX, or NULL. */
struct ipc_object *ipc_at(const struct ipc_table *table, unsigned index);

/* The first at *INDEX or behind it, whose index is in *INDEX then, or NULL. */
struct ipc_object *ipc_at_or_behind(const struct ipc_table *table,
                                    unsigned *index);

/* The highest index that is used, or 0. */
int ipc_last_index(const struct ipc_table *table);

/* What KEY and FLAGS of IPC_* mean: *OBJECT is the one that is there, or NULL
 * when one is to be made. Returns 0, -ENOENT or -EEXIST. */
int ipc_look_up(const struct ipc_table *table, int32_t key, int flags,
                struct ipc_object **object) MUST_CHECK;

/* That with ID: 0, or -EINVAL, also when there is another in its place. */
int ipc_find(const struct ipc_table *table, int32_t id,
             struct ipc_object **object) MUST_CHECK;

/* The same for who wants to change owner or permissions, or to remove it: or
 * -EPERM. */
int ipc_find_own(const struct ipc_table *table, int32_t id,
                 struct ipc_object **object) MUST_CHECK;

/* OBJECT is the running process's, has KEY and the permissions in FLAGS, and
 * gets an id. Returns 0, -ENOSPC when there are COUNT_MAX, or -ENOMEM. */
int ipc_insert(struct ipc_table *table, struct ipc_object *object, int32_t key,
               int flags, int32_t count_max) MUST_CHECK;

/* OBJECT is in TABLE no more. */
void ipc_remove(struct ipc_table *table, const struct ipc_object *object);

/* May the running process do what WANTED says, of IPC_MAY_* or the permissions
 * in a mode? */
bool ipc_may(const struct ipc_object *object, uint32_t wanted);

/* What IPC_SET changes. */
struct ipc_owner {
    uint32_t uid, gid, mode;
};

/* Returns 0, or -EINVAL for ids that are nobody's. */
int ipc_set_owner(struct ipc_object *object,
                  const struct ipc_owner *owner) MUST_CHECK;

/* NULL, or the rule that is broken. */
const char *ipc_validate(const struct ipc_table *table);
