/* The names of the errors that programs meet. */
#include "user/lib/linux.h"

struct error {
    long number;
    const char *name;
};

static const struct error errors[] = {
    {EPERM, "EPERM (not permitted)"},
    {ENOENT, "ENOENT (no such file)"},
    {EIO, "EIO (input or output failed)"},
    {E2BIG, "E2BIG (arguments too long)"},
    {ENOEXEC, "ENOEXEC (not a program)"},
    {EBADF, "EBADF (bad file descriptor)"},
    {ECHILD, "ECHILD (no child)"},
    {EAGAIN, "EAGAIN (try again)"},
    {ENOMEM, "ENOMEM (no memory)"},
    {EACCES, "EACCES (permission denied)"},
    {EFAULT, "EFAULT (bad address)"},
    {EEXIST, "EEXIST (exists already)"},
    {ENOTDIR, "ENOTDIR (not a directory)"},
    {EISDIR, "EISDIR (is a directory)"},
    {EINVAL, "EINVAL (invalid argument)"},
    {EMFILE, "EMFILE (too many open files)"},
    {ENOTTY, "ENOTTY (not a terminal)"},
    {ENAMETOOLONG, "ENAMETOOLONG (name too long)"},
    {ENOSYS, "ENOSYS (no such system call)"},
    {ELOOP, "ELOOP (too many symbolic links)"},
};

const char *error_name(long error)
{
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (errors[i].number == error) {
            return errors[i].name;
        }
    }
    return "an error without a name here";
}
