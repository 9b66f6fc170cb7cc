/* Who somebody is: Linux's four user ids and four group ids, and its further
 * groups. Effective user 0 may do what Linux's root may. Who asks for a file
 * hands them over, most often a process its own. */
#pragma once

#include "kernel/lib.h"

/* Further groups. Linux takes 65536. */
#define CREDENTIALS_GROUPS_MAX 32

#define ID_ROOT                0

struct ids {
    uint32_t real;
    uint32_t effective;
    uint32_t saved;
    uint32_t file; /* setfsuid, setfsgid */
};

struct credentials {
    struct ids user;
    struct ids group;
    unsigned group_count;
    uint32_t groups[CREDENTIALS_GROUPS_MAX]; /* in order */
};

/* The kernel itself: root. */
extern const struct credentials credentials_of_kernel;

static inline bool credentials_are_privileged(const struct credentials *who)
{
    return who->user.effective == ID_ROOT;
}

/* Is GID the one for files, or one of the further groups? */
bool credentials_have_group(const struct credentials *who, uint32_t gid);
