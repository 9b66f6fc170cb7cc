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
    return segment->files != 0 || (segment->mode & SHM_DEST) == 0
               ? NULL
               : "a segment that was removed goes with its last file";
}

const char *shm_validate(void)
{
    const struct shm_segment *segment;
    const struct shm_totals totals = shm_count();
    const char *rule = NULL;
    int used = 0;
    uint64_t pages = 0;

    for (unsigned i = 0;
         rule == NULL && (segment = shm_at_or_behind(&i)) != NULL; i++) {
        used++;
        pages += object_pages(segment->inode.object);
        rule = shm_index(segment->id) == i ? check_segment(segment)
                                           : "a segment is found by its id";
    }
    if (rule != NULL) {
        return rule;
    }
    return used == totals.used && pages == totals.pages
               ? NULL
               : "segments and their pages are counted";
}
