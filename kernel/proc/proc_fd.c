/* /proc/PID/fd: a link for each descriptor, to what is open there. */
#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"

#define DIRECTORY_MODE (S_IFDIR | 0500)
#define LINK_MODE      (S_IFLNK | 0700)
#define NAME_SIZE      4 /* FILE_TABLE_SIZE in digits, and the zero byte */

/* A descriptor's link stands for those of all processes. */
static struct inode *links[FILE_TABLE_SIZE];
static char names[FILE_TABLE_SIZE][NAME_SIZE];

static const struct file *file_of(struct place place, size_t number)
{
    const struct process *process = process_find(place.pid);
    bool has_files = process != NULL && process->files != NULL;
    return has_files ? process->files->files[number] : NULL;
}

static size_t number_of(struct place link)
{
    const char *name = link.inode->name;
    return (size_t)(name - names[0]) / NAME_SIZE;
}

static int fd_follow(struct place link, struct place *target)
{
    const struct file *file = file_of(link, number_of(link));
    if (file == NULL) {
        return -ENOENT;
    }
    *target = file_place(file);
    return 0;
}

/* The first that is open, at or after *INDEX. */
static int fd_list(struct place directory, uint64_t *index, struct place *found)
{
    for (uint64_t i = *index; i < FILE_TABLE_SIZE; i++) {
        if (file_of(directory, i) != NULL) {
            *index = i;
            *found = place_child(directory, links[i]);
            return 0;
        }
    }
    return -ENOENT;
}

static int fd_find(struct place directory, const char *name, size_t size,
                   struct place *found)
{
    int number = proc_number(name, size);
    if (number < 0 || number >= FILE_TABLE_SIZE ||
        file_of(directory, (size_t)number) == NULL) {
        return -ENOENT;
    }
    *found = place_child(directory, links[number]);
    return 0;
}

static const struct inode_operations directory_operations = {
    .find = fd_find,
    .list = fd_list,
};

static const struct inode_operations link_operations = {
    .follow = fd_follow,
};

static struct inode *create_link(struct inode *directory, size_t number)
{
    struct inode *link = inode_create_hidden(directory, LINK_MODE);
    if (link == NULL) {
        return NULL;
    }
    link->name = names[number];
    link->name_size = (size_t)snprintf(names[number], NAME_SIZE, "%zu", number);
    link->operations = &link_operations;
    return link;
}

void proc_add_fd(struct inode *process_directory)
{
    struct inode *directory =
        inode_create(process_directory, "fd", 2, DIRECTORY_MODE);

    for (size_t i = 0; directory != NULL && i < FILE_TABLE_SIZE; i++) {
        links[i] = create_link(directory, i);
        if (links[i] == NULL) {
            log_error("/proc: out of memory: no descriptors");
            return;
        }
    }
    if (directory != NULL) {
        directory->operations = &directory_operations;
    }
}
