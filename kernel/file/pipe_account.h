/* What each user has in pipes. */
#pragma once

#include "kernel/lib.h"

struct pipe_account {
    uint32_t uid;
    unsigned pipes; /* that count for it */
    unsigned pages; /* that those may fill */
    struct list all;
};

/* The account of UID, with one pipe more, or NULL when there is no memory. The
 * last pipe that is closed ends it. */
struct pipe_account *pipe_account_open(uint32_t uid) MUST_CHECK;
void pipe_account_close(struct pipe_account *account);
