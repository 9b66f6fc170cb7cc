/* System calls that send and receive messages. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/message.h"
#include "kernel/syscall/vectors.h"
#include "mm/user_copy.h"

/* What a call may say beside the message. */
static struct socket_transfer transfer_of(uint32_t flags)
{
    const struct process *process = process_current();
    bool is_privileged = credentials_are_privileged(&process->credentials);

    return (struct socket_transfer){
        .flags = (int)flags,
        .user = socket_caller(),
        .rights_limit =
            is_privileged ? UINT32_MAX : (unsigned)process_file_limit(process),
    };
}

static int64_t send_and_release(struct file *file,
                                struct socket_transfer *transfer)
{
    int64_t sent = socket_send(file, transfer);

    file_release(file);
    return sent;
}

/* May a message go to the address of SIZE bytes at FROM? To none but that of
 * the peer, which has none. */
static int check_address(const struct file *file, uaddr_t from, int size)
{
    char address[SOCKET_ADDRESS_MAX];
    uint16_t family;

    if (size < 0 || size > SOCKET_ADDRESS_MAX) {
        return -EINVAL;
    }
    if (copy_from_user(address, from, (size_t)size) != 0) {
        return -EFAULT;
    }
    if (size == 0 || socket_type(file) == SOCK_SEQPACKET) {
        return 0;
    }
    if (socket_type(file) == SOCK_STREAM) {
        return -EISCONN;
    }
    memcpy(&family, address, sizeof(family));
    return size <= UNIX_ADDRESS_FAMILY || size > UNIX_ADDRESS_MAX ||
                   family != AF_UNIX
               ? -EINVAL
               : -ECONNREFUSED;
}

/* Holds the socket behind FD for SIZE bytes at AT. */
static int hold_for(int fd, uaddr_t at, uint64_t size, struct file **file)
{
    return is_user_range(at, size) ? socket_hold(fd, file) : -EFAULT;
}

int64_t sys_sendto(int fd, uaddr_t from, uint64_t size, uint32_t flags,
                   uaddr_t address, int address_size)
{
    struct socket_transfer transfer = transfer_of(flags);
    struct file *file;

    size = MIN(size, FILE_TRANSFER_MAX);
    int error = hold_for(fd, from, size, &file);
    if (error != 0) {
        return error;
    }
    if (address != 0) {
        error = check_address(file, address, address_size);
    }
    if (error != 0) {
        file_release(file);
        return error;
    }
    transfer.pieces = pieces_of_one(from, size);
    return send_and_release(file, &transfer);
}

int64_t sys_recvfrom(int fd, uaddr_t to, uint64_t size, uint32_t flags,
                     uaddr_t address, uaddr_t address_size_at)
{
    struct socket_transfer transfer = transfer_of(flags);
    struct file *file;

    size = MIN(size, FILE_TRANSFER_MAX);
    int error = hold_for(fd, to, size, &file);
    if (error != 0) {
        return error;
    }
    transfer.pieces = pieces_of_one(to, size);
    int64_t received = socket_receive(file, &transfer);
    if (received >= 0 && address != 0) {
        error = address_put(NULL, 0, address, address_size_at);
    }
    socket_rights_free(transfer.rights);
    file_release(file);
    return error != 0 ? error : received;
}

/* Reads a message's header. */
static int read_header(uaddr_t from, enum word_size words,
                       struct linux_msghdr *header)
{
    struct linux_msghdr_32 narrow;

    if (words == WORDS_64) {
        return copy_from_user(header, from, sizeof(*header));
    }
    int error = copy_from_user(&narrow, from, sizeof(narrow));
    *header = (struct linux_msghdr){
        .name = narrow.name,
        .name_size = narrow.name_size,
        .vectors = narrow.vectors,
        .vector_count = narrow.vector_count,
        .control = narrow.control,
        .control_size = narrow.control_size,
    };
    return error;
}

/* Where in a message's header the words lie that are written. */
static uaddr_t name_size_at(uaddr_t header, enum word_size words)
{
    return header + (words == WORDS_64
                         ? offsetof(struct linux_msghdr, name_size)
                         : offsetof(struct linux_msghdr_32, name_size));
}

/* Tells the program what of the message it has: FLAGS, and how much of what
 * goes with it. */
