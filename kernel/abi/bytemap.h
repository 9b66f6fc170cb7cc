/* The bytes of /proc/bytemap: the state of RAM, one byte a large page of
 * 2 MiB, from physical address 0 upwards. Of one page:
 *
 *      7   6   5   4   3   2   1   0
 *    +-------+---+---+---+---+---+---+
 *    | owner |   one bit a state     |   all zero: a hole
 *    +-------+---+---+---+---+---+---+
 *
 * /proc/framemap has a byte of the same kind for each frame of 4 KiB: that of
 * its large page; in one that is split, BYTE_MAP_FREE, or BYTE_MAP_USED and
 * whom the page was split for.
 */
#pragma once

/* The size that a byte stands for: 2 MiB. */
#define BYTE_MAP_PAGE_SIZE  0x200000

/* The state of a large page: one bit a state, so that many can be tested at
 * once. A used page also says by whom, in the owner bits. */
#define BYTE_MAP_HOLE       0x00 /* no RAM here, or not whole and not split */
#define BYTE_MAP_FREE       0x01
#define BYTE_MAP_USED       0x02 /* allocated whole; with an owner */
#define BYTE_MAP_SPLIT      0x04 /* cut into frames, some of them free */
#define BYTE_MAP_SPLIT_FULL 0x08 /* cut into frames, none free */
#define BYTE_MAP_HELD       0x10 /* free, in some CPU's magazine */
#define BYTE_MAP_RESERVED   0x20 /* RAM that firmware or a device keeps */

/* Who uses a page. PROGRAM is 0, so BareMetal's "2 = used" is a program's. */
enum byte_map_owner {
    BYTE_MAP_PROGRAM = 0x00,
    BYTE_MAP_KERNEL = 0x40,
    BYTE_MAP_PAGE_TABLES = 0x80,
};
#define BYTE_MAP_OWNER_MASK 0xc0
