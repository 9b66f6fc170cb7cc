/* Segment descriptors of programs (SDM vol. 3A, 3.4.5), made from what they say
 * of them (Linux's struct user_desc) and told in the same words.
 *
 * Whatever a program says, it is a segment of data or code for ring 3, and not
 * of 64 bits: gates and other things of the system can't be asked for.
 */
#pragma once

#include "kernel/abi/sched.h"
#include "kernel/lib.h"

/* A kind of code for which rings do not count. */
#define CONTENTS_CONFORMING 3

/* Does DESC say nothing but whether the segment is there and may be written? So
 * programs ask for an empty entry. */
bool descriptor_is_blank(const struct user_desc *desc);

uint64_t descriptor_make(const struct user_desc *desc);

/* What ENTRY, which holds DESCRIPTOR, is. An empty one is 0, so it is neither
 * present nor to be written. */
struct user_desc descriptor_describe(uint32_t entry, uint64_t descriptor);
