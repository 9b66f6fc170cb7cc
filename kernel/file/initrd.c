/* Fills the tree of names from cpio archives, as Linux's init/initramfs.c does
 * for its initramfs: a later entry replaces an earlier one, but a directory
 * keeps what is in it and is never replaced. */
#include "kernel/file/initrd.h"

#include "kernel/abi/errno.h"
#include "kernel/file/cpio.h"
#include "kernel/file/initrd_links.h"
#include "kernel/file/inode.h"
#include "kernel/file/path.h"
#include "kernel/lib.h"

#define DIRECTORY_MODE (S_IFDIR | 0755)
#define PROGRAM_MODE   (S_IFREG | 0755)
#define CPIO_MAGIC     "07070" /* and a 1 or a 2 */

/* The part of a path up to a slash. */
struct part {
    const char *text;
    size_t size;
};

/* The directory that the link NAME leads to, or NULL. */
static struct inode *linked_directory(struct name *name)
{
    struct place target;
    int error = path_follow(&credentials_of_kernel, name_place(name), &target);
    if (error != 0 || !inode_is(target.inode, S_IFDIR)) {
        return NULL;
    }
    return target.inode;
}

/* The directory called PART in DIRECTORY, made if there is nothing by that
 * name. Returns 0, -ENOTDIR or -ENOMEM. */
static int enter(struct inode **directory, const struct part *part)
{
    struct name *name = name_find(*directory, part->text, part->size);
    struct inode *child = name != NULL ? name->inode : NULL;

    if (child == NULL) {
        child =
            inode_create(*directory, part->text, part->size, DIRECTORY_MODE);
        if (child == NULL) {
            return -ENOMEM;
        }
    } else if (inode_is(child, S_IFLNK)) {
        child = linked_directory(name);
    }
    if (child == NULL || !inode_is(child, S_IFDIR)) {
        return -ENOTDIR;
    }
    *directory = child;
    return 0;
}

static bool is_part(const struct part *part, const char *text)
{
    return part->size == strlen(text) &&
           memcmp(part->text, text, part->size) == 0;
}

static int step(struct inode **directory, const struct part *part)
{
    if (part->size == 0 || is_part(part, ".")) {
        return 0;
    }
    if (is_part(part, "..")) {
        *directory = (*directory)->name->directory;
        return 0;
    }
    return enter(directory, part);
}

/* Walks to the directory in which PATH is, making what is missing. Sets LAST
 * to the last name, which may be empty. */
static int find_parent(const char *path, struct inode **directory,
                       struct part *last)
{
    const char *slash;

    *directory = inode_root();
    while ((slash = strchr(path, '/')) != NULL) {
        struct part part = {path, (size_t)(slash - path)};
        int error = step(directory, &part);
        if (error != 0) {
            return error;
        }
        path = slash + 1;
    }
    *last = (struct part){path, strlen(path)};
    return 0;
}

static bool is_directory_name(const struct part *part)
{
    return part->size == 0 || is_part(part, ".") || is_part(part, "..");
}

static bool has_data(const struct cpio_entry *entry)
{
    uint32_t type = entry->mode & S_IFMT;
    return type == S_IFREG || type == S_IFLNK;
}

/* Of several entries for one file, the last says what it is. */
static void fill(struct inode *inode, const struct cpio_entry *entry)
{
    inode->mode = entry->mode;
    inode->uid = entry->uid;
    inode->gid = entry->gid;
    const struct kernel_timespec time = {.tv_sec = entry->mtime};
    inode->times = (struct inode_times){time, time, time};
    if (!has_data(entry)) {
        inode->rdev = MAKEDEV(entry->rdev_major, entry->rdev_minor);
    } else if (inode->data == NULL || entry->size > 0) {
        inode->data = entry->data;
        inode->size = entry->size;
    }
    inode_set_operations(inode);
}

static bool has_links(const struct cpio_entry *entry)
{
    return entry->nlink > 1 && (entry->mode & S_IFMT) == S_IFREG;
}

/* The file of ENTRY is called PART in DIRECTORY, which has nothing so called.
 * It may have another name already. Returns it, or NULL without memory. */
static struct inode *name_file(struct inode *directory, const struct part *part,
                               const struct cpio_entry *entry, unsigned archive)
{
    struct inode *inode = initrd_links_find(entry, archive);

    if (inode != NULL) {
        return name_create(directory, part->text, part->size, inode) != NULL
                   ? inode
                   : NULL;
    }
    inode = inode_create(directory, part->text, part->size, entry->mode);
    return inode != NULL && initrd_links_add(inode, entry, archive) == 0 ? inode
                                                                         : NULL;
}

static int add_entry(const struct cpio_entry *entry, unsigned archive)
{
    struct inode *directory;
    struct part last;
    int error = find_parent(entry->name, &directory, &last);
    if (error != 0) {
        return error;
    }
    if (is_directory_name(&last)) {
        return (entry->mode & S_IFMT) == S_IFDIR ? 0 : -EISDIR;
    }
    struct name *old = name_find(directory, last.text, last.size);
    bool is_directory = (entry->mode & S_IFMT) == S_IFDIR;
    if (old != NULL && inode_is(old->inode, S_IFDIR) && !is_directory) {
        return -EISDIR;
    }
    if (old != NULL && !is_directory) {
        name_remove_tree(old);
    }
    struct inode *inode =
        has_links(entry)
            ? name_file(directory, &last, entry, archive)
            : inode_ensure(directory, last.text, last.size, entry->mode);
    if (inode == NULL) {
        return -ENOMEM;
    }
    fill(inode, entry);
    return 0;
}

/* What can't be placed is left out, as on Linux; only memory ends it. */
static int add_all(struct cpio_reader *reader)
{
    struct cpio_entry entry;
    int result;

    while ((result = cpio_next(reader, &entry)) == 1) {
        int error = add_entry(&entry, reader->trailers);
        if (error == -ENOMEM) {
            return error;
        }
        if (error != 0) {
            log_warn("initrd: %s is left out: a file and a directory would "
                     "have the same name",
                     entry.name);
        }
    }
    return result;
}

int initrd_init(const void *archive, size_t size)
{
    struct cpio_reader reader;

    cpio_open(&reader, archive, size);
    int error = add_all(&reader);
    initrd_links_finish();
    if (error == -EINVAL) {
        log_error("initrd: damaged at byte %zu of %zu: %s", reader.error_offset,
                  size, reader.why);
    }
    return error;
}

bool initrd_is_archive(const void *data, size_t size)
{
    size_t length = strlen(CPIO_MAGIC);
    return size > length && memcmp(data, CPIO_MAGIC, length) == 0;
}

/* The last name of the module's command line, whose first word is its path. */
static struct part basename_of(const char *name)
{
    const char *start = name;
    const char *end = name;

    while (*end != '\0' && *end != ' ') {
        if (*end == '/') {
            start = end + 1;
        }
        end++;
    }
    return (struct part){start, (size_t)(end - start)};
}

int initrd_add_file(const char *name, const void *data, size_t size)
{
    struct part base = basename_of(name);
    if (is_directory_name(&base)) {
        return -EINVAL;
    }
    struct name *old = name_find(inode_root(), base.text, base.size);
    if (old != NULL) {
        name_remove_tree(old); /* and not the file, which may have others */
    }
    struct inode *inode =
        inode_create(inode_root(), base.text, base.size, PROGRAM_MODE);
    if (inode == NULL) {
        return -ENOMEM;
    }
    inode->data = data;
    inode->size = size;
    inode_set_operations(inode);
    return 0;
}
