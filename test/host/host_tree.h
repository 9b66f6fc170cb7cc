/* A directory tree on the host, to compare lookups with. It is apart because
 * the host's headers and the kernel's share names. */
#pragma once

/* A new, empty tree. Returns the inode number of its root. */
unsigned long host_tree_begin(void);
void host_tree_end(void);

enum host_tree_kind {
    HOST_TREE_FILE,
    HOST_TREE_DIRECTORY,
    HOST_TREE_LINK,
};

/* Makes PATH ("/..."), which is not there, in a directory that is; TARGET is a
 * link's. Returns its inode number. */
unsigned long host_tree_make(const char *path, enum host_tree_kind kind,
                             const char *target);

enum host_tree_last {
    HOST_TREE_KEEP_LINK,
    HOST_TREE_FOLLOW_LINK,
};

/* Looks PATH up, with the tree's root as "/". Returns an inode number, or
 * -errno. */
long host_tree_find(const char *path, enum host_tree_last last);
