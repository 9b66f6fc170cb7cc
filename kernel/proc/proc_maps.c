/* /proc/PID/maps: the areas of an address space, as Linux 6.1 shows them
 * (fs/proc/task_mmu.c). */
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/proc/proc_priv.h"

/* The column where names begin. */
#define NAME_COLUMN 73

/* The file systems behind shared memory (kernel/file/file_mapping.h), whose
 * files no directory has, and behind huge pages. */
#define HUGE_DEVICE MAKEDEV(0, 15)

/* What an area shows. */
struct backing {
    const char *name; /* "" for none */
    uint32_t device;
    uint64_t number;
    uint64_t offset;
};

/* A file's path, made in PATH. */
static const char *path_of_file(const struct file *file, char path[PATH_MAX])
{
    return path_of(file_place(file), path) < 0 ? "" : path;
}

static const char *label_of(const struct vma *area, const struct aspace *aspace)
{
    if (area->start <= aspace->brk && area->end >= aspace->brk_start) {
        return "[heap]";
    }
    if (area->start <= aspace->stack_start &&
        area->end >= aspace->stack_start) {
        return "[stack]";
    }
    return "";
}

/* PATH is room for a name. */
static struct backing backing_of(const struct vma *area,
                                 const struct aspace *aspace,
                                 char path[PATH_MAX])
{
    if ((area->flags & AREA_HUGETLB) != 0) {
        return (struct backing){
            .name = "/anon_hugepage (deleted)",
            .device = HUGE_DEVICE,
            .offset = area->page_offset << PAGE_SHIFT,
        };
    }
    if (area->file != NULL) {
        const struct inode *inode = area->file->inode;
        bool is_named = area->file->name != NULL;
        return (struct backing){
            .name = is_named ? path_of_file(area->file, path) : inode->label,
            .device = is_named ? INODE_DEVICE : INODE_SHARED_DEVICE,
            .number = place_number(file_place(area->file)),
            .offset = area->page_offset << PAGE_SHIFT,
        };
    }
    return (struct backing){.name = label_of(area, aspace)};
}

static char right(const struct vma *area, uint32_t flag, char letter)
{
    return (area->flags & flag) != 0 ? letter : '-';
}

void proc_pad_to_name(struct seq_text *text, size_t start)
{
    int written = (int)(text->end - start);
    int padding = written < NAME_COLUMN ? NAME_COLUMN - written : 0;

    seq_print(text, "%*s", padding, "");
}

void proc_print_area(struct seq_text *text, const struct vma *area,
                     struct aspace *aspace)
{
    char path[PATH_MAX];
    struct backing backing = backing_of(area, aspace, path);
    size_t line_start = text->end;

    seq_print(text, "%08llx-%08llx %c%c%c%c %08llx %02x:%02x %llu ",
              (unsigned long long)area->start, (unsigned long long)area->end,
              right(area, AREA_READ, 'r'), right(area, AREA_WRITE, 'w'),
              right(area, AREA_EXEC, 'x'),
              (area->flags & AREA_MAY_SHARE) != 0 ? 's' : 'p',
              (unsigned long long)backing.offset, DEVICE_MAJOR(backing.device),
              DEVICE_MINOR(backing.device), (unsigned long long)backing.number);
    if (backing.name[0] != '\0') {
        proc_pad_to_name(text, line_start);
        seq_path(text, backing.name);
    }
    seq_print(text, "\n");
}

/* The key of an area is where it begins, as when the one before it was shown:
 * one that has grown since is not shown again, and one that has been merged
 * with another is. */
bool proc_area_record(struct seq_text *text, const struct process *process,
                      uint64_t *key, proc_area_printer *print)
{
    struct aspace *aspace = process->aspace;
    const struct vma *area =
        aspace == NULL ? NULL : area_find(&aspace->areas, *key);

    if (area == NULL) {
        return false;
    }
    print(text, area, aspace);
    *key = area->next == NULL ? UINT64_MAX : area->next->start;
    return true;
}

bool proc_maps(struct seq_text *text, const struct process *process,
               uint64_t *key)
{
    return proc_area_record(text, process, key, proc_print_area);
}
