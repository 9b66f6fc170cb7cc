/* What the running process may do, where rooms below have to know. */
#include "kernel/process/credentials.h"

#include "kernel/file/file.h"
#include "kernel/process/process.h"

bool file_may_be_probed(const struct inode *inode)
{
    const struct credentials *who = &process_current()->credentials;

    return who->user.file == inode->uid || credentials_are_privileged(who);
}
