/* /proc/sysvipc, as Linux 6.1 shows it (ipc/sem.c, ipc/shm.c). */
#include "kernel/proc/proc_priv.h"
#include "kernel/process.h"
#include "mm/object.h"

static void print_segment(struct seq_text *text, struct ipc_object *object)
{
    const struct shm_segment *segment = shm_segment_of(object);

    seq_print(text, "%10d %10d  %4o %21llu %5d %5d  %5llu %5u %5u %5u %5u ",
              object->key, object->id, object->mode,
              (unsigned long long)segment->inode.size, segment->cpid,
              segment->lpid, (unsigned long long)segment->attached, object->uid,
              object->gid, object->cuid, object->cgid);
    seq_print(
        text, "%10llu %10llu %10llu %21llu %21llu\n",
        (unsigned long long)segment->atime, (unsigned long long)segment->dtime,
        (unsigned long long)object->ctime,
        (unsigned long long)segment->inode.object->frames << PAGE_SHIFT, 0ull);
}

static void print_set(struct seq_text *text, struct ipc_object *object)
{
    const struct semaphore_set *set = semaphore_set_of(object);

    seq_print(text, "%10d %10d  %4o %10u %5u %5u %5u %5u %10llu %10llu\n",
              object->key, object->id, object->mode, set->count, object->uid,
              object->gid, object->cuid, object->cgid,
              (unsigned long long)set->otime,
              (unsigned long long)object->ctime);
}

/* A file: its objects, a line each behind the heading. */
struct listing {
    const struct ipc_table *table;
    const char *heading;
    void (*print)(struct seq_text *text, struct ipc_object *object);
};

/* The key of an object is its index and 1, that of the heading 0. */
static bool list(const struct listing *listing, struct seq_text *text,
                 uint64_t *key)
{
    if (*key == 0) {
        seq_print(text, "%s", listing->heading);
        *key = 1;
        return true;
    }
    unsigned index = (unsigned)MIN(*key - 1, (uint64_t)IPC_OBJECTS_MAX);
    struct ipc_object *object = ipc_at_or_behind(listing->table, &index);
    if (object == NULL) {
        return false;
    }
    listing->print(text, object);
    *key = (uint64_t)index + 2;
    return true;
}

static bool list_segments(struct seq_text *text, const struct process *process,
                          uint64_t *key)
{
    static const struct listing segments = {
        .table = &shm_segments,
        .heading = "       key      shmid perms                  size  "
                   "cpid  lpid nattch   uid   gid  cuid  cgid      atime "
                   "     dtime      ctime                   rss          "
                   "        swap\n",
        .print = print_segment,
    };

    (void)process;
    return list(&segments, text, key);
}

static bool list_sets(struct seq_text *text, const struct process *process,
                      uint64_t *key)
{
    static const struct listing sets = {
        .table = &semaphore_sets,
        .heading = "       key      semid perms      nsems   uid   gid  cuid  "
                   "cgid      otime      ctime\n",
        .print = print_set,
    };

    (void)process;
    return list(&sets, text, key);
}

const struct proc_file proc_sysvipc_files[] = {
    {.name = "sem", .record = list_sets},
    {.name = "shm", .record = list_segments},
    {.name = NULL},
};
