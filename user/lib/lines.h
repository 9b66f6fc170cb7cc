/* A file line by line. */
#pragma once

#include <stddef.h>

#define LINES_MAX 4096 /* longer lines are cut */

struct lines {
    int file;
    size_t first, end; /* of what is read and not given yet */
    char text[LINES_MAX];
};

/* Opens PATH. Returns 0 or an error; then there is nothing to close. */
long lines_open(struct lines *lines, const char *path);
void lines_close(struct lines *lines);

/* The next line, without its end, which stays until the next call; or NULL. */
char *lines_next(struct lines *lines);
