/* futex's operations, and the lists of robust ones
 * (include/uapi/linux/futex.h). */
#pragma once

#include <stdint.h>

#define FUTEX_WAIT             0
#define FUTEX_WAKE             1
#define FUTEX_REQUEUE          3
#define FUTEX_CMP_REQUEUE      4
#define FUTEX_WAKE_OP          5
#define FUTEX_LOCK_PI          6
#define FUTEX_WAIT_BITSET      9
#define FUTEX_WAKE_BITSET      10
#define FUTEX_WAIT_REQUEUE_PI  11
#define FUTEX_LOCK_PI2         13

#define FUTEX_PRIVATE_FLAG     128
#define FUTEX_CLOCK_REALTIME   256

#define FUTEX_BITSET_MATCH_ANY 0xffffffffu

/* What FUTEX_WAKE_OP does with the word, and asks of what it was:
 *
 *      31  30  28 27   24 23        12 11         0
 *     +---+------+-------+------------+------------+
 *     | s |  op  |  cmp  |   oparg    |   cmparg   |   s: oparg is 1 << oparg
 *     +---+------+-------+------------+------------+
 */
#define FUTEX_OP_SET           0
#define FUTEX_OP_ADD           1
#define FUTEX_OP_OR            2
#define FUTEX_OP_ANDN          3
#define FUTEX_OP_XOR           4

#define FUTEX_OP_CMP_EQ        0
#define FUTEX_OP_CMP_NE        1
#define FUTEX_OP_CMP_LT        2
#define FUTEX_OP_CMP_LE        3
#define FUTEX_OP_CMP_GT        4
#define FUTEX_OP_CMP_GE        5

/* A word that a robust list knows: its owner's tid, and two flags. */
#define FUTEX_WAITERS          0x80000000u
#define FUTEX_OWNER_DIED       0x40000000u
#define FUTEX_TID_MASK         0x3fffffffu

#define ROBUST_LIST_LIMIT      2048
#define ROBUST_LIST_PI         1 /* in an entry's address: with inheritance */

/* set_robust_list's structure. An entry begins with the address of the next;
 * the last one's is that of the head. */
struct robust_list_head_64 {
    uint64_t next;
    int64_t futex_offset;     /* from an entry to its word */
    uint64_t list_op_pending; /* an entry that is being added or taken out */
};

struct robust_list_head_32 {
    uint32_t next;
    int32_t futex_offset;
    uint32_t list_op_pending;
};
