/* Robust futexes: a thread keeps a list of those that it holds, so that others
 * learn of its end. All of it is the program's, and may be anything. */
#include "kernel/abi/futex.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/thread.h"
#include "mm/user_copy.h"

/* A list as a thread has given it: in words of WIDTH bytes. */
struct robust_list {
    uaddr_t head;
    size_t width;
    int64_t offset;  /* from an entry to its word */
    uaddr_t pending; /* an entry, with its lowest bit */
};

static int read_word(const struct robust_list *list, uaddr_t at, uaddr_t *word)
{
    *word = 0;
    return copy_from_user(word, at, list->width);
}

static bool open_list(struct robust_list *list, uaddr_t *first)
{
    uaddr_t offset;

    if (list->head == 0 || read_word(list, list->head, first) != 0 ||
        read_word(list, list->head + list->width, &offset) != 0 ||
        read_word(list, list->head + 2 * list->width, &list->pending) != 0) {
        return false;
    }
    list->offset = list->width == sizeof(uint64_t) ? (int64_t)offset
                                                   : (int32_t)(uint32_t)offset;
    return true;
}

static void wake_one(uaddr_t address)
{
    const struct futex futex = {.address = address, .is_shared = true};

    (void)futex_wake(futex, 1, FUTEX_BITSET_MATCH_ANY);
}

/* Says in the word of ENTRY that its owner, THREAD, is dead, and tells one who
 * waits. A PENDING one may have been given back, and nobody told. Returns
 * whether it was there. */
static bool release(const struct robust_list *list, const struct thread *thread,
                    uaddr_t entry, bool is_pending)
{
    bool has_inheritance = (entry & ROBUST_LIST_PI) != 0;
    uaddr_t address =
        (entry & ~(uaddr_t)ROBUST_LIST_PI) + (uint64_t)list->offset;
    uint32_t value;

    if (list->width == sizeof(uint32_t)) {
        address = (uint32_t)address;
    }
    if (!is_aligned(address, sizeof(value)) ||
        copy_from_user(&value, address, sizeof(value)) != 0) {
        return false;
    }
    if (is_pending && !has_inheritance && value == 0) {
        wake_one(address);
        return true;
    }
    if ((value & FUTEX_TID_MASK) != (uint32_t)thread->tid) {
        return true;
    }
    const uint32_t dead = (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
    if (copy_to_user(address, &dead, sizeof(dead)) != 0) {
        return false;
    }
    if (!has_inheritance && (value & FUTEX_WAITERS) != 0) {
        wake_one(address);
    }
    return true;
}

/* Linux's exit_robust_list. */
static void release_list(struct robust_list list, const struct thread *thread)
{
    uaddr_t entry, next;

    if (!open_list(&list, &entry)) {
        return;
    }
    for (unsigned i = 0; i < ROBUST_LIST_LIMIT; i++) {
        uaddr_t at = entry & ~(uaddr_t)ROBUST_LIST_PI;
        if (at == list.head) {
            break;
        }
        bool has_next = read_word(&list, at, &next) == 0;
        if ((at != (list.pending & ~(uaddr_t)ROBUST_LIST_PI) &&
             !release(&list, thread, entry, false)) ||
            !has_next) {
            return;
        }
        entry = next;
    }
    if ((list.pending & ~(uaddr_t)ROBUST_LIST_PI) != 0) {
        (void)release(&list, thread, list.pending, true);
    }
}

void futex_release_robust(struct thread *thread)
{
    release_list((struct robust_list){.head = thread->robust_list,
                                      .width = sizeof(uint64_t)},
                 thread);
    release_list((struct robust_list){.head = thread->robust_list_32,
                                      .width = sizeof(uint32_t)},
                 thread);
    thread->robust_list = 0;
    thread->robust_list_32 = 0;
}
