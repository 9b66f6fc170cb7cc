/* See kernel/file/file_lock.h. */
#include "kernel/file/file_lock.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/object_cache.h"

/* How many owners are asked whom they wait for: as Linux's. */
#define DEADLOCK_STEPS 10

/* What an inode has as long as somebody has a lock on it, or waits for one. */
struct file_locks {
    struct list locks;
    struct wait_queue changes;
    unsigned waiting;
};

/* An owner that waits for a lock that another has. */
struct waiting {
    struct list node;
    const void *owner;
    const void *blocker;
};

static struct object_cache cache = OBJECT_CACHE(cache, struct file_lock);
static struct object_cache inodes = OBJECT_CACHE(inodes, struct file_locks);
static struct list all_waiting = LIST_EMPTY(all_waiting);

static struct file_lock *of_node(struct list *node)
{
    return list_entry(node, struct file_lock, node);
}

/* Returns false when there is no memory. */
static bool prepare(struct inode *inode)
{
    if (inode->locks == NULL) {
        inode->locks = object_alloc(&inodes);
        if (inode->locks == NULL) {
            return false;
        }
        list_init(&inode->locks->locks);
        wait_queue_init(&inode->locks->changes);
    }
    return true;
}

/* Nobody may need the locks of INODE any more. */
static void finish(struct inode *inode)
{
    struct file_locks *locks = inode->locks;

    if (locks->waiting == 0 && list_is_empty(&locks->locks)) {
        object_free(&inodes, locks);
        inode->locks = NULL;
    }
}

static bool is_own(const struct file_lock *lock, const struct file_lock *wanted)
{
    return lock->kind == wanted->kind && lock->owner == wanted->owner;
}

static bool overlaps(const struct file_lock *a, const struct file_lock *b)
{
    return a->start <= b->end && b->start <= a->end;
}

static bool excludes(const struct file_lock *lock,
                     const struct file_lock *wanted)
{
    bool is_exclusive = lock->mode == FILE_LOCK_EXCLUSIVE ||
                        wanted->mode == FILE_LOCK_EXCLUSIVE;

    return lock->kind == wanted->kind && lock->owner != wanted->owner &&
           is_exclusive && overlaps(lock, wanted);
}

const struct file_lock *file_lock_find(const struct inode *inode,
                                       const struct file_lock *wanted)
{
    if (inode->locks == NULL || wanted->mode == FILE_LOCK_NONE) {
        return NULL;
    }
    list_for_each(node, &inode->locks->locks)
    {
        if (excludes(of_node(node), wanted)) {
            return of_node(node);
        }
    }
    return NULL;
}

static void drop(struct file_lock *lock)
{
    list_remove(&lock->node);
    object_free(&cache, lock);
}

/* Takes from OWN what lies in WANTED, which is of another mode. What is left on
 * both sides needs a lock more, REST, which is NULL then. */
static void cut(struct file_lock *own, const struct file_lock *wanted,
                struct file_lock **rest)
{
    bool has_before = own->start < wanted->start;
    bool has_behind = own->end > wanted->end;

    if (!has_before && !has_behind) {
        drop(own);
        return;
    }
    if (has_before && has_behind) {
        **rest = *own;
        (*rest)->start = wanted->end + 1;
        list_insert(&own->node, &(*rest)->node);
        *rest = NULL;
    }
    if (has_before) {
        own->end = wanted->start - 1;
    } else {
        own->start = wanted->end + 1;
    }
}

/* Of the same owner and mode: do both make one range? */
static bool touches(const struct file_lock *a, const struct file_lock *b)
{
    return overlaps(a, b) || a->end + 1 == b->start || b->end + 1 == a->start;
}

/* Before what NEW comes in LOCKS: an owner's are together, in order. */
static struct list *place_of(struct file_locks *locks,
                             const struct file_lock *new)
{
    struct list *place = &locks->locks;

    list_for_each(node, &locks->locks)
    {
        const struct file_lock *own = of_node(node);
        if (!is_own(own, new)) {
            continue;
        }
        if (own->start > new->start) {
            return node;
        }
        place = node->next;
    }
    return place;
}

/* Puts NEW into LOCKS, which its owner may have. REST is for what a lock in
 * both sides of it leaves. */
