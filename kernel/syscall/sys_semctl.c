/* semctl: what sets of semaphores are, and what becomes of them, for both word
 * sizes. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sem.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/ipc_form.h"
#include "mm/user_copy.h"

/* So many values are given to a program at once. */
#define VALUES 128u

/* How the structures lie in a program's memory. Return 0 or -EFAULT. */
struct form {
    int (*give)(uaddr_t to, const struct linux_semid *shown);
    int (*take)(uaddr_t from, struct ipc_owner *owner);
};

/* The arguments. DATA is a value or an address. */
struct call {
    int id;
    int number;
    int command;
    uint64_t data;
};

static int64_t give_info(const struct call *call)
{
    struct linux_seminfo info = {
        .semmap = SEMMAP,
        .semmni = SEMMNI,
        .semmns = SEMMNS,
        .semmnu = SEMMNU,
        .semmsl = SEMMSL,
        .semopm = SEMOPM,
        .semume = SEMUME,
        .semusz = SEMUSZ,
        .semvmx = SEMVMX,
        .semaem = SEMAEM,
    };

    if (call->command == SEM_INFO) {
        info.semusz = (int)semaphore_sets.used;
        info.semaem = (int)semaphore_count;
    }
    return copy_to_user(call->data, &info, sizeof(info)) != 0
               ? -EFAULT
               : ipc_last_index(&semaphore_sets);
}

static int64_t ask(const struct call *call, const struct form *form)
{
    const struct ipc_question question = {
        .table = &semaphore_sets,
        .is_by_id = call->command == IPC_STAT,
        .is_open = call->command == SEM_STAT_ANY,
    };
    struct ipc_object *object;
    int error = ipc_form_find(&question, call->id, &object);

    if (error != 0) {
        return error;
    }
    const struct semaphore_set *set = semaphore_set_of(object);
    const struct linux_semid shown = {
        .perm = ipc_form_perm(object),
        .otime = set->otime,
        .ctime = object->ctime,
        .nsems = set->count,
    };
    error = form->give(call->data, &shown);
    if (error != 0) {
        return error;
    }
    return question.is_by_id ? 0 : object->id;
}

static int give_values(const struct semaphore_set *set, uaddr_t to)
{
    uint16_t values[VALUES];

    for (unsigned at = 0; at < set->count; at += VALUES) {
        unsigned count = MIN(VALUES, set->count - at);
        for (unsigned i = 0; i < count; i++) {
            values[i] = (uint16_t)semaphore_at(set, at + i)->value;
        }
        if (copy_to_user(to + at * sizeof(values[0]), values,
                         count * sizeof(values[0])) != 0) {
            return -EFAULT;
        }
    }
    return 0;
}

/* Are all of VALUES what semaphores may be? */
static bool are_valid(const struct ipc_memory *values)
{
    for (size_t at = 0; at < values->size; at += sizeof(uint16_t)) {
        const uint16_t *value = ipc_memory_at(values, at);
        if (*value > SEMVMX) {
            return false;
        }
    }
    return true;
}

static int take_values(struct semaphore_set *set, uaddr_t from)
{
    struct ipc_memory values;
    int error = ipc_memory_alloc(&values, set->count * sizeof(uint16_t));

    if (error == 0) {
        error = ipc_memory_fill(&values, from);
    }
    if (error == 0) {
        error = are_valid(&values) ? 0 : -ERANGE;
    }
    if (error == 0) {
        semaphore_set_values(set, &values);
    }
    ipc_memory_free(&values);
    return error;
}

/* The commands for one semaphore that ask. */
static int64_t ask_one(const struct semaphore_set *set, const struct call *call)
{
    unsigned number = (unsigned)call->number;

    if (number >= set->count) {
        return -EINVAL;
    }
    switch (call->command) {
    case GETVAL:
        return semaphore_at(set, number)->value;
    case GETPID:
        return semaphore_at(set, number)->pid;
    case GETNCNT:
        return semaphore_count_growth_waiters(set, number);
    default: /* GETZCNT */
        return semaphore_count_zero_waiters(set, number);
    }
}

