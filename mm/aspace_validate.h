/* What holds of an address space at any time: whether areas, page table and
 * the memory behind it agree. For tests. */
#pragma once

#include "mm/aspace.h"

/* Checks the areas, and that each leaf is as its area wants it. Returns NULL,
 * or the rule that is broken. */
const char *aspace_validate(struct aspace *aspace);

/* Claims (mm/claim.h) all that ASPACE owns: pages, page tables, itself; when
 * all address spaces have, looks whether memory with several users is claimed
 * by each; and gives the claims back. Each returns NULL, or the rule that is
 * broken. */
const char *aspace_claim(const struct aspace *aspace);
const char *aspace_check_claims(const struct aspace *aspace);
const char *aspace_unclaim(const struct aspace *aspace);
