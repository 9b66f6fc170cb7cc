/* Lookup as Linux does it (Documentation/filesystems/path-lookup.rst). */
#include "kernel/file/path.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/permission.h"
#include "kernel/lib.h"

/* What is still to be walked: a part of the path, or of a link's text. */
struct rest {
    const char *text;
    size_t size;
};

/* What is wanted of the last name. */
enum walk_goal {
    WALK_FIND,
    WALK_FIND_OR_END, /* for O_CREAT */
    WALK_END,
};

/* One lookup. The rest that comes next is the last of `rests`; none is empty.
 */
struct walk {
    const struct credentials *who; /* searches */
    struct place at;
    enum walk_goal goal;
    struct path_end end; /* once it was reached, and is wanted */
    unsigned flags;      /* PATH_* */
    unsigned links;      /* that were followed */
    struct rest rests[PATH_LINKS_MAX + 1];
    unsigned depth;
};

/* One name of a path. */
struct part {
    const char *text;
    size_t size;
    bool has_slash; /* and nothing else behind it */
    bool is_last;
};

/* The process is the same, if any. */
struct place place_child(struct place place, struct name *child)
{
    return (struct place){
        .name = child,
        .inode = child->inode,
        .pid = child->inode->is_per_process ? place.pid : 0,
    };
}

struct place place_parent(struct place place)
{
    return place_child(place, place.name->directory->name);
}

static bool is_part(const struct part *part, const char *text)
{
    return part->size == strlen(text) &&
           memcmp(part->text, text, part->size) == 0;
}

static bool is_dots(const struct part *part)
{
    return is_part(part, ".") || is_part(part, "..");
}

/* Finds PART in the directory AT. */
static int find_in(struct place at, const struct part *part,
                   struct place *found)
{
    const struct inode_operations *operations = at.inode->operations;

    if (is_dots(part)) {
        *found = is_part(part, ".") ? at : place_parent(at);
        return 0;
    }
    if (part->size > NAME_MAX) {
        return -ENAMETOOLONG;
    }
    struct name *name = name_find(at.inode, part->text, part->size);
    if (name != NULL) {
        *found = place_child(at, name);
        return 0;
    }
    if (operations == NULL || operations->find == NULL) {
        return -ENOENT;
    }
    return operations->find(at, part->text, part->size, found);
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
        walk->at = name_place(inode_root()->name);
    }
    if (start < size) {
        ASSERT_CMP(walk->depth, <, ARRAY_COUNT(walk->rests));
        walk->rests[walk->depth++] = (struct rest){path + start, size - start};
    }
}

/* Takes the next name off the rests. Slashes at the end are as good as "/.":
 * what they follow must be a directory, and links lead there. */
static struct part next_part(struct walk *walk)
{
    struct rest *rest = &walk->rests[walk->depth - 1];
    size_t size = 0;
    while (size < rest->size && rest->text[size] != '/') {
        size++;
    }
    size_t next = skip_slashes(rest->text, rest->size, size);
    struct part part = {.text = rest->text, .size = size};

