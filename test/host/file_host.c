/* See test/host/file_host.h. */
#include "test/host/file_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/clock.h"
#include "kernel/base/random.h"
#include "kernel/file/device.h"
#include "kernel/file/fifo.h"
#include "kernel/file/permission.h"
#include "kernel/file/regular.h"
#include "kernel/lib/log.h"
#include "mm/fault_injection.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/memory.h"
#include "mm/object.h"

unsigned file_host_logged;

void log_write(enum log_level level, const char *format, ...)
{
    (void)level;
    (void)format;
    file_host_logged++;
}

bool fault_injection_strikes(void)
{
    return false;
}

/* Some inodes are never freed, so a list keeps the leak checker content. */
static struct kept {
    struct kept *next;
} * kept;

paddr_t frame_alloc(enum byte_map_owner owner)
{
    (void)owner;
    void *frame = aligned_alloc(FRAME_SIZE, FRAME_SIZE);
    struct kept *node = malloc(sizeof(*node) + sizeof(frame));
    memcpy(node + 1, &frame, sizeof(frame));
    node->next = kept;
    kept = node;
    return direct_map_address(frame);
}

uint64_t memory_total(void)
{
    return 0;
}

uint64_t clock_nanoseconds_since_1970(void)
{
    return 0;
}

void random_bytes(void *to, size_t size)
{
    memset(to, 0x5a, size);
}

static bool is_kept_in(const struct kept *node, const void *frame)
{
    return memcmp(node + 1, &frame, sizeof(frame)) == 0;
}

int frame_free(paddr_t frame)
{
    void *bytes = direct_map(frame);
    struct kept **link = &kept;

    while (!is_kept_in(*link, bytes)) {
        link = &(*link)->next;
    }
    struct kept *node = *link;
    *link = node->next;
    free(node);
    free(bytes);
    return 0;
}

/* No test maps a file. */
void object_put(struct memory_object *object)
{
    assert_null(object);
}

static const struct inode_operations console_operations;

const struct inode_operations *device_operations(uint32_t rdev)
{
    return rdev == MAKEDEV(5, 1) ? &console_operations : NULL;
}

const struct inode_operations inode_regular_operations;
const struct inode_operations fifo_operations;

struct file_owner process_file_owner(int pid, const struct inode *inode)
{
    (void)pid;
    return (struct file_owner){.uid = inode->uid, .gid = inode->gid};
}

struct inode *file_host_make(const char *path, uint32_t mode)
{
    const char *name = strrchr(path, '/');
    char *parent = strndup(path, (size_t)(name - path));
    struct inode *directory = file_host_find(parent);

    assert_non_null(directory);
    free(parent);
    return inode_create(directory, name + 1, strlen(name + 1), mode);
}

struct inode *file_host_link(const char *path, const char *target)
{
    struct inode *link = file_host_make(path, S_IFLNK | 0777);
    link->data = target;
    link->size = strlen(target);
    return link;
}

struct inode *file_host_find(const char *path)
{
    struct inode *inode = inode_root();
    while (inode != NULL && *path == '/') {
        size_t size = strcspn(path + 1, "/");
        const struct name *name = name_find(inode, path + 1, size);
        inode = name != NULL ? name->inode : NULL;
        path += size + 1;
    }
    return inode;
}

void file_host_clear(void)
{
    struct name *name;
    while ((name = name_next(inode_root(), NULL)) != NULL) {
        name_remove_tree(name);
    }
    file_host_logged = 0;
}
