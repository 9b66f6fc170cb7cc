/* shmget, shmat and shmdt. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/shm.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/mmap.h"
#include "mm/user_copy.h"

int64_t sys_shmget(int key, uint64_t size, int flags)
{
    struct ipc_object *object;
    struct shm_segment *segment;
    int error = ipc_look_up(&shm_segments, key, flags, &object);

    if (error == 0 && object == NULL) {
        error = shm_create(key, size, flags, &segment);
        return error != 0 ? error : segment->ipc.id;
    }
    if (error != 0) {
        return error;
    }
    if (size > shm_segment_of(object)->inode.size) {
        return -EINVAL;
    }
    return ipc_may(object, (uint32_t)flags) ? object->id : -EACCES;
}

/* Where SHM_RND and SHM_REMAP put it: 0, and 0 for anywhere, or -EINVAL. */
static int round_address(uaddr_t *address, int flags)
{
    if (!is_aligned(*address, PAGE_SIZE) && (flags & SHM_RND) == 0) {
        return -EINVAL;
    }
    *address = align_down(*address, PAGE_SIZE);
    return *address == 0 && (flags & SHM_REMAP) != 0 ? -EINVAL : 0;
}

static uint32_t wanted_by(int flags)
{
    return IPC_MAY_READ | ((flags & SHM_RDONLY) != 0 ? 0 : IPC_MAY_WRITE) |
           ((flags & SHM_EXEC) != 0 ? IPC_MAY_EXEC : 0);
}

/* Is [start, start + size) as a program may have it, and free? */
static bool is_free(uaddr_t start, uint64_t size)
{
    struct area_tree *areas = &process_current()->aspace->areas;

    return start + size >= start &&
           area_find_overlap(areas, start, start + size) == NULL;
}

static int64_t map(struct shm_segment *segment, struct mmap *m, int flags)
{
    bool is_read_only = (flags & SHM_RDONLY) != 0;

    m->length = segment->inode.size;
    m->prot = PROT_READ | (is_read_only ? 0 : PROT_WRITE) |
              ((flags & SHM_EXEC) != 0 ? PROT_EXEC : 0);
    m->file = shm_open(segment, is_read_only ? O_RDONLY : O_RDWR);
    if (m->file == NULL) {
        return -ENOMEM;
    }
    int64_t result = mmap_place(m);
    file_put(m->file);
    return result;
}

static int64_t attach(int id, uaddr_t address, int flags, unsigned placement)
{
    bool is_placed = address != 0;
    struct ipc_object *object;

    int error = id < 0 ? -EINVAL : round_address(&address, flags);
    if (error == 0) {
        error = ipc_find(&shm_segments, id, &object);
    }
    if (error != 0) {
        return error;
    }
    if (!ipc_may(object, wanted_by(flags))) {
        return -EACCES;
    }
    struct shm_segment *segment = shm_segment_of(object);
    if (address != 0 && (flags & SHM_REMAP) == 0 &&
        !is_free(address, segment->inode.size)) {
        return -EINVAL;
    }
    struct mmap m = {
        .address = address,
        .flags = MAP_SHARED | (is_placed ? MAP_FIXED : 0),
        .placement = placement,
    };
    return map(segment, &m, flags);
}

int64_t sys_shmat(int id, uaddr_t address, int flags)
{
    return attach(id, address, flags, 0);
}

int64_t sys_shmat_32(int id, uaddr_t address, int flags)
{
    return attach(id, address, flags, ASPACE_COMPAT);
}

/* Does AREA show a segment that was attached at ADDRESS? */
static bool is_part(const struct vma *area, uaddr_t address)
{
    return shm_of(area->file) != NULL &&
           (area->start - address) >> PAGE_SHIFT == area->page_offset;
}

/* What is left there of what was attached at ADDRESS goes. */
int64_t sys_shmdt(uaddr_t address)
{
    struct aspace *aspace = process_current()->aspace;
    const struct vma *area = area_find(&aspace->areas, address);

    if (!is_aligned(address, PAGE_SIZE)) {
        return -EINVAL;
    }
    while (area != NULL && !is_part(area, address)) {
        area = area->next;
    }
    if (area == NULL) {
        return -EINVAL;
    }
    struct file *file = file_get(area->file);
    uint64_t size = align_up(file->inode->size, PAGE_SIZE);
    do {
        uaddr_t end = area->end;
        if (area->file == file && is_part(area, address)) {
            (void)aspace_unmap(aspace, area->start, end - area->start);
        }
        area = area_find(&aspace->areas, end);
    } while (area != NULL && area->end - address <= size);
    file_put(file);
    return 0;
}
