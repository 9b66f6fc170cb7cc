/* What a hostile program hands to the kernel: numbers, addresses, names, and
 * bytes, drawn at random. The same seed draws the same. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PAGE 4096ul

/* A word for any register. */
typedef unsigned long word;

void draw_seed(uint64_t seed);

/* A number below LIMIT; and true in one of N cases. */
word draw_below(word limit);
int draw_one_of(word n);

/* Anything: small, large, around powers of two, of all bits. */
word draw_number(void);
word draw_length(void);

/* An address: of memory that the program has, had, never had, or that nobody
 * can have. draw_note tells of memory that it may have now. */
word draw_address(void);
void draw_note(word address);

/* Flags: few bits of 24. */
word draw_bits(void);

/* A buffer of BUFFER_SIZE bytes with unmapped memory behind it, filled anew. */
#define BUFFER_SIZE (2 * PAGE)
word draw_buffer(void);
word draw_descriptor(void);

/* The path of a file that may be there, sometimes of none. */
word draw_path(void);

/* Tells whoever looks after this program how many calls it has made: by a limit
 * that means nothing to the kernel, since there are no message queues. */
#define PROGRESS_LIMIT RLIMIT_MSGQUEUE
void draw_say_progress(unsigned calls);
