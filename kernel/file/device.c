/* The devices that are no hardware, and /dev. */
#include "kernel/file/device.h"

#include "kernel/abi/errno.h"
#include "kernel/base.h"
#include "kernel/file/file.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
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

static int64_t null_take(struct file *file, uint64_t offset, const void *from,
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
        if (thread_is_interrupted()) {
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
        if (done % PAGE_SIZE == 0 && thread_is_interrupted()) {
            break;
        }
    }
    return (int64_t)done;
}

static const struct inode_operations null_operations = {
    .seek = INODE_SEEK_ZERO,
    .read = null_read,
    .write = null_write,
    .take = null_take,
};

static const struct inode_operations zero_operations = {
    .seek = INODE_SEEK_ZERO,
    .is_zeros = true,
    .read = zero_read,
    .write = null_write,
    .take = null_take,
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
    .take = null_take,
};

static struct device own_devices[] = {
    {"null", MAKEDEV(1, 3), 0666, &null_operations, NULL},
    {"zero", MAKEDEV(1, 5), 0666, &zero_operations, NULL},
    {"full", MAKEDEV(1, 7), 0666, &full_operations, NULL},
    {"random", MAKEDEV(1, 8), 0666, &random_operations, NULL},
    {"urandom", MAKEDEV(1, 9), 0666, &random_operations, NULL},
};

static struct device *devices; /* all that are known */

void device_add(struct device *device)
{
    ASSERT(device_operations(device->rdev) == NULL);
    device->next = devices;
    devices = device;
}

const struct inode_operations *device_operations(uint32_t rdev)
{
    const struct device *device = devices;
    while (device != NULL && device->rdev != rdev) {
        device = device->next;
    }
    return device == NULL ? NULL : device->operations;
}

void device_init(void)
{
    for (size_t i = 0; i < ARRAY_COUNT(own_devices); i++) {
        device_add(&own_devices[i]);
    }
}

static void make_file(struct inode *directory, const struct device *device)
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

void device_make_files(void)
{
    static const char name[] = "dev";
    struct inode *directory =
        inode_ensure(inode_root(), name, sizeof(name) - 1, S_IFDIR | 0755);
    if (directory == NULL) {
        log_error("/dev: out of memory");
        return;
    }
    for (const struct device *d = devices; d != NULL; d = d->next) {
        make_file(directory, d);
    }
}
