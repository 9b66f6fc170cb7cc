/* Open files. The names are in kernel/file/inode.h, the descriptors of a
 * process in kernel/file/file_table.h. */
#pragma once

#include "kernel/abi/fcntl.h"
#include "kernel/file/credentials.h"
#include "kernel/file/inode.h"
#include "kernel/file/seq_text.h"
#include "kernel/lib.h"

/* The most that one read or write moves: Linux's MAX_RW_COUNT. */
#define FILE_TRANSFER_MAX 0x7ffff000ull

/* What a file opened with FLAGS allows; mode 3 allows neither. */
static inline bool file_is_for_reading(int flags)
{
    int mode = flags & O_ACCMODE;
    return mode == O_RDONLY || mode == O_RDWR;
}

static inline bool file_is_for_writing(int flags)
{
    int mode = flags & O_ACCMODE;
    return mode == O_WRONLY || mode == O_RDWR;
}

/* An open file, shared by the descriptors that dup made. */
struct file {
    struct name *name; /* NULL: outside the tree */
    struct inode *inode;
    int pid;        /* with these: the file's place */
    int number;     /* the same */
    int flags;      /* O_* */
    bool is_writer; /* its inode counts it as one: opened by a name, to write */
    unsigned
        writer_openings; /* of a fifo's pipe, that this file does not see */
    uint64_t offset;
    struct name *cursor; /* of a directory that has been read: it stands before
                            what comes next, */
    uint64_t cursor_offset; /* which this leads to */
    unsigned references;
    unsigned held;           /* of them, by calls that may sleep */
    struct list all;         /* the others that are open */
    struct list epoll_items; /* that watch it: kernel/file/epoll.c */
    struct seq_text text;    /* what of it is made, if that is how it is read */
};

/* Beside O_*: it is opened to be executed, which WHO need not be allowed to
 * read it for. No program can give it. */
#define FILE_TO_EXECUTE 0x20

/* Opens PATH, which is there, for WHO, looked up from DIRECTORY when it is
 * relative. Returns 0 and a file with one reference, or -EXXX as open does. */
int file_open(const struct credentials *who, struct place directory,
              const char *path, int flags, struct file **file) MUST_CHECK;

/* The same, and with O_CREAT or O_TMPFILE it is made. */
struct file_request {
    int flags;
    uint32_t mode; /* the permissions of a new one */
};
int file_open_or_create(const struct credentials *who, struct place directory,
                        const char *path, const struct file_request *request,
                        struct file **file) MUST_CHECK;

/* A new file at PLACE with one reference, or NULL when there is no memory. What
 * it is need not be asked whether it may be opened. */
struct file *file_create(struct place place, int flags) MUST_CHECK;

struct file *file_get(struct file *file);
void file_put(struct file *file);

/* Calls that may sleep hold their file, for another thread may close it. */
static inline void file_hold(struct file *file)
{
    file->references++;
    file->held++;
}

static inline void file_release(struct file *file)
{
    file->held--;
    if (file->references > 1) {
        file->references--;
    } else {
        file_put(file);
    }
}

enum file_transfer {
    FILE_READ,
    FILE_WRITE,
};

/* The root of the tree. */
struct place file_root(void);

/* Where FILE is. */
static inline struct place file_place(const struct file *file)
{
    return (struct place){
        .name = file->name,
        .inode = file->inode,
        .pid = file->pid,
        .number = file->number,
    };
}

/* read and write at OFFSET, for files opened for it. SIZE may be anything.
 * Return the bytes moved, or -EXXX in Linux's order. */
int64_t file_read(struct file *file, uint64_t offset, uaddr_t to,
                  uint64_t size);
int64_t file_write(struct file *file, uint64_t offset, uaddr_t from,
                   uint64_t size);

/* ftruncate: FILE has SIZE bytes from now on. Returns 0, -EINVAL when it is not
 * a regular one that is open for writing, -EFBIG or -EPERM. */
int file_truncate(struct file *file, uint64_t size) MUST_CHECK;

/* truncate: the same for the regular file at PLACE. Returns also -ETXTBSY. */
int file_truncate_place(struct place place, uint64_t size) MUST_CHECK;

/* A read or write at the offset of FILE, which has one, has MOVED bytes: it
 * moves, too, and what was appended ends at the file's end. */
void file_advance(struct file *file, enum file_transfer transfer,
                  uint64_t moved);

/* Do reads and writes move the file's offset? Can it be seeked in at all? */
bool file_has_offset(const struct file *file);
bool file_can_seek(const struct file *file);

/* lseek: the new offset, or -EXXX. */
int64_t file_seek(struct file *file, int64_t offset, int whence);

/* May the running process know what of INODE is in memory (Linux's
 * can_do_mincore)? Defined by those who know processes. */
bool file_may_be_probed(const struct inode *inode);
