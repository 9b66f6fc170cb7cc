/* FSAVE has two bits for each register, FXSAVE one (SDM vol. 1, 8.1.7 and
 * 10.5.1.1). */
#include "kernel/signal/signal_fsave.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define REGISTERS     8
#define REGISTER_SIZE 10 /* bytes of 80 bits */
#define TOP_SHIFT     11 /* of the field in the status word */
#define TOP_MASK      7
#define EXPONENT_MASK 0x7fff
#define INTEGER_BIT   BIT(63) /* of the significand */

/* FSAVE's 16-bit fields in 32 bits have ones above. */
#define UPPER_ONES    0xffff0000u

#define TAG_VALID     0u
#define TAG_ZERO      1u
#define TAG_SPECIAL   2u
#define TAG_EMPTY     3u

static unsigned tag_of(const uint8_t *st)
{
    uint64_t significand;
    uint16_t exponent;

    memcpy(&significand, st, sizeof(significand));
    memcpy(&exponent, st + sizeof(significand), sizeof(exponent));
    exponent &= EXPONENT_MASK;
    if (exponent == 0) {
        return significand == 0 ? TAG_ZERO : TAG_SPECIAL;
    }
    bool is_normal =
        exponent != EXPONENT_MASK && (significand & INTEGER_BIT) != 0;
    return is_normal ? TAG_VALID : TAG_SPECIAL;
}

/* Tags belong to physical registers; st[] begins at the top of the stack. */
uint32_t fsave_tags(const struct fxsave *from)
{
    unsigned top = from->fsw >> TOP_SHIFT & TOP_MASK;
    uint32_t tags = 0;

    for (unsigned i = 0; i < REGISTERS; i++) {
        bool is_used = (from->ftw >> i & 1) != 0;
        unsigned tag =
            is_used ? tag_of(from->st[(i - top) % REGISTERS]) : TAG_EMPTY;
        tags |= tag << (2 * i);
    }
    return tags;
}

uint8_t fsave_used(uint32_t tags)
{
    unsigned used = 0;

    for (unsigned i = 0; i < REGISTERS; i++) {
        bool is_empty = (tags >> (2 * i) & TAG_EMPTY) == TAG_EMPTY;
        used |= is_empty ? 0u : 1u << i;
    }
    return (uint8_t)used;
}

struct fpstate_32 fsave_from_fxsave(const struct fxsave *from, uint64_t cs)
{
    struct fpstate_32 to = {
        .cw = from->fcw | UPPER_ONES,
        .sw = from->fsw | UPPER_ONES,
        .tag = fsave_tags(from) | UPPER_ONES,
        .ipoff = (uint32_t)from->fip,
        .cssel = (uint32_t)cs,
        .dataoff = (uint32_t)from->fdp,
        .datasel = segments_read().ds | UPPER_ONES,
        .status = from->fsw,
    };

    for (unsigned i = 0; i < REGISTERS; i++) {
        memcpy(to.st[i], from->st[i], REGISTER_SIZE);
    }
    return to;
}

void fsave_to_fxsave(const struct fpstate_32 *from, struct fxsave *to)
{
    to->fcw = (uint16_t)from->cw;
    to->fsw = (uint16_t)from->sw;
    to->ftw = fsave_used(from->tag);
    to->fop = (uint16_t)(from->cssel >> 16);
    to->fip = from->ipoff;
    to->fdp = from->dataoff;
    for (unsigned i = 0; i < REGISTERS; i++) {
        memcpy(to->st[i], from->st[i], REGISTER_SIZE);
    }
}
