/* What the record keeps of a system call: its arguments before it, its result
 * behind it, and both times what it points at, as calls.tbl says. */
#include "kernel/abi/errno.h"
#include "kernel/abi/futex.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall/syscall_priv.h"
#include "kernel/thread.h"

/* As much as strace shows: 32 bytes of what is read and written, and whether
 * there are more; 32 elements of a list. */
#define BYTES_MAX  33ull
#define EACH_MAX   33ull
#define STRING_MAX 4096ull
#define BITS_MAX   1024ull /* of a set of descriptors */

/* Element INDEX of DATA, of WIDTH bytes each. */
static uint64_t word_at(const void *data, unsigned index, size_t width)
{
    return width == sizeof(uint64_t) ? ((const uint64_t *)data)[index]
                                     : ((const uint32_t *)data)[index];
}

static void keep_vectors(struct record_event *event, uaddr_t address,
                         size_t width, uint64_t count)
{
    const struct record_piece *vectors =
        record_add_memory(event, address, MIN(count, EACH_MAX) * 2 * width);
    uint64_t got = vectors != NULL ? vectors->size : 0;

    for (unsigned i = 0; i < got / (2 * width); i++) {
        uint64_t size = word_at(vectors + 1, 2 * i + 1, width);
        (void)record_add_memory(event, word_at(vectors + 1, 2 * i, width),
                                MIN(size, BYTES_MAX));
    }
}

static void keep_strings(struct record_event *event, uaddr_t address,
                         size_t width)
{
    for (unsigned i = 0; i < EACH_MAX; i++) {
        const struct record_piece *pointer =
            record_add_memory(event, address + i * width, width);
        if (pointer == NULL || pointer->size < width ||
            word_at(pointer + 1, 0, width) == 0) {
            return;
        }
        record_add_string(event, word_at(pointer + 1, 0, width), BYTES_MAX);
    }
}

static const struct syscall_keeps *keeps_of(const struct syscall_traced *traced)
{
    static const struct syscall_keeps nothing;
    const struct syscall_table *table = traced->table;

    return traced->number < table->count ? &table->keeps[traced->number]
                                         : &nothing;
}

static size_t word_size(const struct syscall_traced *traced)
{
    return traced->door == SYSCALL_DOOR_64 ? sizeof(uint64_t)
                                           : sizeof(uint32_t);
}

static uint64_t argument(const struct syscall_traced *traced, unsigned index)
{
    return index < SYSCALL_ARGUMENTS ? traced->arguments[index] : 0;
}

static uint64_t bit_words(const struct syscall_traced *traced)
{
    uint64_t bits = MIN((uint32_t)traced->arguments[0], BITS_MAX);

    return align_up(bits, word_size(traced) * 8) / 8;
}

static bool has_timeout(uint64_t futex_operation)
{
    const int flags = FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;

    switch ((int)futex_operation & ~flags) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
    case FUTEX_WAIT_REQUEUE_PI:
        return true;
    default:
        return false;
    }
}

/* How many bytes are kept for argument I, where that is not what the table
 * says. */
static uint64_t size_of(const struct syscall_argument kept,
                        const struct syscall_traced *traced, unsigned i,
                        uint64_t result)
{
    switch (kept.keep) {
    case KEEP_BYTES:
        return MIN(argument(traced, i + 1), BYTES_MAX);
    case KEEP_BYTES_OUT:
        return MIN(result, BYTES_MAX);
    case KEEP_ALL_OUT:
        return result;
    case KEEP_EACH:
        return MIN(argument(traced, i - 1), EACH_MAX) * kept.size;
    case KEEP_EACH_OUT:
        return MIN(result, EACH_MAX) * kept.size;
    case KEEP_LIST_IN_OUT:
        return MIN(argument(traced, i + 1), EACH_MAX) * kept.size;
    case KEEP_PAGES_OUT:
        return MIN(argument(traced, i - 1) / PAGE_SIZE + 1, EACH_MAX);
    case KEEP_BITS_IN_OUT:
        return bit_words(traced);
    case KEEP_TIMEOUT:
        return has_timeout(argument(traced, i - 2)) ? kept.size : 0;
    default:
        return 0;
    }
}

