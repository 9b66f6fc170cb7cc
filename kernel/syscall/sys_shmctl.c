/* shmctl: what a segment is, and what becomes of it, for both word sizes. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/shm.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/ipc_form.h"
#include "mm/user_copy.h"

static struct linux_shmid describe(const struct shm_segment *segment)
{
    return (struct linux_shmid){
        .perm = ipc_form_perm(&segment->ipc),
        .size = segment->inode.size,
        .atime = segment->atime,
        .dtime = segment->dtime,
        .ctime = segment->ipc.ctime,
        .cpid = segment->cpid,
        .lpid = segment->lpid,
        .nattch = segment->attached,
    };
}

static int set_owner(int id, const struct ipc_owner *owner)
{
    struct ipc_object *object;
    int error = ipc_find_own(&shm_segments, id, &object);

    return error != 0 ? error : ipc_set_owner(object, owner);
}

/* Nothing is ever swapped out, so a lock is only shown. */
static int set_lock(int id, uint32_t lock)
{
    struct ipc_object *object;
    int error = ipc_find_own(&shm_segments, id, &object);

    if (error != 0) {
        return error;
    }
    const struct aspace *aspace = process_current()->aspace;
    if (lock != 0 && aspace->limits.locked == 0 &&
        !aspace_user_is_privileged()) {
        return -EPERM;
    }
    object->mode = (object->mode & ~(uint32_t)SHM_LOCKED) | lock;
    return 0;
}

/* The commands that need nothing of the program's memory. */
static int control(int id, int command)
{
    struct ipc_object *object;
    int error;

    switch (command) {
    case IPC_RMID:
        error = ipc_find_own(&shm_segments, id, &object);
        if (error == 0) {
            shm_remove(shm_segment_of(object));
        }
        return error;
    case SHM_LOCK:
        return set_lock(id, SHM_LOCKED);
    case SHM_UNLOCK:
        return set_lock(id, 0);
    default:
        return -EINVAL;
    }
}

/* Answers IPC_STAT, SHM_STAT and SHM_STAT_ANY in *SHOWN. */
static int64_t ask(int id, int command, struct linux_shmid *shown)
{
    struct ipc_object *object;
    int error =
        ipc_form_find(&(struct ipc_question){&shm_segments, command == IPC_STAT,
                                             command == SHM_STAT_ANY},
                      id, &object);

    if (error != 0) {
        return error;
    }
    *shown = describe(shm_segment_of(object));
    return command == IPC_STAT ? 0 : object->id;
}

static struct linux_shminfo limits(void)
{
    uint64_t count = (uint64_t)shm_settings.count_max;

    return (struct linux_shminfo){
        .shmmax = shm_settings.size_max,
        .shmmin = 1,
        .shmmni = count,
        .shmseg = count,
        .shmall = shm_settings.pages_max,
    };
}

/* How the structures lie in a program's memory. `give_*` write to TO, and
 * `take_owner` reads from FROM what IPC_SET sets. They return 0 or -EFAULT. */
struct form {
    int (*give_segment)(uaddr_t to, const struct linux_shmid *shown);
    int (*give_limits)(uaddr_t to);
    int (*give_totals)(uaddr_t to);
    int (*take_owner)(uaddr_t from, struct ipc_owner *owner);
};

static int64_t do_shmctl(int id, int command, uaddr_t data,
                         const struct form *form)
{
    struct linux_shmid shown;
    struct ipc_owner owner;
    int64_t result = 0;
    int error;

    if (id < 0 || command < 0) {
        return -EINVAL;
    }
    switch (command) {
    case IPC_STAT:
    case SHM_STAT:
    case SHM_STAT_ANY:
        result = ask(id, command, &shown);
        error = result < 0 ? (int)result : form->give_segment(data, &shown);
        break;
    case IPC_INFO:
        result = ipc_last_index(&shm_segments);
        error = form->give_limits(data);
        break;
    case SHM_INFO:
        result = ipc_last_index(&shm_segments);
        error = form->give_totals(data);
        break;
    case IPC_SET:
        error = form->take_owner(data, &owner);
        error = error != 0 ? error : set_owner(id, &owner);
        break;
    default:
        error = control(id, command);
    }
    return error != 0 ? error : result;
}

static int give_segment_64(uaddr_t to, const struct linux_shmid *shown)
{
    return copy_to_user(to, shown, sizeof(*shown));
}

static int give_limits_64(uaddr_t to)
{
    struct linux_shminfo info = limits();

    return copy_to_user(to, &info, sizeof(info));
}

static int give_totals_64(uaddr_t to)
{
    struct shm_totals totals = shm_count();
    struct linux_shm_info info = {.used_ids = totals.used,
                                  .total = totals.pages,
                                  .resident = totals.frames};

    return copy_to_user(to, &info, sizeof(info));
}

static int take_owner_64(uaddr_t from, struct ipc_owner *owner)
{
    struct linux_shmid set;

    if (copy_from_user(&set, from, sizeof(set)) != 0) {
        return -EFAULT;
    }
    *owner = (struct ipc_owner){set.perm.uid, set.perm.gid, set.perm.mode};
    return 0;
}

int64_t sys_shmctl(int id, int command, uaddr_t data)
{
    static const struct form form = {give_segment_64, give_limits_64,
                                     give_totals_64, take_owner_64};

    return do_shmctl(id, command, data, &form);
}

static struct linux_shmid_32 narrow(const struct linux_shmid *wide)
{
    return (struct linux_shmid_32){
        .perm = ipc_form_narrow(&wide->perm),
        .size = (uint32_t)wide->size,
        .atime = (uint32_t)wide->atime,
        .atime_high = ipc_form_high(wide->atime),
        .dtime = (uint32_t)wide->dtime,
        .dtime_high = ipc_form_high(wide->dtime),
        .ctime = (uint32_t)wide->ctime,
        .ctime_high = ipc_form_high(wide->ctime),
        .cpid = wide->cpid,
        .lpid = wide->lpid,
        .nattch = (uint32_t)wide->nattch,
    };
}

static int give_segment_32(uaddr_t to, const struct linux_shmid *shown)
{
    struct linux_shmid_32 narrowed = narrow(shown);

    return copy_to_user(to, &narrowed, sizeof(narrowed));
}

static int give_limits_32(uaddr_t to)
{
    struct linux_shminfo wide = limits();
    struct linux_shminfo_32 info = {
        .shmmax = (uint32_t)MIN(wide.shmmax, (uint64_t)INT32_MAX),
        .shmmin = (uint32_t)wide.shmmin,
        .shmmni = (uint32_t)wide.shmmni,
        .shmseg = (uint32_t)wide.shmseg,
        .shmall = (uint32_t)wide.shmall};

    return copy_to_user(to, &info, sizeof(info));
}

static int give_totals_32(uaddr_t to)
{
    struct shm_totals totals = shm_count();
    struct linux_shm_info_32 info = {.used_ids = totals.used,
                                     .total = (uint32_t)totals.pages,
                                     .resident = (uint32_t)totals.frames};

    return copy_to_user(to, &info, sizeof(info));
}

static int take_owner_32(uaddr_t from, struct ipc_owner *owner)
{
    struct linux_shmid_32 set;

    if (copy_from_user(&set, from, sizeof(set)) != 0) {
        return -EFAULT;
    }
    *owner = (struct ipc_owner){set.perm.uid, set.perm.gid, set.perm.mode};
    return 0;
}

int64_t sys_shmctl_32(int id, int command, uaddr_t data)
{
    static const struct form form = {give_segment_32, give_limits_32,
                                     give_totals_32, take_owner_32};

    return do_shmctl(id, command, data, &form);
}