    if (next < rest->size) {
        *rest = (struct rest){rest->text + next, rest->size - next};
    } else if (next > size) {
        *rest = (struct rest){".", 1};
        part.has_slash = walk->depth == 1;
    } else {
        walk->depth--;
        part.is_last = walk->depth == 0;
    }
    return part;
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

static void end_at(struct walk *walk, const struct part *part)
{
    walk->end = (struct path_end){
        .directory = walk->at,
        .text = part->text,
        .size = part->size,
        .has_slash = part->has_slash,
    };
    walk->depth = 0;
}

/* Debian's fs.protected_symlinks: in a sticky directory that all may write, the
 * last link of a path leads only its owner, or where the directory's has put
 * it. */
static bool may_follow_last(const struct walk *walk, const struct inode *link)
{
    const uint32_t for_all = S_ISVTX | S_IWOTH;
    const struct inode *directory = walk->at.inode;

    return (directory->mode & for_all) != for_all || link->is_per_process ||
           walk->who->user.file == link->uid || directory->uid == link->uid;
}

static int walk_part(struct walk *walk, const struct part *part)
{
    bool is_followed = !part->is_last || (walk->flags & PATH_FOLLOW) != 0;
    struct place found;

    if (!inode_is(walk->at.inode, S_IFDIR)) {
        return -ENOTDIR;
    }
    int error = place_permission(walk->at, walk->who, X_OK);
    if (error != 0) {
        return error;
    }
    if (walk->goal == WALK_END && (part->is_last || part->has_slash)) {
        end_at(walk, part);
        return 0;
    }
    if (walk->goal == WALK_FIND_OR_END && part->has_slash && !is_dots(part)) {
        return -EISDIR;
    }
    error = find_in(walk->at, part, &found);
    if (error == -ENOENT && walk->goal == WALK_FIND_OR_END && part->is_last) {
        end_at(walk, part);
    }
    if (error != 0) {
        return error;
    }
    if (inode_is(found.inode, S_IFLNK) && is_followed) {
        bool is_end = part->is_last || part->has_slash;
        if (is_end && !may_follow_last(walk, found.inode)) {
            return -EACCES;
        }
        return walk_link(walk, found);
    }
    walk->at = found;
    return 0;
}

static int walk_all(struct walk *walk)
{
    while (walk->depth > 0) {
        struct part part = next_part(walk);
        int error = walk_part(walk, &part);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Walks PATH, as WALK says. */
static int walk_path(struct walk *walk, const char *path)
{
    size_t size = strlen(path);

    if (size == 0) {
        return -ENOENT;
    }
    if (size >= PATH_MAX) {
        return -ENAMETOOLONG;
    }
    push_rest(walk, path, size);
    return walk_all(walk);
}

int path_find(const struct credentials *who, struct place directory,
              const char *path, unsigned flags, struct place *found)
{
    struct walk walk = {.who = who, .at = directory, .flags = flags};
    int error = walk_path(&walk, path);

    if (error == 0) {
        *found = walk.at;
    }
    return error;
}

int path_find_end(const struct credentials *who, struct place directory,
                  const char *path, struct path_end *end)
{
    struct walk walk = {.who = who, .at = directory, .goal = WALK_END};
    int error = walk_path(&walk, path);

    *end = walk.end;
    if (end->size == 0) {
        end->directory = walk.at;
    }
    return error;
}

int path_find_or_end(const struct credentials *who, struct place directory,
                     const char *path, unsigned flags, struct place *found,
                     struct path_end *end)
{
    struct walk walk = {
        .who = who,
        .at = directory,
        .goal = WALK_FIND_OR_END,
        .flags = flags,
    };
    int error = walk_path(&walk, path);

    *end = walk.end;
    if (error == 0) {
        *found = walk.at;
    }
    return error;
}

static struct part part_of(const struct path_end *end)
{
    return (struct part){.text = end->text, .size = end->size};
}

int path_end_find(const struct path_end *end, struct place *found)
{
    const struct part part = part_of(end);

    return find_in(end->directory, &part, found);
}

bool path_end_is_self(const struct path_end *end)
{
    const struct part part = part_of(end);

    return is_part(&part, ".");
}

bool path_end_is_parent(const struct path_end *end)
{
    const struct part part = part_of(end);

    return is_part(&part, "..");
}

int path_follow(const struct credentials *who, struct place link,
                struct place *target)
{
    struct walk walk = {
        .who = who,
        .at = place_parent(link),
        .flags = PATH_FOLLOW,
    };
    int error = walk_link(&walk, link);
    if (error == 0) {
        error = walk_all(&walk);
    }
    if (error == 0) {
        *target = walk.at;
    }
    return error;
}

/* The directory of a process has no text but its number, nor has a descriptor.
 */
size_t place_name(struct place place, char text[PLACE_NAME_MAX],
                  const char **name)
{
    if (place.name == NULL) {
        *name = place.inode->label;
        return strlen(*name);
    }
    if (place.name->text != NULL) {
        *name = place.name->text;
        return place.name->size;
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
        return snprintf(text, PATH_MAX, "%s", inode->label);
    }
    return snprintf(text, PATH_MAX, "%s:[%llu]", inode->label,
                    (unsigned long long)inode->number);
}

int64_t path_of(struct place place, char *text)
{
    static const char removed[] = " (deleted)";
    size_t end = PATH_MAX - 1;
    char number[PLACE_NAME_MAX];
    const char *name;

    if (place.name == NULL) {
        return path_outside(place.inode, text);
    }
    if (name_is_removed(place.name)) {
        end -= sizeof(removed) - 1;
        memcpy(text + end, removed, sizeof(removed) - 1);
    }
    size_t start = end; /* the path is made from its end */
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
    if (start == end) {
        text[--start] = '/';
    }
    size_t length = PATH_MAX - 1 - start;
    memmove(text, text + start, length);
    text[length] = '\0';
    return (int64_t)length;
}
