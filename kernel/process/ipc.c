/* Tables of System V's objects: ids, keys and permissions. */
#include "kernel/process/ipc.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/ipc.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "mm/frame.h"

/* Indices are taken in turn, and begin anew behind so many at the least. */
#define CYCLE_MIN  64u
#define ROUNDS_MAX (INT32_MAX >> IPC_INDEX_BITS)
#define SLOTS      (unsigned)IPC_FRAME_SLOTS
#define OWNER_BITS 6
#define GROUP_BITS 3
#define OTHERS     07u

struct ipc_object *ipc_at(const struct ipc_table *table, unsigned index)
{
    struct ipc_object **slots =
        index < IPC_OBJECTS_MAX ? table->frames[index / SLOTS] : NULL;

    return slots != NULL ? slots[index % SLOTS] : NULL;
}

/* There has to be a frame for INDEX. */
static void set(struct ipc_table *table, unsigned index,
                struct ipc_object *object)
{
    table->frames[index / SLOTS][index % SLOTS] = object;
}

struct ipc_object *ipc_at_or_behind(const struct ipc_table *table,
                                    unsigned *index)
{
    while (*index < IPC_OBJECTS_MAX) {
        struct ipc_object *object = ipc_at(table, *index);
        if (object != NULL) {
            return object;
        }
        bool has_frame = table->frames[*index / SLOTS] != NULL;
        *index = has_frame ? *index + 1 : (*index / SLOTS + 1) * SLOTS;
    }
    return NULL;
}

int ipc_last_index(const struct ipc_table *table)
{
    int index = IPC_OBJECTS_MAX - 1;

    while (index > 0 && ipc_at(table, (unsigned)index) == NULL) {
        index--;
    }
    return index;
}

static struct ipc_object *find_key(const struct ipc_table *table, int32_t key)
{
    struct ipc_object *object;

    for (unsigned i = 0; (object = ipc_at_or_behind(table, &i)) != NULL; i++) {
        if (object->key == key) {
            return object;
        }
    }
    return NULL;
}

int ipc_look_up(const struct ipc_table *table, int32_t key, int flags,
                struct ipc_object **object)
{
    *object = key == IPC_PRIVATE ? NULL : find_key(table, key);
    if (*object == NULL) {
        return key == IPC_PRIVATE || (flags & IPC_CREAT) != 0 ? 0 : -ENOENT;
    }
    return (flags & IPC_CREAT) != 0 && (flags & IPC_EXCL) != 0 ? -EEXIST : 0;
}

int ipc_find(const struct ipc_table *table, int32_t id,
             struct ipc_object **object)
{
    *object = ipc_at(table, ipc_index(id));
    return *object != NULL && (*object)->id == id ? 0 : -EINVAL;
}

static bool is_own(const struct ipc_object *object)
{
    const struct credentials *who = &process_current()->credentials;
    uint32_t uid = who->user.effective;

    return uid == object->cuid || uid == object->uid ||
           credentials_are_privileged(who);
}

int ipc_find_own(const struct ipc_table *table, int32_t id,
                 struct ipc_object **object)
{
    int error = ipc_find(table, id, object);

    if (error != 0) {
        return error;
    }
    return is_own(*object) ? 0 : -EPERM;
}

/* There is a frame for INDEX: 0 or -ENOMEM. */
static int provide(struct ipc_table *table, unsigned index)
{
    struct ipc_object ***slots = &table->frames[index / SLOTS];

    if (*slots == NULL) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return -ENOMEM;
        }
        *slots = memset(direct_map(frame), 0, PAGE_SIZE);
    }
    return 0;
}

/* An id, or -ENOMEM. Linux's ipc_idr_alloc: of a cycle that has half as many
 * again as are used one is free. */
static int32_t take_id(struct ipc_table *table)
{
    unsigned cycle = MAX(table->used * 3 / 2, CYCLE_MIN);
    cycle = MIN(cycle, IPC_OBJECTS_MAX);
    unsigned index = table->next < cycle ? table->next : 0;

    ASSERT_CMP(table->used, <, IPC_OBJECTS_MAX);
    while (ipc_at(table, index) != NULL) {
        index = index + 1 < cycle ? index + 1 : 0;
    }
    if (provide(table, index) != 0) {
        return -ENOMEM;
    }
    if (index <= table->last && table->next != 0) {
        table->rounds = table->rounds < ROUNDS_MAX ? table->rounds + 1 : 0;
    }
    table->last = index;
    table->next = index + 1;
    return (table->rounds << IPC_INDEX_BITS) + (int32_t)index;
}

int ipc_insert(struct ipc_table *table, struct ipc_object *object, int32_t key,
               int flags, int32_t count_max)
{
    const struct credentials *who = &process_current()->credentials;

    if (table->used >= MIN((unsigned)count_max, IPC_OBJECTS_MAX)) {
        return -ENOSPC;
    }
    int32_t id = take_id(table);
    if (id < 0) {
        return id;
    }
    *object = (struct ipc_object){
        .key = key,
        .id = id,
        .uid = who->user.effective,
        .gid = who->group.effective,
        .cuid = who->user.effective,
        .cgid = who->group.effective,
        .mode = (uint32_t)flags & IPC_PERMISSIONS,
        .ctime = (int64_t)clock_seconds_since_1970(),
    };
    set(table, ipc_index(id), object);
    table->used++;
    return 0;
}

void ipc_remove(struct ipc_table *table, const struct ipc_object *object)
{
    ASSERT(ipc_at(table, ipc_index(object->id)) == object);
    set(table, ipc_index(object->id), NULL);
    table->used--;
}

bool ipc_may(const struct ipc_object *object, uint32_t wanted)
{
    const struct credentials *who = &process_current()->credentials;
    uint32_t uid = who->user.effective;
    uint32_t granted = object->mode;

    wanted |= wanted >> OWNER_BITS | wanted >> GROUP_BITS;
    if (uid == object->cuid || uid == object->uid) {
        granted >>= OWNER_BITS;
    } else if (credentials_have_group(who, object->cgid) ||
               credentials_have_group(who, object->gid)) {
        granted >>= GROUP_BITS;
    }
    return (wanted & ~granted & OTHERS) == 0 || credentials_are_privileged(who);
}

int ipc_set_owner(struct ipc_object *object, const struct ipc_owner *owner)
{
    if (owner->uid == ID_NONE || owner->gid == ID_NONE) {
        return -EINVAL;
    }
    object->uid = owner->uid;
    object->gid = owner->gid;
    object->mode =
        (object->mode & ~IPC_PERMISSIONS) | (owner->mode & IPC_PERMISSIONS);
    object->ctime = (int64_t)clock_seconds_since_1970();
    return 0;
}

const char *ipc_validate(const struct ipc_table *table)
{
    const struct ipc_object *object;
    unsigned used = 0;

    for (unsigned i = 0; (object = ipc_at_or_behind(table, &i)) != NULL; i++) {
        used++;
        if (object->id < 0 || ipc_index(object->id) != i) {
            return "an object of System V is found by its id";
        }
    }
    return used == table->used ? NULL : "objects of System V are counted";
}
