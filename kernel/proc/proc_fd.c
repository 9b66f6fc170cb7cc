/* fd: a link for each descriptor, to what is open there. */
#include "kernel/proc.h"

#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"

#define DIRECTORY_MODE (S_IFDIR | 0500)
#define LINK_MODE      (S_IFLNK | 0700)

/* What Linux shows of each, whatever it leads to. */
#define LINK_SIZE      64

/* So many descriptors' links have numbers from here on, which are nobody
 * else's. */
#define LINK_NUMBERS   0x80000

static const struct file_table *files_of(struct place place)
{
    const struct process *process = process_of_thread(place.pid);

    return process != NULL ? process->files : NULL;
}

static int fd_follow(struct place link, struct place *target)
{
    const struct file_table *files = files_of(link);
    const struct file *file =
        files != NULL ? file_table_find_any(files, link.number) : NULL;
    if (file == NULL) {
        return -ENOENT;
    }
    *target = file_place(file);
    return 0;
}

/* Who may read or write by the descriptor may do so by the link. */
struct proc_link proc_descriptor_link(struct place place)
{
    const struct proc_link as_it_is = {.mode = place.inode->mode,
                                       .size = place.inode->size};
    const struct file_table *files =
        place.inode->is_numbered ? files_of(place) : NULL;
    const struct file *file =
        files != NULL ? file_table_find_any(files, place.number) : NULL;

    if (file == NULL) {
        return as_it_is;
    }
    bool is_open = (file->flags & O_PATH) == 0;
    bool can_read = is_open && file_is_for_reading(file->flags);
    bool can_write = is_open && file_is_for_writing(file->flags);
    return (struct proc_link){
        .mode = S_IFLNK | (can_read ? S_IRUSR | S_IXUSR : 0) |
                (can_write ? S_IWUSR | S_IXUSR : 0),
        .size = LINK_SIZE,
    };
}

static struct place link_of(struct place directory, int fd)
{
    const struct inode *inode = directory.inode->context;
    struct place link = place_child(directory, inode->name);

    link.number = fd;
    return link;
}

/* The first that is open, at or after *INDEX. */
static int fd_list(struct place directory, uint64_t *index, struct place *found)
{
    const struct file_table *files = files_of(directory);
    bool may_be = files != NULL && *index < FILE_TABLE_MAX;
    int fd = may_be ? file_table_next(files, (int)*index) : -1;

    if (fd < 0) {
        return -ENOENT;
    }
    *index = (uint64_t)fd;
    *found = link_of(directory, fd);
    return 0;
}

static int fd_find(struct place directory, const char *name, size_t size,
                   struct place *found)
{
    const struct file_table *files = files_of(directory);
    int fd = proc_number(name, size);

    if (fd < 0 || files == NULL || file_table_find_any(files, fd) == NULL) {
        return -ENOENT;
    }
    *found = link_of(directory, fd);
    return 0;
}

/* Linux's proc_fd_permission: a process may look at its own, always. */
static int fd_permission(struct place place, const struct credentials *who,
                         int wanted)
{
    if (process_of_thread(place.pid) == process_current()) {
        return 0;
    }
    return place_permission_by_mode(place, who, wanted);
}

static const struct inode_operations directory_operations = {
    .permission = fd_permission,
    .find = fd_find,
    .list = fd_list,
};

static const struct inode_operations link_operations = {
    .follow = fd_follow,
};

void proc_add_fd(struct inode *parent)
{
    struct inode *directory = inode_create(parent, "fd", 2, DIRECTORY_MODE);

    /* Stands for all descriptors of all processes. */
    struct inode *link_inode =
        directory != NULL ? inode_create_hidden(directory, LINK_MODE) : NULL;
    if (link_inode == NULL) {
        log_error("/proc: out of memory: no descriptors");
        return;
    }
    link_inode->operations = &link_operations;
    link_inode->is_numbered = true;
    link_inode->number = LINK_NUMBERS;
    directory->operations = &directory_operations;
    directory->context = link_inode;
}
