/* The devices that are no hardware, and /dev. */
#include "kernel/file/device.h"

#include "kernel/abi/errno.h"
#include "kernel/base/random.h"
#include "kernel/file/file.h"
#include "kernel/file/kmsg.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "kernel/lib/string.h"
#include "kernel/process/long_call.h"
#include "kernel/terminal/terminal_file.h"
#include "mm/user_copy.h"

#define RANDOM_PIECE 256

static int64_t null_read(struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    (void)file, (void)offset, (void)to, (void)size;
    return 0;
}

static int64_t null_write(struct file *file, uint64_t offset, uaddr_t from,
                          size_t size)
{
    (void)file, (void)offset, (void)from;
    return (int64_t)size;
}

static int64_t full_write(struct file *file, uint64_t offset, uaddr_t from,
                          size_t size)
{
    (void)file, (void)offset, (void)from, (void)size;
    return -ENOSPC;
}

static int64_t zero_read(struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    (void)file, (void)offset;
    static const char zeros[PAGE_SIZE];
    size_t done = 0;

    while (done < size) {
        size_t piece = MIN(sizeof(zeros), size - done);
        size_t copied = copy_to_user_partly(to + done, zeros, piece);
        done += copied;
        if (copied < piece) {
            return done == 0 ? -EFAULT : (int64_t)done;
        }
        if (long_call_is_interrupted()) {
            break;
        }
    }
    return (int64_t)done;
}

static int64_t random_read(struct file *file, uint64_t offset, uaddr_t to,
                           size_t size)
{
    (void)file, (void)offset;
    char bytes[RANDOM_PIECE];
    size_t done = 0;

    while (done < size) {
        size_t piece = MIN(sizeof(bytes), size - done);
        random_bytes(bytes, piece);
        size_t copied = copy_to_user_partly(to + done, bytes, piece);
        done += copied;
        if (copied < piece) {
            return done == 0 ? -EFAULT : (int64_t)done;
        }
        if (done % PAGE_SIZE == 0 && long_call_is_interrupted()) {
            break;
        }
    }
    return (int64_t)done;
}

static const struct inode_operations null_operations = {
    .seek = INODE_SEEK_ZERO,
    .read = null_read,
    .write = null_write,
};

static const struct inode_operations zero_operations = {
    .seek = INODE_SEEK_ZERO,
    .is_zeros = true,
    .read = zero_read,
    .write = null_write,
};

static const struct inode_operations full_operations = {
    .seek = INODE_SEEK_ZERO,
    .read = zero_read,
    .write = full_write,
};

/* What is written is mixed into nothing. */
static const struct inode_operations random_operations = {
    .seek = INODE_SEEK_ZERO,
    .read = random_read,
    .write = null_write,
};

/* Linux's numbers (Documentation/admin-guide/devices.txt) and rights. */
static const struct device {
    const char *name;
    uint32_t rdev;
    uint32_t permissions;
    const struct inode_operations *operations;
} devices[] = {
    {"null", MAKEDEV(1, 3), 0666, &null_operations},
    {"zero", MAKEDEV(1, 5), 0666, &zero_operations},
    {"full", MAKEDEV(1, 7), 0666, &full_operations},
    {"random", MAKEDEV(1, 8), 0666, &random_operations},
    {"urandom", MAKEDEV(1, 9), 0666, &random_operations},
    {"kmsg", MAKEDEV(1, 11), 0644, &kmsg_operations},
    {"tty", MAKEDEV(5, 0), 0666, &terminal_file_operations},
    {"console", MAKEDEV(5, 1), 0600, &terminal_file_operations},
};

const struct inode_operations *device_operations(uint32_t rdev)
{
    for (size_t i = 0; i < ARRAY_COUNT(devices); i++) {
        if (devices[i].rdev == rdev) {
            return devices[i].operations;
        }
    }
    return NULL;
}

static void add_device(struct inode *directory, const struct device *device)
{
    size_t size = strlen(device->name);
    uint32_t mode = S_IFCHR | device->permissions;
    struct inode *inode = inode_ensure(directory, device->name, size, mode);
    if (inode == NULL) {
        log_error("/dev/%s: out of memory", device->name);
        return;
    }
    inode->rdev = device->rdev;
    inode->operations = device->operations;
}

void device_init(void)
{
    static const char name[] = "dev";
    struct inode *directory =
        inode_ensure(inode_root(), name, sizeof(name) - 1, S_IFDIR | 0755);
    if (directory == NULL) {
        log_error("/dev: out of memory");
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(devices); i++) {
        add_device(directory, &devices[i]);
    }
}
