/* The oldest calls of i386 about user and group ids, which have 16 bits. */
#include "kernel/abi/errno.h"
#include "kernel/abi/unistd.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

#define ID_MAX_16       0xffffu
#define ID_UNCHANGED_16 0xffffu

uint32_t identity_widen(uint32_t id)
{
    uint16_t narrow = (uint16_t)id;
    return narrow == ID_UNCHANGED_16 ? (uint32_t)-1 : narrow;
}

static uint16_t narrow_id(uint32_t id)
{
    return id > ID_MAX_16 ? ID_OVERFLOW : (uint16_t)id;
}

int64_t sys_get_id_16(enum identity which)
{
    return narrow_id(identity_ids(which)->real);
}

int64_t sys_get_effective_id_16(enum identity which)
{
    return narrow_id(identity_ids(which)->effective);
}

int64_t sys_get_res_id_16(enum identity which, uaddr_t real, uaddr_t effective,
                          uaddr_t saved)
{
    const struct ids *ids = identity_ids(which);
    const uint16_t narrow[] = {
        narrow_id(ids->real),
        narrow_id(ids->effective),
        narrow_id(ids->saved),
    };

    if (copy_to_user(real, &narrow[0], sizeof(narrow[0])) != 0 ||
        copy_to_user(effective, &narrow[1], sizeof(narrow[1])) != 0) {
        return -EFAULT;
    }
    return copy_to_user(saved, &narrow[2], sizeof(narrow[2]));
}

int64_t sys_getgroups_16(int size, uaddr_t to)
{
    const struct credentials *who = &process_current()->credentials;
    uint16_t narrow[CREDENTIALS_GROUPS_MAX];

    if (size < 0 || (size != 0 && (unsigned)size < who->group_count)) {
        return -EINVAL;
    }
    for (unsigned i = 0; i < who->group_count; i++) {
        narrow[i] = narrow_id(who->groups[i]);
    }
    size_t bytes = who->group_count * sizeof(narrow[0]);
    if (size != 0 && copy_to_user(to, narrow, bytes) != 0) {
        return -EFAULT;
    }
    return who->group_count;
}

int64_t sys_setgroups_16(int count, uaddr_t from)
{
    uint16_t narrow[CREDENTIALS_GROUPS_MAX];
    uint32_t groups[CREDENTIALS_GROUPS_MAX];
    int error = identity_check_groups(count);

    if (error != 0) {
        return error;
    }
    if (copy_from_user(narrow, from, (unsigned)count * sizeof(narrow[0])) !=
        0) {
        return -EFAULT;
    }
    for (int i = 0; i < count; i++) {
        groups[i] = identity_widen(narrow[i]);
    }
    identity_set_groups(groups, (unsigned)count);
    return 0;
}
