/* What IPC_STAT and its like share for all of System V's objects. */
#pragma once

#include "kernel/abi/ipc.h"
#include "kernel/process.h"

/* Who asks what an object is: by an id, or by an index in its table; and
 * everybody, or who may read it. */
struct ipc_question {
    const struct ipc_table *table;
    bool is_by_id;
    bool is_open;
};

/* The object that ID means: 0, -EINVAL or -EACCES. */
int ipc_form_find(const struct ipc_question *question, int32_t id,
                  struct ipc_object **object) MUST_CHECK;

struct linux_ipc_perm ipc_form_perm(const struct ipc_object *object);
struct linux_ipc_perm_32 ipc_form_narrow(const struct linux_ipc_perm *wide);

/* The upper half of a time, which structures of 32 bits have apart. */
static inline uint32_t ipc_form_high(int64_t time)
{
    return (uint32_t)((uint64_t)time >> 32);
}
