/* The queue of pending signals. */
#include "kernel/signal/signal_queue.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/lib.h"

/* What a program's own instructions raise (Linux's SYNCHRONOUS_MASK). */
#define FAULTS                                                                 \
    (signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) |           \
     signal_bit(SIGTRAP) | signal_bit(SIGFPE) | signal_bit(SIGSYS))

int signal_queue_put(struct signal_queue *queue, const struct signal_info *info)
{
    ASSERT(info->signal > 0 && info->signal <= SIGNAL_MAX);
    ASSERT(queue->count <= SIGNAL_QUEUE_SIZE);
    bool was_pending = (queue->set & signal_bit(info->signal)) != 0;

    if (was_pending && info->signal < SIGNAL_REALTIME) {
        return 0;
    }
    queue->set |= signal_bit(info->signal);
    if (queue->count == SIGNAL_QUEUE_SIZE) {
        return -EAGAIN;
    }
    queue->infos[queue->count++] = *info;
    return 0;
}

int signal_queue_next(const struct signal_queue *queue, uint64_t blocked)
{
    uint64_t acting = queue->set & ~blocked;

    if ((acting & FAULTS) != 0) {
        acting &= FAULTS;
    }
    return acting != 0 ? __builtin_ctzll(acting) + 1 : 0;
}

/* The index of the first info of SIGNAL from START on, or queue->count. */
static unsigned find(const struct signal_queue *queue, unsigned start,
                     int signal)
{
    unsigned i = start;
    while (i < queue->count && queue->infos[i].signal != signal) {
        i++;
    }
    return i;
}

static void remove(struct signal_queue *queue, unsigned index)
{
    ASSERT_CMP(index, <, queue->count);
    queue->count--;
    memmove(&queue->infos[index], &queue->infos[index + 1],
            (queue->count - index) * sizeof(queue->infos[0]));
}

struct signal_info signal_queue_take(struct signal_queue *queue, int signal)
{
    struct signal_info info = {.signal = signal, .code = SI_USER};
    unsigned index = find(queue, 0, signal);

    ASSERT((queue->set & signal_bit(signal)) != 0);

    if (index < queue->count) {
        info = queue->infos[index];
        remove(queue, index);
    }
    if (find(queue, index, signal) == queue->count) {
        queue->set &= ~signal_bit(signal);
    }
    return info;
}

void signal_queue_drop(struct signal_queue *queue, int signal)
{
    unsigned index;

    while ((index = find(queue, 0, signal)) < queue->count) {
        remove(queue, index);
    }
    queue->set &= ~signal_bit(signal);
}
