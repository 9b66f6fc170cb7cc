/* Areas: when a piece is merged with its neighbours, as Linux 6.1 decides.
 *
 * Neighbours match if all flags are equal, they map the same open file or none,
 * and the page offsets run on. That leaves the numbers that area_touch gives
 * (Linux's anon_vma), where Linux is not symmetric: is_mergeable_anon_vma looks
 * at the neighbour's list of anon_vmas, which is empty for one that has never
 * been touched. So
 *
 *   an untouched piece joins a touched neighbour,
 *   a touched piece does not join an untouched neighbour.
 *
 * More than one entry comes by fork alone (AREA_INHERITED): a split and a move
 * copy the list, and a merge only to an area that has none. Linux keeps away
 * from those, so
 *
 *   an untouched piece does not join a neighbour that came by fork.
 *
 * Numbers depend on what touches: a write, also one that then fails behind the
 * file's end, and any attempt to grow a stack, also one that a limit stops; not
 * a read, and never a write to a shared mapping.
 */
#include "mm/area_priv.h"

static bool anon_joins(uint64_t piece, const struct vma *neighbour)
{
    bool is_alone = (neighbour->anon & AREA_INHERITED) == 0;

    return piece == neighbour->anon || (piece == 0 && is_alone);
}

static bool joins_prev(const struct vma *piece, uint64_t anon,
                       const struct vma *prev)
{
    return prev != NULL && area_flags_match(prev->flags, piece->flags, 0) &&
           area_continues(prev, piece) && anon_joins(anon, prev);
}

static bool joins_next(const struct vma *piece, const struct vma *next)
{
    return next != NULL && area_flags_match(next->flags, piece->flags, 0) &&
           area_continues(piece, next) && anon_joins(piece->anon, next);
}

/* A new mapping takes the number of the area behind it, and with that has to
 * suit the area before it:
 *
 *   PPPP**NNNN   P   N      P touched as 1, N as 2; 0 is untouched
 *   PPPPPPNNNN   0   0      both: one area
 *   PPPPPPNNNN   1   0      both: one area
 *   PPPPPPNNNN   1   1      both: one area
 *   PPPPNNNNNN   0   2      N alone
 *   PPPPNNNNNN   1   2      N alone
 */
static enum area_sides sides_for_mmap(const struct vma *piece,
                                      const struct vma *prev,
                                      const struct vma *next)
{
    enum area_sides sides = AREA_SIDE_NONE;
    uint64_t anon = piece->anon;

    if (joins_next(piece, next)) {
        sides |= AREA_SIDE_NEXT;
        anon = next->anon;
    }
    if (joins_prev(piece, anon, prev)) {
        sides |= AREA_SIDE_PREV;
    }
    return sides;
}

/* A piece that moves here, or changes its flags here, is held against each
 * neighbour as it is. If both suit but have different numbers, it goes to P:
 *
 *   PPPP**NNNN   P   *   N
 *   PPPPPPNNNN   0   0   2   both: one area, touched as 2
 *   PPPPPPNNNN   1   0   2   P alone
 *   PPPPPPNNNN   1   1   1   both: one area
 *   PPPP**NNNN   0   1   0   neither
 */
static enum area_sides sides_for_move(const struct vma *piece,
                                      const struct vma *prev,
                                      const struct vma *next)
{
    bool with_prev = joins_prev(piece, piece->anon, prev);
    bool with_next = joins_next(piece, next);

    if (with_prev && with_next) {
        bool agree =
            prev->anon == 0 || next->anon == 0 || next->anon == prev->anon;
        return agree ? AREA_SIDE_BOTH : AREA_SIDE_PREV;
    }
    if (with_prev) {
        return AREA_SIDE_PREV;
    }
    return with_next ? AREA_SIDE_NEXT : AREA_SIDE_NONE;
}

enum area_sides area_merge_sides(const struct vma *piece,
                                 const struct vma *prev, const struct vma *next,
                                 enum area_join join)
{
    if ((piece->flags & (AREA_NO_MERGE | AREA_COUNTED)) != 0) {
        return AREA_SIDE_NONE;
    }
    switch (join) {
    case AREA_JOIN_NONE:
        return AREA_SIDE_NONE;
    case AREA_JOIN_BRK:
        return sides_for_mmap(piece, prev, NULL);
    case AREA_JOIN_MMAP:
        return sides_for_mmap(piece, prev, next);
    case AREA_JOIN_MOVE:
        return sides_for_move(piece, prev, next);
    }
    return AREA_SIDE_NONE;
}
