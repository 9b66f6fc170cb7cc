/* Who waits for which word. */
#include "kernel/thread/futex.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/futex.h"
#include "kernel/lib.h"
#include "kernel/thread/thread.h"
#include "kernel/thread/wait.h"
#include "mm/user_copy.h"

/* Places in the table, each a list of those who wait, the longest first. All
 * zero is a list that nobody has used yet. */
#define TABLE_BITS 8

/* 2^64 divided by the golden ratio: spreads what is multiplied by it. */
#define GOLDEN     0x9e3779b97f4a7c15ull

/* What a word is called by all who mean it. */
struct key {
    struct aspace_key memory;
    bool is_shared;
};

/* On the stack of the thread that waits. */
struct waiter {
    struct list place; /* in the table; alone when it was woken */
    struct key key;
    uint32_t bits;
    struct wait_queue queue; /* the thread, and nobody else */
};

static struct list table[1 << TABLE_BITS];

static struct list *place_of(const struct key *key)
{
    uint64_t mixed = (key->memory.at ^ (uintptr_t)key->memory.owner) * GOLDEN;
    struct list *place = &table[mixed >> (64 - TABLE_BITS)];

    if (place->next == NULL) {
        list_init(place);
    }
    return place;
}

static bool is_same(const struct key *a, const struct key *b)
{
    return a->memory.at == b->memory.at && a->memory.owner == b->memory.owner &&
           a->is_shared == b->is_shared;
}

/* In Linux's order (get_futex_key). */
static int find_key(struct futex futex, struct key *key)
{
    struct aspace *aspace = thread_aspace(thread_current());

    key->is_shared = futex.is_shared;
    key->memory = (struct aspace_key){.owner = aspace, .at = futex.address};
    if (!is_aligned(futex.address, sizeof(uint32_t))) {
        return -EINVAL;
    }
    if (!is_user_range(futex.address, sizeof(uint32_t))) {
        return -EFAULT;
    }
    return futex.is_shared ? aspace_key(aspace, futex.address, &key->memory)
                           : 0;
}

static void wake(struct waiter *waiter)
{
    ASSERT(!list_is_empty(&waiter->place));
    list_remove(&waiter->place);
    thread_wake_all(&waiter->queue);
}

/* The first of PLACE at or behind NODE that waits for KEY and one of BITS, or
 * NULL. */
static struct waiter *next_waiter(const struct list *place, struct list *node,
                                  const struct key *key, uint32_t bits)
{
    for (; node != place; node = node->next) {
        struct waiter *waiter = list_entry(node, struct waiter, place);
        if (is_same(&waiter->key, key) && (waiter->bits & bits) != 0) {
            return waiter;
        }
    }
    return NULL;
}

static int wake_some(const struct key *key, int count, uint32_t bits)
{
    struct list *place = place_of(key);
    struct list *node = place->next;
    struct waiter *waiter;
    int woken = 0;

    while ((waiter = next_waiter(place, node, key, bits)) != NULL) {
        node = waiter->place.next;
        wake(waiter);
        if (++woken >= count) {
            break;
        }
    }
    return woken;
}

int64_t futex_wake(struct futex futex, int count, uint32_t bits)
{
    struct key key;

    if (bits == 0) {
        return -EINVAL;
    }
    int error = find_key(futex, &key);
    return error != 0 ? error : wake_some(&key, count, bits);
}

static int check_value(struct futex futex, uint32_t expected)
{
    uint32_t value;
    int error = copy_from_user(&value, futex.address, sizeof(value));

    if (error != 0) {
        return error;
    }
    return value == expected ? 0 : -EAGAIN;
}

/* Who was woken has succeeded, whatever else has come. */
static int wait_in_place(struct waiter *waiter, uint64_t deadline)
{
    int error = 0;

    while (error == 0 && !list_is_empty(&waiter->place)) {
        error = deadline == FUTEX_NO_DEADLINE
                    ? thread_wait(&waiter->queue)
                    : thread_wait_until(&waiter->queue, deadline);
    }
    if (list_is_empty(&waiter->place)) {
        return 0;
    }
    list_remove(&waiter->place);
    return error;
}

int64_t futex_wait(struct futex futex, uint32_t value, uint32_t bits,
                   uint64_t deadline)
{
    struct waiter waiter = {.bits = bits};

    if (bits == 0) {
        return -EINVAL;
    }
    int error = find_key(futex, &waiter.key);
    if (error == 0) {
        error = check_value(futex, value);
    }
    if (error != 0) {
        return error;
    }
    wait_queue_init(&waiter.queue);
    list_init(&waiter.place);
    list_append(place_of(&waiter.key), &waiter.place);
    error = wait_in_place(&waiter, deadline);
    ASSERT(list_is_empty(&waiter.place)); /* it is on the stack */
    return error;
}

