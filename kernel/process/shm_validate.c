/* What has to be true of the System V segments. */
#include "kernel/abi/shm.h"
#include "kernel/file.h"
#include "kernel/process/shm.h"
#include "mm/aspace.h"

static uint64_t count_files(const struct shm_segment *segment)
{
    uint64_t count = 0;

    for (const struct file *file = NULL; (file = file_next(file)) != NULL;) {
        count += shm_of(file) == segment;
    }
    return count;
}

static uint64_t count_areas(const struct shm_segment *segment)
{
    uint64_t count = 0;

    for (const struct aspace *a = NULL; (a = aspace_next(a)) != NULL;) {
        const struct vma *area = a->areas.first;
        for (; area != NULL; area = area->next) {
            count += shm_of(area->file) == segment;
        }
    }
    return count;
}

static const char *check_segment(const struct shm_segment *segment)
{
    if (segment->attached != count_areas(segment) ||
        segment->files != count_files(segment)) {
        return "a segment knows how many areas and files show it";
    }
    return segment->files != 0 || (segment->ipc.mode & SHM_DEST) == 0
               ? NULL
               : "a segment that was removed goes with its last file";
}

const char *shm_validate(void)
{
    struct ipc_object *object;
    const char *rule = ipc_validate(&shm_segments);
    uint64_t pages = 0;

    for (unsigned i = 0;
         rule == NULL && (object = ipc_at_or_behind(&shm_segments, &i)) != NULL;
         i++) {
        const struct shm_segment *segment = shm_segment_of(object);
        pages += object_pages(segment->inode.object);
        rule = check_segment(segment);
    }
    if (rule != NULL) {
        return rule;
    }
    return pages == shm_count().pages ? NULL : "pages of segments are counted";
}