static int write_header(uaddr_t header, enum word_size words, uint32_t flags,
                        uint64_t control_size)
{
    uint32_t narrow[] = {(uint32_t)control_size, flags};
    struct {
        uint64_t control_size;
        uint32_t flags;
    } wide = {control_size, flags};

    if (words == WORDS_64) {
        uaddr_t at = header + offsetof(struct linux_msghdr, control_size);
        return copy_to_user(at, &wide,
                            sizeof(wide.control_size) + sizeof(wide.flags));
    }
    uaddr_t at = header + offsetof(struct linux_msghdr_32, control_size);
    return copy_to_user(at, narrow, sizeof(narrow));
}

/* A message's header and pieces. */
static int read_message(uaddr_t from, enum word_size words,
                        struct linux_msghdr *header, struct pieces *pieces)
{
    vector_fetch *fetch = words == WORDS_64 ? vector_fetch_64 : vector_fetch_32;

    if (read_header(from, words, header) != 0) {
        return -EFAULT;
    }
    header->name_size = header->name != 0 ? header->name_size : 0;
    if (header->name_size < 0) {
        return -EINVAL;
    }
    if (header->vector_count > UIO_MAXIOV) {
        return -EMSGSIZE;
    }
    *pieces = (struct pieces){
        .vectors = header->vectors,
        .fetch = fetch,
        .count = header->vector_count,
    };
    return vectors_check(fetch, header->vectors, header->vector_count,
                         &pieces->total);
}

static int64_t send_message(struct file *file, uaddr_t from, uint32_t flags,
                            enum word_size words)
{
    struct socket_transfer transfer = transfer_of(flags);
    struct linux_msghdr header;
    int64_t result = read_message(from, words, &header, &transfer.pieces);

    if (result == 0) {
        struct message_control control = {
            .at = header.control, .size = header.control_size, .words = words};
        result = message_control_read(&control, &transfer);
    }
    if (result == 0 && header.name_size > 0) {
        int size = MIN(header.name_size, SOCKET_ADDRESS_MAX);
        result = check_address(file, header.name, size);
    }
    if (result == 0) {
        result = socket_send(file, &transfer);
    }
    socket_rights_free(transfer.rights);
    return result;
}

/* May a program of such words have FLAGS? */
static int check_flags(uint32_t flags, enum word_size words)
{
    return words == WORDS_64 && (flags & MSG_CMSG_COMPAT) != 0 ? -EINVAL : 0;
}

int64_t sys_sendmsg(int fd, uaddr_t from, uint32_t flags, enum word_size words)
{
    struct file *file;
    int error = check_flags(flags, words);

    if (error == 0) {
        error = socket_hold(fd, &file);
    }

    if (error != 0) {
        return error;
    }
    int64_t result = send_message(file, from, flags, words);
    file_release(file);
    return result;
}

/* Tells the program of TRANSFER what is not its bytes. */
static int finish(struct file *file, struct socket_transfer *transfer,
                  const struct linux_msghdr *header, uaddr_t at,
                  enum word_size words)
{
    bool closes = (transfer->flags & MSG_CMSG_CLOEXEC) != 0;
    struct message_control control = {
        .at = header->control,
        .size = header->control_size,
        .words = words,
        .flags = transfer->flags & MSG_CMSG_CLOEXEC,
    };

    message_control_write(&control, file, transfer, closes ? O_CLOEXEC : 0);
    control.flags |= transfer->is_cut ? MSG_TRUNC : 0;
    if (header->name != 0) {
        int error = address_put(NULL, 0, header->name, name_size_at(at, words));
        if (error != 0) {
            return error;
        }
    }
    uint64_t told = header->control != 0 ? control.at - header->control : 0;
    return write_header(at, words, (uint32_t)control.flags, told);
}

int64_t sys_recvmsg(int fd, uaddr_t to, uint32_t flags, enum word_size words)
{
    struct socket_transfer transfer = transfer_of(flags);
    struct linux_msghdr header;
    struct file *file;
    int error = check_flags(flags, words);

    if (error == 0) {
        error = socket_hold(fd, &file);
    }
    if (error != 0) {
        return error;
    }
    int64_t result = read_message(to, words, &header, &transfer.pieces);
    if (result == 0) {
        result = socket_receive(file, &transfer);
    }
    if (result >= 0) {
        error = finish(file, &transfer, &header, to, words);
        result = error != 0 ? error : result;
    }
    socket_rights_free(transfer.rights);
    file_release(file);
    return result;
}
