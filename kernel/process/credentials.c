/* What the running process may do, where rooms below have to know. */
#include "kernel/process/credentials.h"

#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/process/process.h"

bool file_may_be_probed(const struct inode *inode)
{
    const struct credentials *who = &process_current()->credentials;

    return who->user.file == inode->uid || credentials_are_privileged(who);
}

int file_may_write(const struct inode *inode)
{
    const struct credentials *who = &process_current()->credentials;
    uint32_t right = who->user.file == ID_ROOT ? S_IWUSR : S_IWOTH;

    if (inode->operations == NULL || inode->operations->write == NULL) {
        return -EROFS;
    }
    return (inode->mode & right) != 0 ? 0 : -EACCES;
}

/* Before the first program there is none that could be refused. */
bool aspace_user_is_privileged(void)
{
    const struct process *process = process_current();

    return process == NULL || credentials_are_privileged(&process->credentials);
}

struct socket_user socket_caller(void)
{
    const struct process *process = process_current();

    return (struct socket_user){
        .pid = process->pid,
        .uid = process->credentials.user.effective,
        .gid = process->credentials.group.effective,
    };
}
