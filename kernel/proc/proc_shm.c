/* /proc/sysvipc/shm, as Linux 6.1 shows it (ipc/shm.c). */
#include "kernel/proc/proc_priv.h"
#include "kernel/process.h"
#include "mm/object.h"

static void print(struct seq_text *text, const struct shm_segment *segment)
{
    seq_print(text, "%10d %10d  %4o %21llu %5d %5d  %5llu %5u %5u %5u %5u ",
              segment->key, segment->id, segment->mode,
              (unsigned long long)segment->inode.size, segment->cpid,
              segment->lpid, (unsigned long long)segment->attached,
              segment->uid, segment->gid, segment->cuid, segment->cgid);
    seq_print(
        text, "%10llu %10llu %10llu %21llu %21llu\n",
        (unsigned long long)segment->atime, (unsigned long long)segment->dtime,
        (unsigned long long)segment->ctime,
        (unsigned long long)segment->inode.object->frames << PAGE_SHIFT, 0ull);
}

/* The key of a segment is its index and 1, that of the heading 0. */
bool proc_shm(struct seq_text *text, const struct process *process,
              uint64_t *key)
{
    (void)process;
    if (*key == 0) {
        seq_print(text, "       key      shmid perms                  size  "
                        "cpid  lpid nattch   uid   gid  cuid  cgid      atime "
                        "     dtime      ctime                   rss          "
                        "        swap\n");
        *key = 1;
        return true;
    }
    unsigned index = (unsigned)MIN(*key - 1, (uint64_t)SHM_SEGMENTS_MAX);
    const struct shm_segment *segment = shm_at_or_behind(&index);
    if (segment == NULL) {
        return false;
    }
    print(text, segment);
    *key = (uint64_t)index + 2;
    return true;
}
