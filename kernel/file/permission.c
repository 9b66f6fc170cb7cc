/* Permissions as Linux checks them (inode_permission in fs/namei.c). */
#include "kernel/file/permission.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"

#define OWNER_SHIFT 6
#define GROUP_SHIFT 3

const struct credentials credentials_of_kernel;

bool credentials_have_group(const struct credentials *who, uint32_t gid)
{
    for (unsigned i = 0; i < who->group_count; i++) {
        if (who->groups[i] == gid) {
            return true;
        }
    }
    return who->group.file == gid;
}

struct file_owner place_owner(struct place place)
{
    const struct inode *inode = place.inode;

    return inode->is_per_process
               ? process_file_owner(place.pid, inode)
               : (struct file_owner){.uid = inode->uid, .gid = inode->gid};
}

int permission_bits(uint32_t mode, struct file_owner owner,
                    const struct credentials *who)
{
    if (who->user.file == owner.uid) {
        mode >>= OWNER_SHIFT;
    } else if (credentials_have_group(who, owner.gid)) {
        mode >>= GROUP_SHIFT;
    }
    return mode & (R_OK | W_OK | X_OK);
}

/* Root reads, writes and searches whatever it wants to, but executes only what
 * somebody may. */
static bool root_may(const struct inode *inode, int wanted)
{
    return (wanted & X_OK) == 0 || inode_is(inode, S_IFDIR) ||
           (inode->mode & S_IXANY) != 0;
}

int place_permission_by_mode(struct place place, const struct credentials *who,
                             int wanted)
{
    const struct inode *inode = place.inode;
    int granted = permission_bits(inode->mode, place_owner(place), who);
    bool is_granted = (wanted & ~granted) == 0 ||
                      (who->user.file == ID_ROOT && root_may(inode, wanted));

    return is_granted ? 0 : -EACCES;
}

int place_permission(struct place place, const struct credentials *who,
                     int wanted)
{
    const struct inode_operations *operations = place.inode->operations;

    return operations != NULL && operations->permission != NULL
               ? operations->permission(place, who, wanted)
               : place_permission_by_mode(place, who, wanted);
}