static void insert(struct file_locks *locks, struct file_lock *new,
                   struct file_lock **rest)
{
    struct list *node = list_next(&locks->locks, &locks->locks);

    while (node != NULL) {
        struct file_lock *own = of_node(node);
        node = list_next(&locks->locks, node);
        if (!is_own(own, new)) {
            continue;
        }
        if (own->mode == new->mode && touches(own, new)) {
            new->start = MIN(new->start, own->start);
            new->end = MAX(new->end, own->end);
            drop(own);
        } else if (overlaps(own, new)) {
            cut(own, new, rest);
        }
    }
    if (new->mode != FILE_LOCK_NONE) {
        list_append(place_of(locks, new), &new->node);
    } else {
        object_free(&cache, new);
    }
    thread_wake_all(&locks->changes);
}

static int insert_copy(struct inode *inode, const struct file_lock *wanted)
{
    struct file_lock *new = object_alloc(&cache);
    struct file_lock *rest = object_alloc(&cache);

    if (new == NULL || rest == NULL) {
        if (new != NULL) {
            object_free(&cache, new);
        }
        return -ENOLCK;
    }
    *new = *wanted;
    insert(inode->locks, new, &rest);
    if (rest != NULL) {
        object_free(&cache, rest);
    }
    return 0;
}

/* Whom OWNER waits for, or NULL. */
static const void *blocker_of(const void *owner)
{
    list_for_each(node, &all_waiting)
    {
        const struct waiting *waiting = list_entry(node, struct waiting, node);
        if (waiting->owner == owner) {
            return waiting->blocker;
        }
    }
    return NULL;
}

static bool is_deadlock(const void *owner, const void *blocker)
{
    for (int i = 0; i < DEADLOCK_STEPS && blocker != NULL; i++) {
        blocker = blocker_of(blocker);
        if (blocker == owner) {
            return true;
        }
    }
    return false;
}

/* Waits until something has changed where BLOCKER excluded WANTED. Only ranges
 * are looked at for circles. */
static int wait_for(struct file_locks *locks, const struct file_lock *wanted,
                    const struct file_lock *blocker)
{
    struct waiting waiting = {.owner = wanted->owner,
                              .blocker = blocker->owner};

    if (wanted->kind == FILE_LOCK_RANGE &&
        is_deadlock(waiting.owner, waiting.blocker)) {
        return -EDEADLK;
    }
    list_append(&all_waiting, &waiting.node);
    locks->waiting++;
    int error = thread_wait(&locks->changes);
    locks->waiting--;
    list_remove(&waiting.node);
    return error;
}

/* flock gives the old lock up before it looks for others'. */
static void leave_old(struct inode *inode, const struct file_lock *wanted)
{
    list_for_each(node, &inode->locks->locks)
    {
        struct file_lock *own = of_node(node);
        if (is_own(own, wanted) && own->mode != wanted->mode) {
            drop(own);
            thread_wake_all(&inode->locks->changes);
            return;
        }
    }
}

int file_lock_set(struct inode *inode, const struct file_lock *wanted,
                  enum file_lock_wait wait)
{
    const struct file_lock *blocker;
    int error = 0;

    if (wanted->mode == FILE_LOCK_NONE && inode->locks == NULL) {
        return 0;
    }
    if (!prepare(inode)) {
        return -ENOLCK;
    }
    if (wanted->kind == FILE_LOCK_WHOLE) {
        leave_old(inode, wanted);
    }
    while (error == 0 && (blocker = file_lock_find(inode, wanted)) != NULL) {
        error = wait == FILE_LOCK_WAIT ? wait_for(inode->locks, wanted, blocker)
                                       : -EAGAIN;
    }
    if (error == 0) {
        error = insert_copy(inode, wanted);
    }
    finish(inode);
    return error;
}

void file_lock_leave_all(struct inode *inode, enum file_lock_kind kind,
                         const void *owner)
{
    const struct file_lock nothing = {.kind = kind, .owner = owner};
    struct file_locks *locks = inode->locks;
    struct list *node = list_next(&locks->locks, &locks->locks);

    while (node != NULL) {
        struct file_lock *own = of_node(node);
        node = list_next(&locks->locks, node);
        if (is_own(own, &nothing)) {
            drop(own);
        }
    }
    thread_wake_all(&locks->changes);
    finish(inode);
}
