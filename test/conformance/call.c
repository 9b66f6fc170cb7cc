/* System calls that say what they did: see call.h. */
#include "test/conformance/call.h"

#include "kernel/abi/resource.h"
#include "test/conformance/arch.h"
#include "test/conformance/text.h"

static enum door chosen;

static void say_call(const char *name, size_t count,
                     const unsigned long *arguments)
{
    text(name);
    for (size_t i = 0; i < count; i++) {
        text(" ");
        text_hex(arguments[i]);
    }
    text(" = ");
}

static long say_result(long result)
{
    text_result(result);
    text_line();
    return result;
}

long call(const char *name, long number, size_t count,
          const unsigned long *arguments)
{
    long given[CALL_ARGUMENTS_MAX] = {0};
    for (size_t i = 0; i < count; i++) {
        given[i] = (long)arguments[i];
    }
    say_call(name, count, arguments);
    return say_result(
        __syscall5(number, given[0], given[1], given[2], given[3], given[4]));
}

void call_choose(enum door door)
{
    chosen = door;
}

static bool has_32_bits(size_t count, const unsigned long *arguments)
{
    for (size_t i = 0; i < count; i++) {
        if (arguments[i] > UINT32_MAX) {
            return false;
        }
    }
    return true;
}

static long call_32(const char *name, long number, size_t count,
                    const unsigned long *arguments)
{
    uint32_t words[DOOR_WORDS] = {(uint32_t)number};
    for (size_t i = 0; i < count; i++) {
        words[i + 1] = (uint32_t)arguments[i];
    }
    text("door ");
    say_call(name, count, arguments);
    return say_result(door_32(words));
}

long call_by_door(const char *name, long own, long other, size_t count,
                  const unsigned long *arguments)
{
    return chosen == DOOR_32 && has_32_bits(count, arguments)
               ? call_32(name, other, count, arguments)
               : call(name, own, count, arguments);
}

/* The first mmap of i386 takes its arguments in memory; x86-64 never had it. */
static long old_mmap(const unsigned long *arguments)
{
#ifdef __i386__
    return __syscall1(SYS32_mmap, (long)arguments);
#else
    return __syscall6(SYS64_mmap, (long)arguments[0], (long)arguments[1],
                      (long)arguments[2], (long)arguments[3],
                      (long)arguments[4], (long)arguments[5]);
#endif
}

long map_old(unsigned long address, unsigned long length,
             unsigned long protection, unsigned long flags, unsigned long file,
             unsigned long offset)
{
    unsigned long arguments[] = {address, length, protection,
                                 flags,   file,   offset};
    say_call("old_mmap", 6, arguments);
    return say_result(old_mmap(arguments));
}

long map(unsigned long address, unsigned long length, unsigned long protection,
         unsigned long flags, unsigned long file, unsigned long offset)
{
    if (offset % PAGE_SIZE != 0) {
        return map_old(address, length, protection, flags, file, offset);
    }
    unsigned long arguments[] = {address, length, protection,
                                 flags,   file,   offset};
    if (chosen == DOOR_32 && has_32_bits(2, arguments)) {
        arguments[4] = (uint32_t)file;
        arguments[5] = offset / PAGE_SIZE;
        return call_32("mmap2", SYS32_mmap2, 6, arguments);
    }
    say_call("mmap", 6, arguments);
    return say_result(mmap((void *)address, length, (int)protection, (int)flags,
                           (int)file, offset));
}

long map_fixed(unsigned long address, unsigned long length,
               unsigned long protection)
{
    return map(address, length, protection, ANONYMOUS | MAP_FIXED, NO_FILE, 0);
}

long limit(unsigned long resource, uint64_t value)
{
    struct rlimit64 limits;
    __syscall4(SYS(prlimit64), 0, (long)resource, 0, (long)&limits);
    limits.current = value < limits.maximum ? value : limits.maximum;
    text("limit ");
    text_hex(resource);
    text(" ");
    text_hex((unsigned long)limits.current);
    text(" = ");
    return say_result(
        __syscall4(SYS(prlimit64), 0, (long)resource, (long)&limits, 0));
}
