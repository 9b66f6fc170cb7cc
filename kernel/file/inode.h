/* Inodes: files, directories and whatever else there is to open. Names
 * (kernel/file/name.h) make a tree of them. An inode of the tree is there as
 * long as a name leads to it, be it one that its directory has lost; one
 * outside goes with the last open file.
 *
 * /proc shows one directory for each process, and all of them are the same
 * inodes: a place says which inode, and whose. So it is with the descriptors in
 * one of them.
 */
#pragma once

#include "kernel/abi/stat.h"
#include "kernel/abi/time.h"
#include "kernel/lib.h"

/* st_dev of all inodes: what Linux shows of an initramfs, its second file
 * system without a device. */
#define INODE_DEVICE        MAKEDEV(0, 2)

/* And of memory that is shared without a name. */
#define INODE_SHARED_DEVICE MAKEDEV(0, 1)

struct credentials;
struct file;
struct file_locks;
struct inode;
struct memory_object;
struct name;
struct pieces;
struct pipe;
struct poll;

/* A place that was looked up is there until the caller waits: who needs it for
 * longer counts its name (place_get). */
struct place {
    struct name *name; /* NULL: outside the tree */
    struct inode *inode;
    int pid;    /* whose, where the inode is per process; else 0 */
    int number; /* which of its places, where it has many; else 0 */
};

/* When it was read, when its bytes changed, and when it did, or they. */
struct inode_times {
    struct kernel_timespec accessed;
    struct kernel_timespec modified;
    struct kernel_timespec changed;
};

struct inode {
    struct name *name; /* the first of its own. NULL: outside the tree */
    const char *label; /* what Linux shows it by then */
    struct list names; /* a directory's, the newest first */

    uint64_t number;
    uint32_t mode;     /* type and permissions, as st_mode */
    uint32_t links;    /* how many names lead to it that are not removed; of a
                          directory also its "." and the ".." of each in it */
    uint32_t files;    /* that are open of it, with those that O_PATH opened, */
    uint32_t writers;  /* of them those opened to write, but a memfd's first, */
    uint32_t programs; /* and processes that run it: only one of both */
    uint32_t rdev;     /* of a device: MAKEDEV */
    uint32_t uid;
    uint32_t gid;
    struct inode_times times;
    bool is_per_process;
    bool is_numbered; /* has many places */
    bool is_fixed;    /* of /proc: programs make and remove no names in it */

    /* A regular file's bytes, where they are as the archive has them; once it
     * could be written, its object's are. Of a link, its target. */
    const void *data;
    size_t size;
    struct memory_object *object; /* what mappings show, once there were any */
    struct pipe *pipe;            /* a pipe's own, or an open fifo's */
    struct file_locks *locks; /* that there are on it: file_lock.h; or NULL */
    unsigned seals;           /* F_SEAL_*, of a regular file */
    bool has_own_target;      /* `data` is of kernel/file/kept_text.h */
    bool is_linkable;         /* opened by O_TMPFILE: it may get a name */
    const struct inode_operations *operations; /* NULL: none */
    const void *context; /* what the operations need beside it */
};

/* What lseek means. */
enum inode_seek {
    INODE_SEEK_NONE, /* -ESPIPE, and so do pread and pwrite */
    INODE_SEEK_DATA, /* a regular file: everything */
    INODE_SEEK_TEXT, /* SEEK_SET and SEEK_CUR alone */
    INODE_SEEK_ZERO, /* always at 0 */
    INODE_SEEK_VOID, /* the same, but pread and pwrite are -ESPIPE */
};

/* What a kind of inode can do; NULL where it can't. Buffers are a program's.
 * read and write start at OFFSET, and answer the bytes moved or -EXXX. */