/* Wakes those who wait for FROM, and has others wait for TO. */
static int64_t move_waiters(const struct futex_move *move,
                            const struct key *from, const struct key *to)
{
    struct list *place = place_of(from);
    struct list *node = place->next;
    struct waiter *waiter;
    int64_t done = 0;

    ASSERT(move->wake >= 0 && move->move >= 0);
    while (done < (int64_t)move->wake + move->move &&
           (waiter = next_waiter(place, node, from, UINT32_MAX)) != NULL) {
        node = waiter->place.next;
        if (++done <= move->wake) {
            wake(waiter);
        } else if (!is_same(from, to)) {
            waiter->key = *to;
            list_remove(&waiter->place);
            list_append(place_of(to), &waiter->place);
        }
    }
    return done;
}

int64_t futex_requeue(const struct futex_move *move)
{
    struct key from, to;

    if (move->wake < 0 || move->move < 0) {
        return -EINVAL;
    }
    int error = find_key(move->from, &from);
    if (error == 0) {
        error = find_key(move->to, &to);
    }
    if (error == 0 && move->compares) {
        error = check_value(move->from, move->expected);
    }
    return error != 0 ? error : move_waiters(move, &from, &to);
}

/* FUTEX_OP's word, taken apart. */
struct operation {
    unsigned kind;
    unsigned comparison;
    int32_t argument;
    int32_t compared;
};

/* The low 12 bits of FIELD, the highest of which is a sign. */
static int32_t signed_12(uint32_t field)
{
    return (int32_t)(field << 20) >> 20;
}

static struct operation take_apart(uint32_t word)
{
    struct operation operation = {
        .kind = word >> 28 & 7,
        .comparison = word >> 24 & 0xf,
        .argument = signed_12(word >> 12),
        .compared = signed_12(word),
    };
    if ((word & BIT(31)) != 0) {
        operation.argument = (int32_t)BIT(operation.argument & 31);
    }
    return operation;
}

static int change(const struct operation *operation, uint32_t *value)
{
    const uint32_t argument = (uint32_t)operation->argument;

    switch (operation->kind) {
    case FUTEX_OP_SET:
        *value = argument;
        return 0;
    case FUTEX_OP_ADD:
        *value += argument;
        return 0;
    case FUTEX_OP_OR:
        *value |= argument;
        return 0;
    case FUTEX_OP_ANDN:
        *value &= ~argument;
        return 0;
    case FUTEX_OP_XOR:
        *value ^= argument;
        return 0;
    default:
        return -ENOSYS;
    }
}

/* 1 if VALUE is as OPERATION asks, 0 if not, or -ENOSYS. */
static int compare(const struct operation *operation, int32_t value)
{
    const int32_t compared = operation->compared;

    switch (operation->comparison) {
    case FUTEX_OP_CMP_EQ:
        return value == compared;
    case FUTEX_OP_CMP_NE:
        return value != compared;
    case FUTEX_OP_CMP_LT:
        return value < compared;
    case FUTEX_OP_CMP_LE:
        return value <= compared;
    case FUTEX_OP_CMP_GT:
        return value > compared;
    case FUTEX_OP_CMP_GE:
        return value >= compared;
    default:
        return -ENOSYS;
    }
}

/* Nobody runs between the two copies. */
static int operate(uaddr_t address, uint32_t word)
{
    const struct operation operation = take_apart(word);
    uint32_t value;

    int error = copy_from_user(&value, address, sizeof(value));
    if (error != 0) {
        return error;
    }
    const int32_t before = (int32_t)value;
    error = change(&operation, &value);
    if (error == 0) {
        error = copy_to_user(address, &value, sizeof(value));
    }
    return error != 0 ? error : compare(&operation, before);
}

int64_t futex_wake_op(struct futex from, struct futex to, int count,
                      int count_to, uint32_t operation)
{
    struct key from_key, to_key;
    int error = find_key(from, &from_key);

    if (error == 0) {
        error = find_key(to, &to_key);
    }
    if (error != 0) {
        return error;
    }
    int wakes_more = operate(to.address, operation);
    if (wakes_more < 0) {
        return wakes_more;
    }
    int woken = wake_some(&from_key, count, FUTEX_BITSET_MATCH_ANY);
    if (wakes_more != 0) {
        woken += wake_some(&to_key, count_to, FUTEX_BITSET_MATCH_ANY);
    }
    return woken;
}
