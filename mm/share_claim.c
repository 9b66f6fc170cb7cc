/* Claims on memory with several users. The counts say how many claims are yet
 * to come, and the last one is as an only owner's. */
#include "mm/claim.h"
#include "mm/share.h"

/* What is done with one claim: on a frame, or a large page that is whole. */
typedef bool claim_step(paddr_t memory, bool (*last)(paddr_t memory));

static bool claim(paddr_t memory, bool (*last)(paddr_t memory))
{
    return frame_unshare(memory) ? last(memory) : true;
}

static bool unclaim(paddr_t memory, bool (*last)(paddr_t memory))
{
    if (!last(memory)) {
        frame_share(memory);
    }
    return true;
}

static bool is_complete(paddr_t memory, bool (*last)(paddr_t memory))
{
    (void)last;
    return !frame_is_shared(memory);
}

/* Does STEP with all that a leaf of LEVEL shows. */
static bool act_on(paddr_t memory, unsigned level, claim_step *step,
                   bool (*last_frame)(paddr_t frame),
                   bool (*last_page)(paddr_t page))
{
    size_t count = level == 1 ? 1 : FRAMES_PER_LARGE_PAGE;
    bool is_done = true;

    if (level == 2 && !large_is_cut(memory)) {
        return step(memory, last_page);
    }
    for (size_t i = 0; i < count && is_done; i++) {
        is_done = step(memory + i * FRAME_SIZE, last_frame);
    }
    return is_done;
}

bool claim_as_user(paddr_t memory, unsigned level)
{
    return act_on(memory, level, claim, claim_frame, claim_large_page);
}

bool claim_is_complete(paddr_t memory, unsigned level)
{
    return act_on(memory, level, is_complete, claim_frame, claim_large_page);
}

bool unclaim_as_user(paddr_t memory, unsigned level)
{
    return act_on(memory, level, unclaim, unclaim_frame, unclaim_large_page);
}
