/* See kernel/file/attributes.h; the rules are those of Linux's fs/attr.c. */
#include "kernel/file/attributes.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/permission.h"
#include "kernel/lib.h"

struct kernel_timespec inode_time_now(void)
{
    uint64_t now = clock_nanoseconds_since_1970();

    return (struct kernel_timespec){
        .tv_sec = (int64_t)(now / NANOSECONDS_PER_SECOND),
        .tv_nsec = (int64_t)(now % NANOSECONDS_PER_SECOND),
    };
}

void inode_has_changed(struct inode *inode, enum inode_part part)
{
    const struct kernel_timespec now = inode_time_now();

    inode->times.changed = now;
    if (part == INODE_BYTES) {
        inode->times.modified = now;
    }
}

static bool is_before(const struct kernel_timespec *a,
                      const struct kernel_timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec
                                  : a->tv_nsec < b->tv_nsec;
}

void inode_was_read(struct inode *inode, int flags)
{
    struct inode_times *times = &inode->times;
    bool is_noted = is_before(&times->modified, &times->accessed) &&
                    is_before(&times->changed, &times->accessed);

    if (!is_noted && (flags & O_NOATIME) == 0) {
        times->accessed = inode_time_now();
    }
}

void inode_drop_set_id(struct inode *inode)
{
    const uint32_t by_group = S_ISGID | S_IXGRP;

    inode->mode &= ~(uint32_t)S_ISUID;
    if ((inode->mode & by_group) == by_group) {
        inode->mode &= ~(uint32_t)S_ISGID;
    }
}

bool place_is_owned(struct place place, const struct credentials *who)
{
    return who->user.file == ID_ROOT ||
           who->user.file == place_owner(place).uid;
}

/* An inode that stands for those of all processes keeps what it is. */
static bool is_kept(struct place place)
{
    return place.inode->is_per_process;
}

int place_set_mode(struct place place, const struct credentials *who,
                   uint32_t mode)
{
    struct inode *inode = place.inode;

    if (!place_is_owned(place, who) || is_kept(place)) {
        return -EPERM;
    }
    if (who->user.file != ID_ROOT && !credentials_have_group(who, inode->gid)) {
        mode &= ~(uint32_t)S_ISGID;
    }
    inode->mode = (inode->mode & S_IFMT) | (mode & S_PERMISSIONS);
    inode_has_changed(inode, INODE_ATTRIBUTES);
    return 0;
}

/* An owner may give his files to groups of his, and to nobody else. */
static bool may_give(const struct inode *inode, const struct credentials *who,
                     uint32_t uid, uint32_t gid)
{
    bool is_own = who->user.file == inode->uid;
    bool keeps_user = uid == ID_NONE || (is_own && uid == inode->uid);
    bool may_group =
        gid == ID_NONE ||
        (is_own && (gid == inode->gid || credentials_have_group(who, gid)));

    return who->user.file == ID_ROOT || (keeps_user && may_group);
}

int place_set_owner(struct place place, const struct credentials *who,
                    uint32_t uid, uint32_t gid)
{
    struct inode *inode = place.inode;

    if (!may_give(inode, who, uid, gid)) {
        return -EPERM;
    }
    if (is_kept(place)) {
        return 0;
    }
    if (!inode_is(inode, S_IFDIR)) {
        inode_drop_set_id(inode);
    }
    inode->uid = uid != ID_NONE ? uid : inode->uid;
    inode->gid = gid != ID_NONE ? gid : inode->gid;
    inode_has_changed(inode, INODE_ATTRIBUTES);
    return 0;
}

static void change_time(struct kernel_timespec *time, enum time_change change,
                        const struct kernel_timespec *given)
{
    if (change != TIME_STAYS) {
        *time = change == TIME_IS_NOW ? inode_time_now() : *given;
    }
}

int place_set_times(struct place place, const struct credentials *who,
                    const struct times_request *request)
{
    struct inode_times *times = &place.inode->times;
    bool are_now =
        request->accessed == TIME_IS_NOW && request->modified == TIME_IS_NOW;

    if (!place_is_owned(place, who)) {
        int error = are_now ? place_permission(place, who, W_OK) : -EPERM;
        if (error != 0) {
            return error;
        }
    }
    if (is_kept(place)) {
        return 0;
    }
    change_time(&times->accessed, request->accessed, &request->new_accessed);
    change_time(&times->modified, request->modified, &request->new_modified);
    times->changed = inode_time_now();
    return 0;
}
