/* What the record keeps of a system call: its arguments before it, its result
 * behind it, and both times what it points at, as calls.tbl says. */
#include "kernel/base.h"
#include "kernel/process.h"
#include "kernel/syscall/syscall_priv.h"
#include "kernel/thread.h"

/* As much as strace shows: 32 bytes of what is read and written, and whether
 * there are more; 32 elements of a list. */
#define BYTES_MAX  33ull
#define EACH_MAX   33ull
#define STRING_MAX 4096ull

/* The two words of an iovec have WIDTH bytes each. */
static uint64_t word_at(const void *data, unsigned index, size_t width)
{
    return width == sizeof(uint64_t) ? ((const uint64_t *)data)[index]
                                     : ((const uint32_t *)data)[index];
}

static void keep_vectors(struct record_event *event, uaddr_t address,
                         size_t width, uint64_t count)
{
    uint64_t got;
    const void *vectors = record_add_memory(
        event, address, MIN(count, EACH_MAX) * 2 * width, &got);

    for (unsigned i = 0; i < got / (2 * width); i++) {
        uint64_t size = word_at(vectors, 2 * i + 1, width);
        (void)record_add_memory(event, word_at(vectors, 2 * i, width),
                                MIN(size, BYTES_MAX), &(uint64_t){0});
    }
}

static void keep_strings(struct record_event *event, uaddr_t address,
                         size_t width)
{
    uint64_t got;

    for (unsigned i = 0; i < EACH_MAX; i++) {
        const void *pointer =
            record_add_memory(event, address + i * width, width, &got);
        if (got < width || word_at(pointer, 0, width) == 0) {
            return;
        }
        record_add_string(event, word_at(pointer, 0, width), BYTES_MAX);
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

static void keep_before(struct record_event *event,
                        const struct syscall_traced *traced, unsigned i)
{
    const struct syscall_argument kept = keeps_of(traced)->arguments[i];
    uaddr_t address = traced->arguments[i];
    uint64_t next = argument(traced, i + 1);
    uint64_t size = kept.size;
    uint64_t got;

    switch (kept.keep) {
    case KEEP_IN:
        (void)record_add_memory(event, address, size, &got);
        break;
    case KEEP_STRING:
        record_add_string(event, address, STRING_MAX);
        break;
    case KEEP_STRINGS:
        keep_strings(event, address, word_size(traced));
        break;
    case KEEP_BYTES:
        (void)record_add_memory(event, address, MIN(next, BYTES_MAX), &got);
        break;
    case KEEP_VECTORS:
        keep_vectors(event, address, word_size(traced), next);
        break;
    case KEEP_EACH:
        (void)record_add_memory(event, address,
                                MIN(argument(traced, i - 1), EACH_MAX) * size,
                                &got);
        break;
    default:
        break;
    }
}

static void keep_behind(struct record_event *event,
                        const struct syscall_traced *traced, unsigned i,
                        uint64_t result)
{
    const struct syscall_argument kept = keeps_of(traced)->arguments[i];
    uaddr_t address = traced->arguments[i];
    uint64_t size = kept.size;
    uint64_t got;

    switch (kept.keep) {
    case KEEP_OUT:
        (void)record_add_memory(event, address, size, &got);
        break;
    case KEEP_BYTES_OUT:
        (void)record_add_memory(event, address, MIN(result, BYTES_MAX), &got);
        break;
    case KEEP_VECTORS_OUT:
        keep_vectors(event, address, word_size(traced),
                     argument(traced, i + 1));
        break;
    case KEEP_EACH_OUT:
        (void)record_add_memory(event, address, MIN(result, EACH_MAX) * size,
                                &got);
        break;
    default:
        break;
    }
}

/* Until the host has made room, interrupts come in: the clock goes on, input is
 * taken, a debugger can stop the machine. */
NOINLINE static void wait_for_room(void)
{
    do {
        (void)thread_is_killed();
    } while (!record_has_room());
}

static struct record_event *begin(enum record_type type,
                                  const struct syscall_traced *traced)
{
    if (!record_has_room()) {
        wait_for_room();
    }
    struct record_event *event = record_begin(type, process_current()->pid);

    event->number = (uint32_t)traced->number;
    event->door = traced->door == SYSCALL_DOOR_64 ? 64 : 32;
    return event;
}

void syscall_record_begin(const struct syscall_traced *traced)
{
    struct record_event *event = begin(RECORD_CALL, traced);

    record_add(event, traced->arguments, sizeof(traced->arguments));
    for (unsigned left = keeps_of(traced)->before; left != 0;
         left &= left - 1) {
        keep_before(event, traced, (unsigned)__builtin_ctz(left));
    }
    record_end(event);
}

/* SIGKILL has come: the program does not see what the call answers, so there is
 * none to be told. */
static bool is_killed(const struct thread *thread)
{
    return thread->has_signal &&
           (signal_pending(thread) & signal_bit(SIGKILL)) != 0;
}

void syscall_record_end(const struct syscall_traced *traced, int64_t result)
{
    if (is_killed(thread_current())) {
        return;
    }
    struct record_event *event = begin(RECORD_RESULT, traced);

    record_add(event, &result, sizeof(result));
    unsigned left = result >= 0 ? keeps_of(traced)->behind : 0;
    for (; left != 0; left &= left - 1) {
        keep_behind(event, traced, (unsigned)__builtin_ctz(left),
                    (uint64_t)result);
    }
    record_end(event);
}
