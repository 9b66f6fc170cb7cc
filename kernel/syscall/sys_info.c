/* What a program can ask about the system, the time and its limits. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/abi/sysinfo.h"
#include "kernel/abi/time.h"
#include "kernel/abi/utsname.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/frame.h"
#include "mm/memory.h"
#include "mm/user_copy.h"

#define RANDOM_PIECE     256
#define GRND_KNOWN_FLAGS 7u

/* Whatever the program is: i386's alone for those that asked for it. */
static const char *machine_name(void)
{
    uint32_t domain = process_current()->personality & PERSONALITY_DOMAIN;

    return domain == PERSONALITY_LINUX32 ? "i686" : "x86_64";
}

int64_t sys_uname(uaddr_t to)
{
    struct new_utsname name = {
        .sysname = "Linux", /* what programs that look at it expect */
        .nodename = "brix",
        .release = BRIX_LINUX_RELEASE,
        .version = "Brix " BRIX_VERSION,
        .domainname = "(none)",
    };
    string_copy(name.machine, machine_name(), sizeof(name.machine));
    return copy_to_user(to, &name, sizeof(name));
}

int64_t sys_getrandom(uaddr_t to, uint64_t size, unsigned flags)
{
    uint8_t piece[RANDOM_PIECE];

    if ((flags & ~GRND_KNOWN_FLAGS) != 0) {
        return -EINVAL;
    }
    size = MIN(size, (uint64_t)INT32_MAX);
    if (!is_user_range(to, size)) {
        return -EFAULT;
    }
    for (uint64_t done = 0; done < size;) {
        size_t part = MIN(size - done, sizeof(piece));
        random_bytes(piece, part);
        if (copy_to_user(to + done, piece, part) != 0) {
            return -EFAULT;
        }
        done += part;
        if (done % PAGE_SIZE == 0 && thread_is_interrupted()) {
            return (int64_t)done;
        }
    }
    return (int64_t)size;
}

/* A load average as sysinfo tells it. */
static uint64_t load(unsigned index)
{
    return load_averages[index] << (SI_LOAD_SHIFT - LOAD_SHIFT);
}

int64_t sys_sysinfo(uaddr_t to)
{
    struct sysinfo info = {
        .uptime = (int64_t)(clock_nanoseconds() / NANOSECONDS_PER_SECOND),
        .totalram = memory_total(),
        .freeram = memory_free(),
        .loads = {load(0), load(1), load(2)},
        .procs = (uint16_t)thread_count(),
        .mem_unit = 1,
    };
    return copy_to_user(to, &info, sizeof(info));
}

/* As on Linux, in pages where bytes do not fit. */
int64_t sys_sysinfo_32(uaddr_t to)
{
    uint64_t unit = memory_total() > UINT32_MAX ? PAGE_SIZE : 1;
    struct sysinfo_32 info = {
        .uptime = (int32_t)(clock_nanoseconds() / NANOSECONDS_PER_SECOND),
        .totalram = (uint32_t)(memory_total() / unit),
        .freeram = (uint32_t)(memory_free() / unit),
        .loads = {(uint32_t)load(0), (uint32_t)load(1), (uint32_t)load(2)},
        .procs = (uint16_t)thread_count(),
        .mem_unit = (uint32_t)unit,
    };
    return copy_to_user(to, &info, sizeof(info));
}
