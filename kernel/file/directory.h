/* What an open directory lists: "." and "..", its names, and then what its
 * operations list beside them.
 *
 * As on Linux's tmpfs, offsets count entries, and a cursor stands before the
 * name that comes next: names may come and go meanwhile, and what was there
 * throughout is shown once. What is new comes first, so who reads on never sees
 * it. Only a seek counts from the beginning again.
 */
#pragma once

#include "kernel/file/file.h"
#include "kernel/file/path.h"

struct directory_entry {
    struct place place;
    const char *name; /* not zero-ended; for as long as nobody waits */
    size_t name_size;
    uint64_t next; /* the offset behind it */
    char text[PLACE_NAME_MAX];
};

/* Where reading goes on in FILE, an open directory. */
struct directory_reader {
    struct file *file;
    struct name *name; /* that comes next, or NULL */
};

/* Begins at the offset of FILE. Returns 0 or -ENOMEM. */
int directory_begin(struct directory_reader *reader,
                    struct file *file) MUST_CHECK;

/* What is there at the file's offset: false when there is no more. */
bool directory_entry(const struct directory_reader *reader,
                     struct directory_entry *entry);

/* ENTRY, which was there, has been taken: the offset is behind it. */
void directory_advance(struct directory_reader *reader,
                       const struct directory_entry *entry);

/* The cursor is left where the offset is. */
void directory_finish(struct directory_reader *reader);
