/* Sets of files, for the files that are about them. */
#pragma once

#include "kernel/file/epoll.h"
#include "kernel/thread.h"

#define ITEM_QUEUES 2 /* that a file has at most */

struct epoll {
    struct inode inode;
    struct file *file; /* the only one that it can be used by */
    struct list items;
    struct list ready;
    struct wait_queue waiters;
};

struct epoll_item;

struct epoll_watch {
    struct watcher watcher;
    struct epoll_item *item;
};

struct epoll_item {
    struct epoll *epoll;
    struct file *file;
    int fd;
    struct linux_epoll_event event;
    struct list all;     /* the epoll's items */
    struct list ready;   /* in its `ready`, or alone */
    struct list of_file; /* in its file's `epoll_items` */
    unsigned watch_count;
    struct epoll_watch watches[ITEM_QUEUES];
};

extern const struct inode_operations epoll_operations;

static inline struct epoll *epoll_of(const struct file *file)
{
    return list_entry(file->inode, struct epoll, inode);
}

/* Does INNER, when it comes into EPOLL, lie too deep, or in a circle? */
bool epoll_is_too_deep(const struct epoll *epoll, const struct epoll *inner);

/* Do too many ways lead to EPOLL, or to a set in it? */
bool epoll_has_too_many_paths(const struct epoll *epoll);
