/* How sets of files lie in each other. */
#include "kernel/file/epoll_priv.h"
#include "kernel/lib.h"

bool epoll_is(const struct file *file)
{
    return file->inode->operations == &epoll_operations;
}

/* How deep sets lie in EPOLL; more than EPOLL_NESTS_MAX when it reaches
 * FORBIDDEN. */
static unsigned depth_below(const struct epoll *epoll,
                            const struct epoll *forbidden, unsigned allowed)
{
    unsigned deepest = 0;

    if (epoll == forbidden || allowed == 0) {
        return EPOLL_NESTS_MAX + 1;
    }
    list_for_each(node, &epoll->items)
    {
        const struct epoll_item *item =
            list_entry(node, struct epoll_item, all);
        if (epoll_is(item->file)) {
            unsigned depth =
                1 + depth_below(epoll_of(item->file), forbidden, allowed - 1);
            deepest = MAX(deepest, depth);
        }
    }
    return deepest;
}

/* In how many steps, at most, other sets reach EPOLL. */
static unsigned depth_above(const struct epoll *epoll)
{
    unsigned highest = 0;

    list_for_each(node, &epoll->file->epoll_items)
    {
        const struct epoll_item *item =
            list_entry(node, struct epoll_item, of_file);
        highest = MAX(highest, 1 + depth_above(item->epoll));
    }
    return highest;
}

/* By how many ways they do, but no more than EPOLL_PATHS_MAX + 1. */
static unsigned paths_to(const struct epoll *epoll)
{
    unsigned count = 0;

    list_for_each(node, &epoll->file->epoll_items)
    {
        count += MAX(
            paths_to(list_entry(node, struct epoll_item, of_file)->epoll), 1u);
        if (count > EPOLL_PATHS_MAX) {
            break;
        }
    }
    return count;
}

bool epoll_has_too_many_paths(const struct epoll *epoll)
{
    if (paths_to(epoll) > EPOLL_PATHS_MAX) {
        return true;
    }
    list_for_each(node, &epoll->items)
    {
        const struct epoll_item *item =
            list_entry(node, struct epoll_item, all);
        if (epoll_is(item->file) &&
            epoll_has_too_many_paths(epoll_of(item->file))) {
            return true;
        }
    }
    return false;
}

bool epoll_is_too_deep(const struct epoll *epoll, const struct epoll *inner)
{
    unsigned below = depth_below(inner, epoll, EPOLL_NESTS_MAX + 1);

    return below + 1 + depth_above(epoll) > EPOLL_NESTS_MAX;
}
