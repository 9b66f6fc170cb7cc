/* What the bytes of /proc/bytemap mean to a reader: each kind has a letter, a
 * colour and a name. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Where several pages share a letter it is the kind of the last of them in this
 * list. */
enum kind {
    KIND_HOLE,
    KIND_FREE,
    KIND_RESERVED,
    KIND_HELD,
    KIND_SPLIT,
    KIND_SPLIT_FULL,
    KIND_PAGE_TABLES,
    KIND_KERNEL,
    KIND_PROGRAM,
    KIND_SOME, /* map PID: some frames are that program's */
    KIND_ALL,
    KIND_UNKNOWN,
    KINDS,
};

struct kind_legend {
    char letter;
    uint8_t colour;
    const char *name;
    const char *meaning;
};

extern const struct kind_legend kind_legends[KINDS];

/* The kind of a large page, or of a frame, with that BYTE. */
enum kind kind_of(uint8_t byte);

/* A process has a letter and a colour by its number, one of 24 and of 6: small
 * letters that no kind has. */
char process_letter(int pid);
uint8_t process_colour(int pid);

/* And the colours of a page that is whole and its alone. */
uint8_t process_colour_whole(int pid);

/* The letter of pages that several show. */
#define LETTER_SEVERAL '*'
