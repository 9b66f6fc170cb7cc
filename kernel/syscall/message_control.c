/* What goes with a message: open files (SCM_RIGHTS), and who sends it
 * (SCM_CREDENTIALS). */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/message.h"
#include "mm/user_copy.h"

/* A header and its bytes begin at a multiple of a word. */
static uint64_t word_of(enum word_size words)
{
    return words == WORDS_64 ? sizeof(uint64_t) : sizeof(uint32_t);
}

static uint64_t header_size(enum word_size words)
{
    return words == WORDS_64 ? sizeof(struct linux_cmsghdr)
                             : sizeof(struct linux_cmsghdr_32);
}

static int read_header(const struct message_control *control,
                       struct linux_cmsghdr *header)
{
    struct linux_cmsghdr_32 narrow;

    if (control->words == WORDS_64) {
        return copy_from_user(header, control->at, sizeof(*header));
    }
    int error = copy_from_user(&narrow, control->at, sizeof(narrow));
    if (error == 0) {
        *header =
            (struct linux_cmsghdr){narrow.size, narrow.level, narrow.type};
    }
    return error;
}

static int write_header(const struct message_control *control, int type,
                        uint64_t size)
{
    struct linux_cmsghdr header = {size, SOL_SOCKET, type};
    struct linux_cmsghdr_32 narrow = {(uint32_t)size, SOL_SOCKET, type};

    return control->words == WORDS_64
               ? copy_to_user(control->at, &header, sizeof(header))
               : copy_to_user(control->at, &narrow, sizeof(narrow));
}

/* Skips a header with SIZE bytes behind it, as far as there is room. */
static void skip(struct message_control *control, uint64_t size)
{
    uint64_t whole =
        align_up(header_size(control->words) + size, word_of(control->words));

    whole = MIN(whole, control->size);
    control->at += whole;
    control->size -= whole;
}

/* The open files of COUNT descriptors at FROM join those of TRANSFER. */
static int read_rights(uaddr_t from, uint64_t count,
                       struct socket_transfer *transfer)
{
    int fd;

    if (count == 0) {
        return 0;
    }
    if (count > SCM_MAX_FD) {
        return -EINVAL;
    }
    if (transfer->rights == NULL) {
        transfer->rights = socket_rights_create();
    }
    struct socket_rights *rights = transfer->rights;
    if (rights == NULL) {
        return -ENOMEM;
    }
    if (rights->count + count > SCM_MAX_FD) {
        return -EINVAL;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (copy_from_user(&fd, from + i * sizeof(fd), sizeof(fd)) != 0) {
            return -EFAULT;
        }
        struct file *file = file_table_find_any(process_current()->files, fd);
        if (file == NULL) {
            return -EBADF;
        }
        rights->files[rights->count++] = file_get(file);
    }
    return 0;
}

static bool is_one_of(uint32_t id, const struct ids *ids)
{
    return id == ids->real || id == ids->effective || id == ids->saved;
}

/* May the running process say that it is USER? */
static int check_user(const struct linux_ucred *user)
{
    const struct process *process = process_current();
    const struct credentials *who = &process->credentials;
    bool is_privileged = credentials_are_privileged(who);
    bool is_own = user->pid == process->pid &&
                  is_one_of(user->uid, &who->user) &&
                  is_one_of(user->gid, &who->group);

    if (!is_own && !is_privileged) {
        return -EPERM;
    }
    if (user->pid != process->pid && process_find(user->pid) == NULL) {
        return -ESRCH;
    }
    return user->uid == UINT32_MAX || user->gid == UINT32_MAX ? -EINVAL : 0;
}

static int read_user(uaddr_t from, uint64_t size,
                     struct socket_transfer *transfer)
{
    struct linux_ucred user;

    if (size != sizeof(user)) {
        return -EINVAL;
    }
    if (copy_from_user(&user, from, sizeof(user)) != 0) {
        return -EFAULT;
    }
    int error = check_user(&user);
    if (error == 0) {
        transfer->user = (struct socket_user){user.pid, user.uid, user.gid};
        transfer->names_user = true;
    }
    return error;
}

static int read_one(const struct message_control *control,
                    const struct linux_cmsghdr *header,
                    struct socket_transfer *transfer)
{
    uint64_t begin = header_size(control->words);
    uaddr_t from = control->at + begin;
    uint64_t size = header->size - begin;

    if (header->level != SOL_SOCKET) {
        return 0;
    }
    switch (header->type) {
    case SCM_RIGHTS:
        return read_rights(from, size / sizeof(int), transfer);
    case SCM_CREDENTIALS:
        return read_user(from, size, transfer);
    default:
        return -EINVAL;
    }
}

int message_control_read(const struct message_control *whole,
                         struct socket_transfer *transfer)
{
    struct message_control control = *whole;
    struct linux_cmsghdr header;
    uint64_t least = header_size(control.words);

    if (control.size > SOCKET_CONTROL_MAX) {
        return -ENOBUFS;
    }
    while (control.size >= least) {
        if (read_header(&control, &header) != 0) {
            return -EFAULT;
        }
        if (header.size < least || header.size > control.size) {
            return -EINVAL;
        }
        int error = read_one(&control, &header, transfer);
        if (error != 0) {
            return error;
        }
        skip(&control, header.size - least);
    }
    return 0;
}

/* As much as there is room for. */
static void write_user(struct message_control *control,
                       const struct socket_user *from)
{
    struct linux_ucred user = {from->pid, from->uid, from->gid};
    uint64_t begin = header_size(control->words);
    uint64_t size = begin + sizeof(user);

    if (control->size < size) {
        control->flags |= MSG_CTRUNC;
    }
    if (control->size < begin) {
        return;
    }
    size = MIN(size, control->size);
    if (write_header(control, SCM_CREDENTIALS, size) == 0 &&
        copy_to_user(control->at + begin, &user, size - begin) == 0) {
        skip(control, sizeof(user));
    }
}

/* Gives FILE a descriptor, and writes it to TO. Returns 0 or -EXXX. */
static int install(struct file *file, uaddr_t to, int flags)
{
    int fd = process_reserve_file(0);

    if (fd < 0) {
        return fd;
    }
    int error = copy_to_user(to, &fd, sizeof(fd));
    if (error == 0) {
        file_table_set(process_current()->files, fd, file_get(file), flags);
    }
    return error;
}

static void write_rights(struct message_control *control,
                         const struct socket_rights *rights, int flags)
{
    uint64_t begin = header_size(control->words);
    uint64_t room = control->size > begin ? control->size - begin : 0;
    uint64_t most = MIN(room / sizeof(int), (uint64_t)rights->count);
    uint64_t done = 0;

    while (done < most &&
           install(rights->files[done],
                   control->at + begin + done * sizeof(int), flags) == 0) {
        done++;
    }
    if (done < rights->count) {
        control->flags |= MSG_CTRUNC;
    }
    if (done > 0 &&
        write_header(control, SCM_RIGHTS, begin + done * sizeof(int)) == 0) {
        skip(control, done * sizeof(int));
    }
}

void message_control_write(struct message_control *control,
                           const struct file *file,
                           struct socket_transfer *transfer, int flags)
{
    uint32_t is_set = socket_options(file)->is_set;

    if (control->at == 0) {
        control->size = 0;
    }
    if ((is_set & BIT(SO_PASSCRED)) != 0) {
        write_user(control, &transfer->user);
    }
    if (transfer->rights != NULL) {
        write_rights(control, transfer->rights, flags);
    }
}
