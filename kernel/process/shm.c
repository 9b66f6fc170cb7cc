/* System V shared memory: the table of segments, and what becomes of them. */
#include "kernel/process/shm.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/shm.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "mm/object_cache.h"

struct shm_settings shm_settings = {
    .size_max = UINT64_MAX - (1ull << 24),
    .pages_max = UINT64_MAX - (1ull << 24),
    .count_max = SHM_SEGMENTS,
};

static struct object_cache cache = OBJECT_CACHE(cache, struct shm_segment);

struct ipc_table shm_segments;
static uint64_t pages; /* that all have by their sizes */

static uint64_t pages_of(const struct shm_segment *segment)
{
    return object_pages(segment->inode.object);
}

static void destroy(struct shm_segment *segment)
{
    ipc_remove(&shm_segments, &segment->ipc);
    pages -= pages_of(segment);
    object_put(segment->inode.object);
    object_free(&cache, segment);
}

static struct shm_segment *of(const struct file *file)
{
    return list_entry(file->inode, struct shm_segment, inode);
}

static void mapped(struct file *file)
{
    struct shm_segment *segment = of(file);

    segment->attached++;
    segment->atime = (int64_t)clock_seconds_since_1970();
    segment->lpid = process_current()->pid;
}

static void unmapped(struct file *file)
{
    struct shm_segment *segment = of(file);

    segment->attached--;
    segment->dtime = (int64_t)clock_seconds_since_1970();
    segment->lpid = process_current()->pid;
}

static void release(struct file *file)
{
    struct shm_segment *segment = of(file);

    segment->files--;
    if (segment->files == 0 && (segment->ipc.mode & SHM_DEST) != 0) {
        destroy(segment);
    }
}

static const struct inode_operations operations = {
    .mapped = mapped,
    .unmapped = unmapped,
    .release = release,
};

struct shm_totals shm_count(void)
{
    struct shm_totals totals = {(int)shm_segments.used, pages, 0};
    struct ipc_object *object;

    for (unsigned i = 0; (object = ipc_at_or_behind(&shm_segments, &i)) != NULL;
         i++) {
        totals.frames += shm_segment_of(object)->inode.object->frames;
    }
    return totals;
}

/* The rules of Linux's newseg, in its order. */
static int check_size(uint64_t size, int flags)
{
    uint64_t more = align_up(size, PAGE_SIZE) >> PAGE_SHIFT;

    if (size == 0 || size > shm_settings.size_max) {
        return -EINVAL;
    }
    if (more << PAGE_SHIFT < size || pages + more < pages ||
        pages + more > shm_settings.pages_max) {
        return -ENOSPC;
    }
    if (size > INT64_MAX) {
        return -EINVAL; /* as for any file */
    }
    bool is_promised = (flags & SHM_NORESERVE) != 0 && aspace_unreserved() != 0;
    bool has_memory =
        is_promised ||
        aspace_may_promise(process_current()->aspace, AREA_ACCOUNT, more);
    if (!has_memory || (flags & SHM_HUGETLB) != 0) {
        return -ENOMEM; /* there are no segments of large pages */
    }
    return 0;
}

static void init(struct shm_segment *segment, struct memory_object *object,
                 uint64_t size)
{
    segment->cpid = process_current()->pid;
    snprintf(segment->name, sizeof(segment->name), "/SYSV%08x (deleted)",
             (unsigned)segment->ipc.key);
    segment->inode.label = segment->name;
    segment->inode.number = (uint64_t)segment->ipc.id;
    segment->inode.mode = S_IFREG | segment->ipc.mode;
    segment->inode.operations = &operations;
    segment->inode.object = object;
    segment->inode.size = size;
}

int shm_create(int32_t key, uint64_t size, int flags,
               struct shm_segment **created)
{
    int error = check_size(size, flags);

    if (error != 0) {
        return error;
    }
    struct shm_segment *segment = object_alloc(&cache);
    if (segment == NULL) {
        return -ENOMEM;
    }
    struct memory_object *object = object_create(size, NULL);
    if (object == NULL) {
        object_free(&cache, segment);
        return -ENOMEM;
    }
    error = ipc_insert(&shm_segments, &segment->ipc, key, flags,
                       shm_settings.count_max);
    if (error != 0) {
        object_put(object);
        object_free(&cache, segment);
        return error;
    }
    init(segment, object, size);
    pages += pages_of(segment);
    *created = segment;
    return 0;
}

void shm_remove(struct shm_segment *segment)
{
    if (segment->files == 0) {
        destroy(segment);
        return;
    }
    segment->ipc.mode |= SHM_DEST;
    segment->ipc.key = IPC_PRIVATE;
}

struct file *shm_open(struct shm_segment *segment, int flags)
{
    struct place place = {.inode = &segment->inode};
    struct file *file = file_create(place, flags);

    if (file != NULL) {
        segment->files++;
    }
    return file;
}

struct shm_segment *shm_of(const struct file *file)
{
    bool is_segment = file != NULL && file->inode->operations == &operations;

    return is_segment ? of(file) : NULL;
}
