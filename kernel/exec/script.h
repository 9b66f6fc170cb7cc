/* Scripts: files that begin with "#!" and name who runs them. */
#pragma once

#include "kernel/lib.h"

/* How they begin. */
#define SCRIPT_MARK       "#!"
#define SCRIPT_MARK_SIZE  2

/* What is looked at of a file: Linux's BINPRM_BUF_SIZE. */
#define SCRIPT_HEAD_SIZE  256

/* Scripts that run scripts, the last of which is one too many. */
#define SCRIPT_NESTED_MAX 6

/* Its first line, taken apart in place. */
struct script {
    char head[SCRIPT_HEAD_SIZE + 1];
    const char *interpreter; /* zero-ended, in `head` */
    const char *argument;    /* the same, all that stands behind it; or NULL */
};

bool script_is_one(const void *bytes, size_t size);

/* Reads the first line of a script. Returns 0, or -ENOEXEC when it names no
 * interpreter or is too long. */
int script_parse(struct script *script, const void *bytes,
                 size_t size) MUST_CHECK;
