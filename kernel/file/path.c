/* Lookup as Linux does it (Documentation/filesystems/path-lookup.rst), but
 * for permissions: every program is root, who may search any directory. */
#include "kernel/file/path.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/lib.h"

/* What is still to be walked: a part of the path, or of a link's text. */
struct rest {
    const char *text;
    size_t size;
};

/* One lookup. The rest that comes next is the last of `rests`; none is empty.
 */
struct walk {
    struct place at;
    unsigned flags; /* PATH_* */
    unsigned links; /* that were followed */
    struct rest rests[PATH_LINKS_MAX + 1];
    unsigned depth;
};

/* One name of a path. */
struct name {
    const char *text;
    size_t size;
    bool has_slash; /* and nothing else behind it */
    bool is_last;
};

static struct place root_place(void)
{
    return (struct place){.inode = inode_root()};
}

/* The process is the same, if any. */
struct place place_child(struct place place, const struct inode *child)
{
    int pid = child->is_per_process ? place.pid : 0;
    return (struct place){.inode = child, .pid = pid};
}

struct place place_parent(struct place place)
{
    return place_child(place, place.inode->parent);
}

static bool is_name(const struct name *name, const char *text)
{
    return name->size == strlen(text) &&
           memcmp(name->text, text, name->size) == 0;
}

static bool is_dots(const struct name *name)
{
    return is_name(name, ".") || is_name(name, "..");
}

/* Finds NAME in the directory AT. */
static int find_in(struct place at, const struct name *name,
                   struct place *found)
{
    const struct inode_operations *operations = at.inode->operations;

    if (is_dots(name)) {
        *found = is_name(name, ".") ? at : place_parent(at);
        return 0;
    }
    if (name->size > NAME_MAX) {
        return -ENAMETOOLONG;
    }
    const struct inode *child = inode_child(at.inode, name->text, name->size);
    if (child != NULL) {
        *found = place_child(at, child);
        return 0;
    }
    if (operations == NULL || operations->find == NULL) {
        return -ENOENT;
    }
    return operations->find(at, name->text, name->size, found);
}

static size_t skip_slashes(const char *path, size_t size, size_t at)
{
    while (at < size && path[at] == '/') {
        at++;
    }
    return at;
}

/* Goes on with PATH before all other rests. */
static void push_rest(struct walk *walk, const char *path, size_t size)
{
    size_t start = skip_slashes(path, size, 0);
    if (start > 0) {
        walk->at = root_place();
    }
    if (start < size) {
        ASSERT_CMP(walk->depth, <, ARRAY_COUNT(walk->rests));
        walk->rests[walk->depth++] = (struct rest){path + start, size - start};
    }
}

/* Takes the next name off the rests. Slashes at the end are as good as "/.":
 * what they follow must be a directory, and links lead there. */
static struct name next_name(struct walk *walk)
{
    struct rest *rest = &walk->rests[walk->depth - 1];
    size_t size = 0;
    while (size < rest->size && rest->text[size] != '/') {
        size++;
    }
    size_t next = skip_slashes(rest->text, rest->size, size);
    struct name name = {.text = rest->text, .size = size};

    if (next < rest->size) {
        *rest = (struct rest){rest->text + next, rest->size - next};
    } else if (next > size) {
        *rest = (struct rest){".", 1};
        name.has_slash = walk->depth == 1;
    } else {
        walk->depth--;
        name.is_last = walk->depth == 0;
    }
    return name;
}

/* Goes on where LINK leads; walk->at is the directory that has it. */
static int walk_link(struct walk *walk, struct place link)
{
    const struct inode *inode = link.inode;

    if (++walk->links > PATH_LINKS_MAX) {
        return -ELOOP;
    }
    if (inode->operations != NULL && inode->operations->follow != NULL) {
        return inode->operations->follow(link, &walk->at);
    }
    if (inode->size == 0) {
        return -ENOENT;
    }
    push_rest(walk, inode->data, inode->size);
    return 0;
}

static int walk_name(struct walk *walk, const struct name *name)
{
    bool is_created = (walk->flags & PATH_CREATE) != 0;
    bool is_followed = !name->is_last || (walk->flags & PATH_FOLLOW) != 0;
    struct place found;

    if (!inode_is(walk->at.inode, S_IFDIR)) {
        return -ENOTDIR;
    }
    if (is_created && name->has_slash && !is_dots(name)) {
        return -EISDIR;
    }
    int error = find_in(walk->at, name, &found);
    if (error != 0) {
        bool is_new = error == -ENOENT && is_created && name->is_last;
        return is_new ? -EROFS : error;
    }
    if (inode_is(found.inode, S_IFLNK) && is_followed) {
        return walk_link(walk, found);
    }
    walk->at = found;
    return 0;
}

static int walk_all(struct walk *walk)
{
    while (walk->depth > 0) {
        struct name name = next_name(walk);
        int error = walk_name(walk, &name);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

int path_find(struct place directory, const char *path, unsigned flags,
              struct place *found)
{
    struct walk walk = {.at = directory, .flags = flags};
    size_t size = strlen(path);

    if (size == 0) {
        return -ENOENT;
    }
    if (size >= PATH_MAX) {
        return -ENAMETOOLONG;
    }
    push_rest(&walk, path, size);
    int error = walk_all(&walk);
    if (error == 0) {
        *found = walk.at;
    }
    return error;
}

int path_follow(struct place link, struct place *target)
{
    struct walk walk = {.at = place_parent(link), .flags = PATH_FOLLOW};
    int error = walk_link(&walk, link);
    if (error == 0) {
        error = walk_all(&walk);
    }
    if (error == 0) {
        *target = walk.at;
    }
    return error;
}

/* The directory of a process has no name but its number, nor has a descriptor.
 */
size_t place_name(struct place place, char text[PLACE_NAME_MAX],
                  const char **name)
{
    if (place.inode->name != NULL) {
        *name = place.inode->name;
        return place.inode->name_size;
    }
    *name = text;
    return (size_t)snprintf(text, PLACE_NAME_MAX, "%d",
                            place.inode->is_numbered ? place.number
                                                     : place.pid);
}

/* As Linux calls what is outside the tree: "pipe:[12]",
 * "anon_inode:[eventfd]", "/memfd:name (deleted)". */
static int64_t path_outside(const struct inode *inode, char *text)
{
    if ((inode->mode & S_IFMT) == 0 || inode_is(inode, S_IFREG)) {
        return snprintf(text, PATH_MAX, "%s", inode->name);
    }
    return snprintf(text, PATH_MAX, "%s:[%llu]", inode->name,
                    (unsigned long long)inode->number);
}

int64_t path_of(struct place place, char *text)
{
    size_t start = PATH_MAX - 1; /* the path is made from its end */
    char number[PLACE_NAME_MAX];
    const char *name;

    if (place.inode->parent == NULL) {
        return path_outside(place.inode, text);
    }
    while (place.inode != inode_root()) {
        size_t size = place_name(place, number, &name);
        if (size + 1 > start) {
            return -ENAMETOOLONG;
        }
        start -= size + 1;
        text[start] = '/';
        memcpy(text + start + 1, name, size);
        place = place_parent(place);
    }
    if (start == PATH_MAX - 1) {
        text[--start] = '/';
    }
    size_t length = PATH_MAX - 1 - start;
    memmove(text, text + start, length);
    text[length] = '\0';
    return (int64_t)length;
}
