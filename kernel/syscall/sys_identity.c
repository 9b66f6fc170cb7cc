/* Who a process is: user and group ids, and the personality. An id other than 0
 * has none of the rights of Linux's root. */
#include "kernel/abi/errno.h"
#include "kernel/process/process.h"
#include "kernel/syscall/syscall.h"
#include "mm/user_copy.h"

#define ID_UNCHANGED    0xffffffffu

/* What asks personality(2) without changing anything. */
#define PERSONALITY_ASK 0xffffffffu

/* One process has one user id and one group id: the real, the effective and the
 * saved one are the same. */
static int64_t set_id(uint32_t *id, uint32_t real, uint32_t effective,
                      uint32_t saved)
{
    uint32_t wanted = effective;

    wanted = wanted == ID_UNCHANGED ? real : wanted;
    wanted = wanted == ID_UNCHANGED ? saved : wanted;
    if (wanted == ID_UNCHANGED || wanted == *id) {
        return 0;
    }
    if (process_current()->uid != 0) {
        return -EPERM;
    }
    *id = wanted;
    return 0;
}

static int64_t get_id(uint32_t id, uaddr_t real, uaddr_t effective,
                      uaddr_t saved)
{
    const uaddr_t to[] = {real, effective, saved};

    for (size_t i = 0; i < ARRAY_COUNT(to); i++) {
        if (copy_to_user(to[i], &id, sizeof(id)) != 0) {
            return -EFAULT;
        }
    }
    return 0;
}

static void drop_rights(struct process *process)
{
    if (process->uid != 0 && !process->is_borrowed) {
        process->aspace->is_privileged = false;
    }
}

int64_t sys_getuid(void)
{
    return process_current()->uid;
}

int64_t sys_getgid(void)
{
    return process_current()->gid;
}

int64_t sys_setresuid(uint32_t real, uint32_t effective, uint32_t saved)
{
    struct process *process = process_current();
    int64_t error = set_id(&process->uid, real, effective, saved);

    if (error == 0) {
        drop_rights(process);
    }
    return error;
}

int64_t sys_setresgid(uint32_t real, uint32_t effective, uint32_t saved)
{
    return set_id(&process_current()->gid, real, effective, saved);
}

int64_t sys_getresuid(uaddr_t real, uaddr_t effective, uaddr_t saved)
{
    return get_id(process_current()->uid, real, effective, saved);
}

int64_t sys_getresgid(uaddr_t real, uaddr_t effective, uaddr_t saved)
{
    return get_id(process_current()->gid, real, effective, saved);
}

int64_t sys_personality(uint32_t wanted)
{
    struct process *process = process_current();
    uint32_t old = process->personality;

    if (wanted != PERSONALITY_ASK) {
        process->personality = wanted;
        if (!process->is_borrowed) {
            process->aspace->reading_is_executing =
                (wanted & PERSONALITY_READ_IMPLIES_EXEC) != 0;
        }
    }
    return old;
}
