/* Local descriptors: a program's own table of segments (modify_ldt), which
 * belongs to its address space. */
#pragma once

#include "kernel/x86.h"
#include "mm/aspace.h"

/* Does a table of COUNT descriptors lie in a large page? Else in a frame. */
static inline bool aspace_local_is_large(unsigned count)
{
    return count > FRAME_SIZE / sizeof(uint64_t);
}

/* Gives ENTRY, below LDT_ENTRIES, DESCRIPTOR, and the CPU the table where it
 * uses ASPACE. Registers keep what they were loaded from. Returns 0 or -ENOMEM.
 */
int aspace_set_local(struct aspace *aspace, unsigned entry,
                     uint64_t descriptor) MUST_CHECK;

/* Gives ASPACE, which has none, the entries of FROM. Returns 0 or -ENOMEM. */
int aspace_copy_local(struct aspace *aspace,
                      const struct aspace *from) MUST_CHECK;

/* Frees the table of ASPACE, which no CPU uses. */
void aspace_free_local(struct aspace *aspace);
