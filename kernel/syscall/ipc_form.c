/* What IPC_STAT and its like share for all of System V's objects. */
#include "kernel/syscall/ipc_form.h"

#include "kernel/abi/errno.h"

int ipc_form_find(const struct ipc_question *question, int32_t id,
                  struct ipc_object **object)
{
    int error = 0;

    if (question->is_by_id) {
        error = ipc_find(question->table, id, object);
    } else {
        *object = ipc_at(question->table, ipc_index(id));
        error = *object != NULL ? 0 : -EINVAL;
    }
    if (error != 0) {
        return error;
    }
    return question->is_open || ipc_may(*object, IPC_MAY_READ) ? 0 : -EACCES;
}

struct linux_ipc_perm ipc_form_perm(const struct ipc_object *object)
{
    return (struct linux_ipc_perm){
        .key = object->key,
        .uid = object->uid,
        .gid = object->gid,
        .cuid = object->cuid,
        .cgid = object->cgid,
        .mode = object->mode,
        .seq = (uint16_t)(object->id >> IPC_INDEX_BITS),
    };
}

struct linux_ipc_perm_32 ipc_form_narrow(const struct linux_ipc_perm *wide)
{
    return (struct linux_ipc_perm_32){
        .key = wide->key,
        .uid = wide->uid,
        .gid = wide->gid,
        .cuid = wide->cuid,
        .cgid = wide->cgid,
        .mode = (uint16_t)wide->mode,
        .seq = wide->seq,
    };
}
