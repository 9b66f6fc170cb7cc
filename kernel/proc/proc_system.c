/* The files of /proc that tell of the machine and the kernel. */
#include "drivers/clock.h"
#include "drivers/pic.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "kernel/thread.h"
#include "kernel/x86.h"

#define HERTZ_PER_KHZ    1000ull
#define KHZ_PER_MHZ      1000ull
#define NANOS_PER_CENT   10000000ull /* of a second */
#define CENTS_PER_SECOND 100ull
#define CENTS            100ull /* of a load average */
#define VIRTUAL_BITS     48     /* of an address, with four levels of tables */

static void cpuinfo(struct seq_text *text, const struct process *process)
{
    (void)process;
    uint64_t khz = clock_tsc_hertz() / HERTZ_PER_KHZ;

    seq_print(text, "processor\t: 0\nvendor_id\t: %s\nmodel name\t: %s\n",
              cpu_features.vendor, cpu_features.brand);
    seq_print(text, "cpu MHz\t\t: %llu.%03llu\n",
              (unsigned long long)(khz / KHZ_PER_MHZ),
              (unsigned long long)(khz % KHZ_PER_MHZ));
    seq_print(text, "address sizes\t: %u bits physical, %d bits virtual\n\n",
              cpu_features.physical_bits, VIRTUAL_BITS);
}

/* How long since boot the CPU has run no program, in nanoseconds. */
static uint64_t idle_time(void)
{
    uint64_t now = clock_nanoseconds();

    return now - MIN(now, usage_of_all.user + usage_of_all.system);
}

/* Since boot, and how long of it the CPU had nothing to do. */
static void uptime(struct seq_text *text, const struct process *process)
{
    (void)process;
    uint64_t cents = clock_nanoseconds() / NANOS_PER_CENT;
    uint64_t idle = idle_time() / NANOS_PER_CENT;

    seq_print(text, "%llu.%02llu %llu.%02llu\n",
              (unsigned long long)(cents / CENTS_PER_SECOND),
              (unsigned long long)(cents % CENTS_PER_SECOND),
              (unsigned long long)(idle / CENTS_PER_SECOND),
              (unsigned long long)(idle % CENTS_PER_SECOND));
}

static void print_cpu(struct seq_text *text, const char *name)
{
    seq_print(text, "%s %llu 0 %llu %llu 0 0 0 0 0 0\n", name,
              (unsigned long long)(usage_of_all.user / NANOSECONDS_PER_TICK),
              (unsigned long long)(usage_of_all.system / NANOSECONDS_PER_TICK),
              (unsigned long long)(idle_time() / NANOSECONDS_PER_TICK));
}

/* A load average, rounded to hundredths: Linux's LOAD_INT and LOAD_FRAC. */
static void print_load(struct seq_text *text, uint64_t load)
{
    uint64_t rounded = load + LOAD_ONE / (2 * CENTS);
    uint64_t part = rounded % LOAD_ONE * CENTS;

    seq_print(text, "%llu.%02llu ", (unsigned long long)(rounded / LOAD_ONE),
              (unsigned long long)(part / LOAD_ONE));
}

/* The averages, threads that run of all that there are, and the newest. */
static void loadavg(struct seq_text *text, const struct process *process)
{
    (void)process;
    for (size_t i = 0; i < LOAD_AVERAGES; i++) {
        print_load(text, load_averages[i]);
    }
    seq_print(text, "%u/%u %d\n", schedule_running_count(), thread_count(),
              thread_newest());
}

/* All interrupts, and those by each line. */
static void print_interrupts(struct seq_text *text)
{
    uint64_t all = 0;

    for (unsigned irq = 0; irq < PIC_IRQS; irq++) {
        all += pic_counts[irq];
    }
    seq_print(text, "intr %llu", (unsigned long long)all);
    for (unsigned irq = 0; irq < PIC_IRQS; irq++) {
        seq_print(text, " %llu", (unsigned long long)pic_counts[irq]);
    }
    seq_print(text, "\n");
}

/* Of all CPUs together the name has a blank behind it. Nothing waits for a
 * disk. */
static void stat(struct seq_text *text, const struct process *process)
{
    (void)process;
    uint64_t uptime_seconds = clock_nanoseconds() / NANOSECONDS_PER_SECOND;

    print_cpu(text, "cpu ");
    print_cpu(text, "cpu0");
    print_interrupts(text);
    seq_print(text, "ctxt %llu\n", (unsigned long long)thread_switches());
    seq_print(
        text, "btime %llu\n",
        (unsigned long long)(clock_seconds_since_1970() - uptime_seconds));
    seq_print(text, "processes %llu\nprocs_running %u\nprocs_blocked 0\n",
              (unsigned long long)thread_births(), schedule_running_count());
}

static void version(struct seq_text *text, const struct process *process)
{
    (void)process;
    seq_print(text, "Linux version " BRIX_LINUX_RELEASE " (Brix " BRIX_VERSION
                    ") (gcc " __VERSION__ ")\n");
}

static void cmdline(struct seq_text *text, const struct process *process)
{
    (void)process;
    seq_print(text, "%s\n", proc_command_line);
}

static void mounts(struct seq_text *text, const struct process *process)
{
    (void)process;
    seq_print(text, "rootfs / rootfs ro 0 0\nproc /proc proc ro 0 0\n");
}

static size_t dmesg(const struct process *process, size_t offset, void *to,
                    size_t size)
{
    (void)process;
    return log_ring_read(offset, to, size);
}

const struct proc_file proc_system_files[] = {
    {.name = "bytemap", .bytes = proc_bytemap},
    {.name = "cmdline", .text = cmdline},
    {.name = "cpuinfo", .text = cpuinfo},
    {.name = "dmesg", .bytes = dmesg},
    {.name = "kmsg", .bytes = dmesg},
    {.name = "framemap", .bytes = proc_framemap, .is_private = true},
    {.name = "freeruns", .text = proc_freeruns},
    {.name = "loadavg", .text = loadavg},
    {.name = "meminfo", .text = proc_meminfo},
    {.name = "mounts", .text = mounts},
    {.name = "stat", .text = stat},
    {.name = "uptime", .text = uptime},
    {.name = "version", .text = version},
    {.name = "vmstat", .text = proc_vmstat},
    {.name = NULL},
};