/* What is not a piece of memory where the argument points. */
NOINLINE static void keep_other(struct record_event *event,
                                const struct syscall_argument kept,
                                const struct syscall_traced *traced, unsigned i,
                                uint64_t result)
{
    uaddr_t address = traced->arguments[i];

    switch (kept.keep) {
    case KEEP_STRING:
        record_add_string(event, address, STRING_MAX);
        break;
    case KEEP_STRINGS:
        keep_strings(event, address, word_size(traced));
        break;
    case KEEP_VECTOR:
        keep_vectors(event, address, word_size(traced), 1);
        break;
    case KEEP_VECTORS:
    case KEEP_VECTORS_IN_OUT:
        keep_vectors(event, address, word_size(traced),
                     argument(traced, i + 1));
        break;
    case KEEP_STACK:
        (void)record_add_memory(event,
                                traced->stack + kept.size * sizeof(uint64_t),
                                sizeof(uint64_t));
        break;
    default:
        (void)record_add_memory(event, address,
                                size_of(kept, traced, i, result));
    }
}

/* What the arguments point at that have a bit in WHICH. */
NOINLINE static void keep(struct record_event *event,
                          const struct syscall_traced *traced,
                          const struct syscall_argument *arguments,
                          unsigned which, uint64_t result)
{
    do {
        unsigned i = (unsigned)__builtin_ctz(which);
        if (arguments[i].keep <= KEEP_IN_OUT) {
            (void)record_add_memory(event, traced->arguments[i],
                                    arguments[i].size);
        } else {
            keep_other(event, arguments[i], traced, i, result);
        }
        which &= which - 1;
    } while (which != 0);
}

/* Until the host has made room, interrupts come in: the clock goes on, input is
 * taken, a debugger can stop the machine. */
NOINLINE static void wait_for_room(void)
{
    do {
        (void)thread_is_killed();
    } while (!record_has_room());
}

static ALWAYS_INLINE struct record_event *
begin(enum record_type type, const struct syscall_traced *traced)
{
    if (!record_has_room()) {
        wait_for_room();
    }
    struct record_event *event = record_begin(type, thread_current()->tid);

    event->number = (uint32_t)traced->number;
    event->door = traced->door == SYSCALL_DOOR_64 ? 64 : 32;
    return event;
}

/* SIGKILL has come: the program does not see what the call answers, so there is
 * none to be told. */
static bool is_killed(const struct thread *thread)
{
    return thread->has_signal &&
           (signal_pending(thread) & signal_bit(SIGKILL)) != 0;
}

NOINLINE static void tell_refusal(const struct syscall_traced *traced,
                                  const char *rule)
{
    const struct aspace *aspace = process_current()->aspace;
    const struct area_totals *totals = &aspace->areas.totals;
    const struct record_refusal refusal = {
        .rule = (uintptr_t)rule,
        .mapped = totals->pages << PAGE_SHIFT,
        .mapped_limit = aspace->limits.size,
        .data = totals->data << PAGE_SHIFT,
        .data_limit = aspace->limits.data,
        .locked = totals->locked << PAGE_SHIFT,
        .locked_limit = aspace->limits.locked,
    };
    struct record_event *event = begin(RECORD_REFUSAL, traced);

    record_add(event, &refusal, sizeof(refusal));
    record_end(event);
}

int64_t syscall_record_call(const struct syscall_traced *traced,
                            struct trap_frame *frame)
{
    const struct syscall_keeps *keeps = keeps_of(traced);
    struct record_event *event = begin(RECORD_CALL, traced);

    record_add(event, traced->arguments, sizeof(traced->arguments));
    if (keeps->before != 0) {
        keep(event, traced, keeps->arguments, keeps->before, 0);
    }
    record_end(event);
    process_record_touches();
    uint64_t start = rdtsc();
    int64_t result = syscall_call(traced->table, traced->number, frame);
    uint64_t ticks = rdtsc() - start;
    if (is_killed(thread_current())) {
        return result;
    }
    const char *rule = aspace_take_refusal();
    if (rule != NULL) {
        tell_refusal(traced, rule);
    }
    const struct record_result told = {
        .result = result,
        .ticks = ticks,
        .memory = process_record_memory(),
    };
    event = begin(RECORD_RESULT, traced);
    record_add(event, &told, sizeof(told));
    if (keeps->behind != 0 && (result >= 0 || result == -ERESTARTBLOCK)) {
        keep(event, traced, keeps->arguments, keeps->behind, (uint64_t)result);
    }
    record_end(event);
    process_record_touches();
    return result;
}
