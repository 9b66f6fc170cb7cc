/* Who a process is: Linux's four user ids and four group ids, and its further
 * groups. Effective user 0 may do what Linux's root may. */
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

static inline bool credentials_are_privileged(const struct credentials *who)
{
    return who->user.effective == ID_ROOT;
}

/* May SENDER send a signal to TARGET? */
static inline bool credentials_may_signal(const struct credentials *sender,
                                          const struct credentials *target)
{
    const struct ids *from = &sender->user;
    const struct ids *to = &target->user;

    return credentials_are_privileged(sender) || from->effective == to->saved ||
           from->effective == to->real || from->real == to->saved ||
           from->real == to->real;
}
