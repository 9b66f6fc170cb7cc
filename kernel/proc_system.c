/* The files of /proc that tell of the machine and the kernel. */
#include "drivers/clock.h"
#include "kernel/lib/bits.h"
#include "kernel/log.h"
#include "kernel/proc_priv.h"
#include "kernel/version.h"
#include "kernel/x86/cpu.h"
#include "mm/frame.h"
#include "mm/memory.h"
#include "mm/page_table.h"

#define HERTZ_PER_KHZ    1000ull
#define KHZ_PER_MHZ      1000ull
#define NANOS_PER_CENT   10000000ull /* of a second */
#define CENTS_PER_SECOND 100ull
#define VIRTUAL_BITS     48 /* of an address, with four levels of tables */

static void print_kib(struct window *window, const char *name, uint64_t bytes)
{
    window_print(window, "%-16s%8llu kB\n", name,
                 (unsigned long long)(bytes / KIB));
}

/* What is nobody's is available: Brix keeps no caches. A huge page is a large
 * page, and none is set aside for them. */
static void meminfo(struct window *window, const struct process *process)
{
    (void)process;
    print_kib(window, "MemTotal:", memory_total());
    print_kib(window, "MemFree:", memory_free());
    print_kib(window, "MemAvailable:", memory_free());
    print_kib(window, "Buffers:", 0);
    print_kib(window, "Cached:", 0);
    print_kib(window, "SwapTotal:", 0);
    print_kib(window, "SwapFree:", 0);
    print_kib(window, "PageTables:", page_table_count() * FRAME_SIZE);
    window_print(window, "HugePages_Free: %8zu\n", byte_map_free_count());
    print_kib(window, "Hugepagesize:", LARGE_PAGE_SIZE);
}

static void cpuinfo(struct window *window, const struct process *process)
{
    (void)process;
    uint64_t khz = clock_tsc_hertz() / HERTZ_PER_KHZ;

    window_print(window, "processor\t: 0\nvendor_id\t: %s\nmodel name\t: %s\n",
                 cpu_features.vendor, cpu_features.brand);
    window_print(window, "cpu MHz\t\t: %llu.%03llu\n",
                 (unsigned long long)(khz / KHZ_PER_MHZ),
                 (unsigned long long)(khz % KHZ_PER_MHZ));
    window_print(window,
                 "address sizes\t: %u bits physical, %d bits virtual\n\n",
                 cpu_features.physical_bits, VIRTUAL_BITS);
}

/* Since boot; how long of it the CPU had nothing to do is not counted. */
static void uptime(struct window *window, const struct process *process)
{
    (void)process;
    uint64_t cents = clock_nanoseconds() / NANOS_PER_CENT;

    window_print(window, "%llu.%02llu 0.00\n",
                 (unsigned long long)(cents / CENTS_PER_SECOND),
                 (unsigned long long)(cents % CENTS_PER_SECOND));
}

static void version(struct window *window, const struct process *process)
{
    (void)process;
    window_print(window, "Linux version " BRIX_LINUX_RELEASE
                         " (Brix " BRIX_VERSION ") (gcc " __VERSION__ ")\n");
}

static void cmdline(struct window *window, const struct process *process)
{
    (void)process;
    window_print(window, "%s\n", proc_command_line);
}

static void mounts(struct window *window, const struct process *process)
{
    (void)process;
    window_print(window, "rootfs / rootfs ro 0 0\nproc /proc proc ro 0 0\n");
}

static size_t bytemap(size_t offset, void *to, size_t size)
{
    uint8_t *bytes = to;
    size_t total = byte_map_page_count();
    size_t count = offset < total ? MIN(size, total - offset) : 0;

    for (size_t i = 0; i < count; i++) {
        bytes[i] = byte_map_state(offset + i);
    }
    return count;
}

const struct proc_file proc_system_files[] = {
    {.name = "bytemap", .bytes = bytemap},
    {.name = "cmdline", .text = cmdline},
    {.name = "cpuinfo", .text = cpuinfo},
    {.name = "dmesg", .bytes = log_ring_read},
    {.name = "kmsg", .bytes = log_ring_read},
    {.name = "meminfo", .text = meminfo},
    {.name = "mounts", .text = mounts},
    {.name = "uptime", .text = uptime},
    {.name = "version", .text = version},
    {.name = NULL},
};
