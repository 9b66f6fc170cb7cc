/* Deadlines: leftist heaps. Each timer's deadline is not before its parent's.
 * A rank is how many steps to the right lead out of the heap; a left child's
 * is never below the right one's, so a way to the right is as long as the
 * logarithm of the heap at most. All of them are changed with interrupts off.
 */
#include "kernel/thread/timer.h"

#include "kernel/lib.h"
#include "kernel/thread/thread.h"

static struct timer_heap real_time;

static unsigned rank_of(const struct timer *timer)
{
    return timer != NULL ? timer->rank : 0;
}

static void adopt(struct timer *parent, struct timer **place,
                  struct timer *child)
{
    *place = child;
    if (child != NULL) {
        child->parent = parent;
    }
}

/* Puts the children of TIMER in order. Returns whether its rank changes. */
static bool settle(struct timer *timer)
{
    if (rank_of(timer->left) < rank_of(timer->right)) {
        struct timer *left = timer->left;
        timer->left = timer->right;
        timer->right = left;
    }
    unsigned rank = rank_of(timer->right) + 1;
    bool is_new = rank != timer->rank;
    timer->rank = rank;
    return is_new;
}

static struct timer *merge(struct timer *a, struct timer *b)
{
    if (a == NULL || b == NULL) {
        return a == NULL ? b : a;
    }
    if (b->deadline < a->deadline) {
        return merge(b, a);
    }
    adopt(a, &a->right, merge(a->right, b));
    (void)settle(a);
    return a;
}

void timer_insert_in(struct timer_heap *heap, struct timer *timer)
{
    ASSERT(timer->heap == NULL);
    timer->heap = heap;
    timer->rank = 1;
    heap->first = merge(heap->first, timer);
    heap->first->parent = NULL;
}

void timer_insert(struct timer *timer)
{
    timer_insert_in(&real_time, timer);
}

void timer_remove(struct timer *timer)
{
    struct timer *parent = timer->parent;
    struct timer *heir;

    if (timer->heap == NULL) {
        return;
    }
    ASSERT(parent != NULL || timer->heap->first == timer);
    heir = merge(timer->left, timer->right);
    if (parent == NULL) {
        adopt(NULL, &timer->heap->first, heir);
    } else {
        adopt(parent, parent->left == timer ? &parent->left : &parent->right,
              heir);
    }
    while (parent != NULL && settle(parent)) {
        parent = parent->parent;
    }
    *timer = (struct timer){
        .deadline = timer->deadline,
        .thread = timer->thread,
        .fire = timer->fire,
    };
}

void timer_expire_in(struct timer_heap *heap, uint64_t now)
{
    while (heap->first != NULL && heap->first->deadline <= now) {
        struct timer *timer = heap->first;
        timer_remove(timer);
        if (timer->thread != NULL) {
            thread_wake(timer->thread);
        } else {
            timer->fire(timer);
        }
    }
}

void timer_expire(uint64_t now)
{
    timer_expire_in(&real_time, now);
}

void timer_clear(struct timer_heap *heap)
{
    while (heap->first != NULL) {
        timer_remove(heap->first);
    }
}

static const char *check_child(const struct timer *timer,
                               const struct timer *child)
{
    if (child == NULL) {
        return NULL;
    }
    if (child->parent != timer || child->heap != timer->heap) {
        return "a timer is its children's parent, in one heap";
    }
    return child->deadline >= timer->deadline
               ? NULL
               : "no deadline is before its parent's";
}

/* The heap below TIMER; to the left it may be deep. */
static const char *check(const struct timer *timer)
{
    const char *rule = NULL;

    for (; rule == NULL && timer != NULL; timer = timer->left) {
        rule = check_child(timer, timer->left);
        if (rule == NULL) {
            rule = check_child(timer, timer->right);
        }
        if (rule == NULL && (rank_of(timer->left) < rank_of(timer->right) ||
                             timer->rank != rank_of(timer->right) + 1)) {
            rule = "a rank is the way to the right, and lower there";
        }
        if (rule == NULL) {
            rule = check(timer->right);
        }
    }
    return rule;
}

const char *timer_validate_heap(const struct timer_heap *heap)
{
    const struct timer *first = heap->first;

    return first != NULL && (first->parent != NULL || first->heap != heap)
               ? "the first timer has no parent, and knows its heap"
               : check(first);
}

const char *timer_validate(void)
{
    return timer_validate_heap(&real_time);
}
