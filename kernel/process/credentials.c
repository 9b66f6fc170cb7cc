/* What the running process may do, where rooms below have to know. */
#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/process/process.h"

bool file_may_be_probed(const struct inode *inode)
{
    const struct credentials *who = &process_current()->credentials;

    return who->user.file == inode->uid || credentials_are_privileged(who);
}

bool file_writer_keeps_set_id(void)
{
    return process_current()->credentials.user.file == ID_ROOT;
}

/* As Linux's task_dump_owner: root has the files of a process that is not to be
 * looked into, but not the directories that everybody may list. */
struct file_owner process_file_owner(int pid, const struct inode *inode)
{
    const struct process *process = process_of_thread(pid);
    bool is_listed = inode->mode == (S_IFDIR | 0555);

    if (process == NULL ||
        (!is_listed && (process->aspace == NULL || !process->is_dumpable))) {
        return (struct file_owner){.uid = ID_ROOT, .gid = ID_ROOT};
    }
    return (struct file_owner){
        .uid = process->credentials.user.effective,
        .gid = process->credentials.group.effective,
    };
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