struct inode_operations {
    enum inode_seek seek;
    bool is_zeros; /* mapped, it is memory of zeros without an end */
    /* Its own rule of what WHO may, of R_OK, W_OK and X_OK: 0 or -EXXX. NULL:
     * the mode's, kernel/file/permission.h. */
    int (*permission)(struct place place, const struct credentials *who,
                      int wanted);
    /* May the running process, which has the permission, open it with FLAGS?
     * 0 or -EXXX; NULL: it may. */
    int (*may_open)(const struct inode *inode, int flags);
    int64_t (*read)(struct file *file, uint64_t offset, uaddr_t to,
                    size_t size);
    int64_t (*write)(struct file *file, uint64_t offset, uaddr_t from,
                     size_t size);
    /* The same with several pieces at once; NULL: one after the other. */
    int64_t (*read_pieces)(struct file *file, struct pieces *to);
    int64_t (*write_pieces)(struct file *file, struct pieces *from);
    /* Writes bytes of the kernel's, for sendfile and the like; NULL: it takes
     * none. */
    int64_t (*take)(struct file *file, uint64_t offset, const void *from,
                    size_t size);
    /* A regular file has SIZE bytes from now on. Returns 0 or -EXXX; NULL: it
     * stays as long as it is. */
    int (*truncate)(struct inode *inode, uint64_t size);
    int64_t (*ioctl)(struct file *file, unsigned command, uaddr_t argument);
    /* What can be done now without waiting: kernel/file/poll.h. NULL: all. */
    unsigned (*poll)(struct file *file, struct poll *poll);
    /* FILE has been opened. */
    void (*opened)(struct file *file);
    /* FILE is shown by one area more, and by one less; NULL: both. */
    void (*mapped)(struct file *file);
    void (*unmapped)(struct file *file);
    /* The last reference to FILE has gone: what it has beside its inode is
     * freed. */
    void (*release)(struct file *file);
    /* No file of INODE is open any more: it is freed, if it goes then. */
    void (*end)(struct inode *inode);

    /* A directory with more than its children: the one called NAME, and the
     * first at or after *INDEX, which becomes its own. 0 or -ENOENT. */
    int (*find)(struct place directory, const char *name, size_t size,
                struct place *found);
    int (*list)(struct place directory, uint64_t *index, struct place *found);

    /* A link without a text of its own: where it leads, and its text (NULL:
     * the path of where it leads). The text's length, or -EXXX. */
    int (*follow)(struct place link, struct place *target);
    int64_t (*read_link)(struct place link, char *text, size_t size);
};

/* What a directory is long, as on Linux's tmpfs: so much for each name, with
 * its
 * "." and "..". */
#define DIRECTORY_NAME_SIZE 20u

/* TYPE is one of S_IF*. */
static inline bool inode_is(const struct inode *inode, uint32_t type)
{
    return (inode->mode & S_IFMT) == type;
}

/* /dev/zero, under whatever name. */
static inline bool inode_is_zeros(const struct inode *inode)
{
    return inode->operations != NULL && inode->operations->is_zeros;
}

/* Is INODE told of each area that shows it? */
static inline bool inode_counts_areas(const struct inode *inode)
{
    return inode->operations != NULL && inode->operations->mapped != NULL;
}

/* The root of the tree. */
struct inode *inode_root(void);

/* Makes INODE one outside the tree that Linux shows by LABEL alone: what is
 * open has no type, and can't be opened anew. */
void inode_init_anonymous(struct inode *inode, const char *label,
                          const struct inode_operations *operations);
int inode_may_not_open(const struct inode *inode, int flags); /* -ENXIO */

/* INODE does what its type and, of a device, its number says. */
void inode_set_operations(struct inode *inode);

/* A number for an inode that is outside the tree. */
uint64_t inode_next_number(void);

/* All times of INODE are now. */
void inode_begin_times(struct inode *inode);

/* Makes an inode that is called NAME in DIRECTORY. Returns NULL when there is
 * no memory. */
struct inode *inode_create(struct inode *directory, const char *name,
                           size_t size, uint32_t mode);

/* The same, but what is called so and is of the type in MODE is left as it was.
 * Of another type it goes, with what is below. */
struct inode *inode_ensure(struct inode *directory, const char *name,
                           size_t size, uint32_t mode);

/* An inode that no directory lists, in DIRECTORY all the same, for ever. */
struct inode *inode_create_hidden(struct inode *directory, uint32_t mode);

/* For the last name of INODE, of which nothing is open. */
void inode_free(struct inode *inode);
