/* Who a process is: user and group ids, and the personality. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

#define ID_UNCHANGED    0xffffffffu

/* What asks personality(2) without changing anything. */
#define PERSONALITY_ASK 0xffffffffu

static bool is_privileged(void)
{
    return credentials_are_privileged(&process_current()->credentials);
}

struct ids *identity_ids(enum identity which)
{
    struct credentials *who = &process_current()->credentials;
    return which == IDENTITY_USER ? &who->user : &who->group;
}

static bool is_one_of(uint32_t id, const struct ids *ids)
{
    return id == ids->real || id == ids->effective || id == ids->saved;
}

/* May the caller take ID, or is it to be left as it is? */
static bool may_take(uint32_t id, const struct ids *ids)
{
    return id == ID_UNCHANGED || is_one_of(id, ids) || is_privileged();
}

static uint32_t choose(uint32_t wanted, uint32_t old)
{
    return wanted != ID_UNCHANGED ? wanted : old;
}

/* The running process has other ids for what counts: what it has from its time
 * with OLD is not for others any more (Linux's commit_creds). */
static void hide_what_was(const struct ids *old, const struct ids *new)
{
    if (old->effective != new->effective || old->file != new->file) {
        process_current()->is_dumpable = false;
        thread_current()->parent_end_signal = 0;
    }
}

/* Returns 0, or -EAGAIN when there is no memory. */
static int take(struct ids *ids, struct ids wanted)
{
    struct process *process = process_current();
    bool is_user = ids == &process->credentials.user;

    if (is_user && wanted.real != ids->real &&
        user_take_process(process, wanted.real) != 0) {
        return -EAGAIN;
    }
    wanted.file = wanted.effective;
    hide_what_was(ids, &wanted);
    *ids = wanted;
    return 0;
}

int64_t sys_get_id(enum identity which)
{
    return identity_ids(which)->real;
}

int64_t sys_get_effective_id(enum identity which)
{
    return identity_ids(which)->effective;
}

int64_t sys_set_id(enum identity which, uint32_t id)
{
    struct ids *ids = identity_ids(which);

    if (id == ID_UNCHANGED) {
        return -EINVAL;
    }
    if (is_privileged()) {
        return take(ids, (struct ids){id, id, id, id});
    }
    if (id != ids->real && id != ids->saved) {
        return -EPERM;
    }
    return take(ids, (struct ids){ids->real, id, ids->saved, id});
}

int64_t sys_set_re_id(enum identity which, uint32_t real, uint32_t effective)
{
    struct ids *ids = identity_ids(which);
    struct ids new = *ids;

    bool is_known = real == ID_UNCHANGED || real == ids->real ||
                    real == ids->effective || is_privileged();
    if (!is_known || !may_take(effective, ids)) {
        return -EPERM;
    }
    new.real = choose(real, ids->real);
    new.effective = choose(effective, ids->effective);
    bool is_new = real != ID_UNCHANGED ||
                  (effective != ID_UNCHANGED && effective != ids->real);
    new.saved = is_new ? new.effective : ids->saved;
    return take(ids, new);
}

int64_t sys_set_res_id(enum identity which, uint32_t real, uint32_t effective,
                       uint32_t saved)
{
    struct ids *ids = identity_ids(which);

    if (!may_take(real, ids) || !may_take(effective, ids) ||
        !may_take(saved, ids)) {
        return -EPERM;
    }
    return take(ids, (struct ids){
                         .real = choose(real, ids->real),
                         .effective = choose(effective, ids->effective),
                         .saved = choose(saved, ids->saved),
                     });
}

int64_t sys_get_res_id(enum identity which, uaddr_t real, uaddr_t effective,
                       uaddr_t saved)
{
    const struct ids *ids = identity_ids(which);

    if (copy_to_user(real, &ids->real, sizeof(ids->real)) != 0 ||
        copy_to_user(effective, &ids->effective, sizeof(ids->effective)) != 0) {
        return -EFAULT;
    }
    return copy_to_user(saved, &ids->saved, sizeof(ids->saved));
}

int64_t sys_set_fs_id(enum identity which, uint32_t id)
{
    struct ids *ids = identity_ids(which);
    const struct ids old = *ids;

    if (id != ID_UNCHANGED && (id == old.file || may_take(id, ids))) {
        ids->file = id;
        hide_what_was(&old, ids);
    }
    return old.file;
}

int64_t sys_getgroups(int size, uaddr_t to)
{
    const struct credentials *who = &process_current()->credentials;

    if (size < 0 || (size != 0 && (unsigned)size < who->group_count)) {
        return -EINVAL;
    }
    size_t bytes = who->group_count * sizeof(who->groups[0]);
    if (size != 0 && copy_to_user(to, who->groups, bytes) != 0) {
        return -EFAULT;
    }
    return who->group_count;
}

void identity_set_groups(const uint32_t *groups, unsigned count)
{
    struct credentials *who = &process_current()->credentials;

    who->group_count = count;
    for (unsigned i = 0; i < count; i++) {
        unsigned place = i;
        for (; place > 0 && who->groups[place - 1] > groups[i]; place--) {
            who->groups[place] = who->groups[place - 1];
        }
        who->groups[place] = groups[i];
    }
}

int identity_check_groups(int count)
{
    if (!is_privileged()) {
        return -EPERM;
    }
    return (unsigned)count > CREDENTIALS_GROUPS_MAX ? -EINVAL : 0;
}

int64_t sys_setgroups(int count, uaddr_t from)
{
    uint32_t groups[CREDENTIALS_GROUPS_MAX];
    int error = identity_check_groups(count);

    if (error != 0) {
        return error;
    }
    if (copy_from_user(groups, from, (unsigned)count * sizeof(groups[0])) !=
        0) {
        return -EFAULT;
    }
    identity_set_groups(groups, (unsigned)count);
    return 0;
}

int64_t sys_personality(uint32_t wanted)
{
    struct process *process = process_current();
    uint32_t old = process->personality;

    if (wanted != PERSONALITY_ASK) {
        process->personality = wanted;
        if (process->leader->loan == NULL) {
            process->aspace->reading_is_executing =
                (wanted & PERSONALITY_READ_IMPLIES_EXEC) != 0;
        }
    }
    return old;
}