static int64_t use_values(const struct call *call)
{
    struct ipc_object *object;
    int error = ipc_find(&semaphore_sets, call->id, &object);

    if (error != 0) {
        return error;
    }
    struct semaphore_set *set = semaphore_set_of(object);
    bool changes = call->command == SETALL;
    if (!ipc_may(object, changes ? IPC_MAY_WRITE : IPC_MAY_READ)) {
        return -EACCES;
    }
    if (changes) {
        return take_values(set, call->data);
    }
    return call->command == GETALL ? give_values(set, call->data)
                                   : ask_one(set, call);
}

static int set_one(const struct call *call)
{
    const int value = (int)call->data;
    struct ipc_object *object;

    if (value < 0 || value > SEMVMX) {
        return -ERANGE;
    }
    int error = ipc_find(&semaphore_sets, call->id, &object);
    if (error != 0) {
        return error;
    }
    struct semaphore_set *set = semaphore_set_of(object);
    if ((unsigned)call->number >= set->count) {
        return -EINVAL;
    }
    if (!ipc_may(object, IPC_MAY_WRITE)) {
        return -EACCES;
    }
    semaphore_set_value(set, (unsigned)call->number, value);
    return 0;
}

static int set_owner(const struct call *call, const struct form *form)
{
    struct ipc_object *object;
    struct ipc_owner owner;
    int error = form->take(call->data, &owner);

    if (error == 0) {
        error = ipc_find_own(&semaphore_sets, call->id, &object);
    }
    return error != 0 ? error : ipc_set_owner(object, &owner);
}

static int remove(const struct call *call)
{
    struct ipc_object *object;
    int error = ipc_find_own(&semaphore_sets, call->id, &object);

    if (error == 0) {
        semaphore_set_remove(semaphore_set_of(object));
    }
    return error;
}

static int64_t do_semctl(const struct call *call, const struct form *form)
{
    if (call->id < 0) {
        return -EINVAL;
    }
    switch (call->command) {
    case IPC_INFO:
    case SEM_INFO:
        return give_info(call);
    case IPC_STAT:
    case SEM_STAT:
    case SEM_STAT_ANY:
        return ask(call, form);
    case GETPID:
    case GETVAL:
    case GETALL:
    case GETNCNT:
    case GETZCNT:
    case SETALL:
        return use_values(call);
    case SETVAL:
        return set_one(call);
    case IPC_SET:
        return set_owner(call, form);
    case IPC_RMID:
        return remove(call);
    default:
        return -EINVAL;
    }
}

static int give_64(uaddr_t to, const struct linux_semid *shown)
{
    return copy_to_user(to, shown, sizeof(*shown));
}

static int take_64(uaddr_t from, struct ipc_owner *owner)
{
    struct linux_semid set;

    if (copy_from_user(&set, from, sizeof(set)) != 0) {
        return -EFAULT;
    }
    *owner = (struct ipc_owner){set.perm.uid, set.perm.gid, set.perm.mode};
    return 0;
}

int64_t sys_semctl(int id, int number, int command, uint64_t data)
{
    static const struct form form = {give_64, take_64};
    const struct call call = {id, number, command, data};

    return do_semctl(&call, &form);
}

static int give_32(uaddr_t to, const struct linux_semid *shown)
{
    const struct linux_semid_32 narrow = {
        .perm = ipc_form_narrow(&shown->perm),
        .otime = (uint32_t)shown->otime,
        .otime_high = ipc_form_high(shown->otime),
        .ctime = (uint32_t)shown->ctime,
        .ctime_high = ipc_form_high(shown->ctime),
        .nsems = (uint32_t)shown->nsems,
    };

    return copy_to_user(to, &narrow, sizeof(narrow));
}

static int take_32(uaddr_t from, struct ipc_owner *owner)
{
    struct linux_semid_32 set;

    if (copy_from_user(&set, from, sizeof(set)) != 0) {
        return -EFAULT;
    }
    *owner = (struct ipc_owner){set.perm.uid, set.perm.gid, set.perm.mode};
    return 0;
}

int64_t sys_semctl_32(int id, int number, int command, uint64_t data)
{
    static const struct form form = {give_32, take_32};
    const struct call call = {id, number, command, data};

    return do_semctl(&call, &form);
}
