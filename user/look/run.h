/* A line of /proc/PID/frames: pages that show one piece of memory, or a page
 * table.
 *
 *     00401000-00406000 000000364000 4k r-x object
 *     00400000-00600000 00000fe7b000 pt
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum run_whose {
    RUN_OWN,
    RUN_SHARED,
    RUN_OBJECT,
    RUN_ZEROS,
    RUN_UNTOUCHED,
    RUN_TABLE, /* START and END are what the table is for */
    RUN_WHOSE,
};

struct run {
    uint64_t start;
    uint64_t end;
    uint64_t memory; /* physical; 0 if one may not know */
    unsigned level;  /* of the leaves: 1, 2, 3; of a table: 1 (pt) to 4 */
    enum run_whose whose;
    char rights[sizeof("rwx")];
};

extern const char *const run_whose_names[RUN_WHOSE];

/* "pml4" for level 4 to "pt" for level 1. */
extern const char *const table_names[5];

/* False if LINE is no such line. */
bool run_parse(const char *line, struct run *run);

/* Reads the hexadecimal number that *TEXT begins with, and moves *TEXT behind
 * it and the character that follows. */
uint64_t take_hexadecimal(const char **text);
