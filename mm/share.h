/* Memory with several users: how many more than the first.
 *
 * A leaf (mm/page_table.h) whose memory has, or had, other users bears
 * PTE_SHARED, which means: ask here. The memory of one without has one user,
 * and what its words say means nothing. So what is not shared costs nothing.
 *
 * A frame's word (mm/frame_info.h) counts its users beyond the first. Of a
 * large page that is whole, the word of its first frame does; of one that is
 * cut (byte_map_split), each frame has its own. How large leaves are does not
 * depend on that: of two address spaces that share a large page one may cut its
 * leaf and with it the page, and the other keeps its large leaf, which is then
 * one user of each of the 512 frames.
 *
 *   leaf of A  2 MiB -----+          2 MiB --------+   one user of each
 *                         v                  v v v v
 *   memory            [  page: 1 ]          [1|0|1|1 ...]
 *                         ^                  ^   ^ ^
 *   leaf of B  2 MiB -----+          4 KiB --+...+-+   B has written the second
 *
 * Nothing here looks at page tables. For one CPU; on several, a count would
 * change by one atomic addition.
 */
#pragma once

#include "kernel/lib.h"
#include "mm/frame_info.h"

/* More users than there can be leaves. */
#define SHARE_EXTRA_MAX 0x7fffffffu

/* The users of FRAME, which has one, are counted from now on. */
static inline void frame_set_alone(paddr_t frame)
{
    *frame_info(frame) = 0;
}

/* A second user for FRAME, which has one. */
static inline void frame_share_first(paddr_t frame)
{
    *frame_info(frame) = 1;
}

/* Another user for FRAME, whose users are counted. */
static inline void frame_share(paddr_t frame)
{
    ASSERT_CMP(*frame_info(frame), <, SHARE_EXTRA_MAX);
    ++*frame_info(frame);
}

/* Has FRAME, whose users are counted, more than one? */
static inline bool frame_is_shared(paddr_t frame)
{
    return *frame_info(frame) != 0;
}

/* Takes a user from FRAME, whose users are counted. True if it was the last:
 * then the frame is the caller's to free. */
static inline bool frame_unshare(paddr_t frame)
{
    uint32_t *extra = frame_info(frame);

    if (*extra == 0) {
        return true;
    }
    --*extra;
    return false;
}

/* Is PAGE, which is allocated, cut into frames? */
bool large_is_cut(paddr_t page);

/* The same for large pages. PAGE is whole for large_share_first. */
static inline void large_share_first(paddr_t page)
{
    frame_share_first(page);
}
void large_share(paddr_t page);

/* Has PAGE, or one of its frames if it is cut, more than one user? */
bool large_is_shared(paddr_t page);

/* Takes a user from PAGE, or from each of its frames, and frees what nobody
 * else uses. */
void large_release(paddr_t page);

/* Cuts PAGE, unless another user has done that before: each frame has the
 * page's users then. */
void large_split(paddr_t page);

/* PAGE has one user alone: makes it whole again, if it was cut. */
void large_join(paddr_t page);
