/* Claims: a search for memory with two owners. Each owner claims what it has,
 * and a second claim is refused. The mark is in the byte map and the frames'
 * bits themselves, so it needs no memory: who claims must give back all claims
 * before anybody allocates or frees.
 */
#pragma once

#include "mm/byte_map.h"

/* Claims memory that is allocated. False when it is not, or when it is claimed
 * already: then nothing has changed. */
bool claim_frame(paddr_t frame);
bool claim_large_page(paddr_t page);

/* Gives a claim back. False when there was none. */
bool unclaim_frame(paddr_t frame);
bool unclaim_large_page(paddr_t page);

/* The same for memory with several users (mm/share.h), each of which claims it
 * by a leaf of LEVEL 1 or 2. When all have, claim_is_complete says whether
 * these are as many as are counted. */
bool claim_as_user(paddr_t memory, unsigned level);
bool claim_is_complete(paddr_t memory, unsigned level);
bool unclaim_as_user(paddr_t memory, unsigned level);
