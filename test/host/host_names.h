/* The file system of the machine that runs the tests, as the oracle for names:
 * in a folder of its own. */
#pragma once

#include <stddef.h>

#define HOST_PATH_SIZE  2048

/* Below the folder, where paths begin. None goes up as far as the folder. */
#define HOST_BASE       "/1/2/3"

/* Flags of a rename: Linux's. */
#define HOST_NO_REPLACE 1u
#define HOST_EXCHANGE   2u

enum host_call {
    HOST_CREATE,
    HOST_MAKE_DIRECTORY,
    HOST_UNLINK,
    HOST_REMOVE_DIRECTORY,
    HOST_RENAME,
    HOST_LINK,
    HOST_SYMLINK,
    HOST_CALLS,
};

/* A call, with the paths that it is given. */
struct host_step {
    enum host_call call;
    unsigned flags;
    char first[HOST_PATH_SIZE], second[HOST_PATH_SIZE];
};

/* Makes the folder, empties it, and removes it. */
void host_names_create(void);
void host_names_clear(void);
void host_names_remove(void);

/* Does what S says. Returns 0 or -EXXX. */
int host_names_do(const struct host_step *s);

/* What is at PATH, which begins with "/", in the folder. */
struct host_name {
    unsigned type; /* as st_mode's */
    unsigned links;
    size_t size; /* of a link's target: */
    char target[HOST_PATH_SIZE];
};
void host_names_look(const char *path, struct host_name *found);

/* How many names there are, with the folder's own. */
unsigned host_names_count(void);

/* Who runs the test. */
unsigned host_user(void);
unsigned host_group(void);
