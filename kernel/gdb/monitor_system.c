/* What `monitor` says of processes, interrupts and the log. */
#include "drivers/pic.h"
#include "kernel/base.h"
#include "kernel/gdb/monitor.h"
#include "kernel/report.h"

#define STATE_MAX     64
#define LINES_DEFAULT 40
#define PIECE         128

uint64_t machine_irq_counts[PIC_IRQS];

void monitor_procs(const struct monitor_words *words)
{
    char state[STATE_MAX];

    (void)words;
    for (const struct process *p = process_first(); p != NULL;
         p = process_next(p)) {
        target_thread_state(GDB_PROCESS_BASE + p->pid, state, sizeof(state));
        monitor_print("%5d %-16s %-16s %6llu KiB in memory\n", p->pid,
                      process_name(p), state,
                      p->aspace != NULL
                          ? (unsigned long long)(p->aspace->resident_pages *
                                                 PAGE_SIZE / KIB)
                          : 0);
    }
}

void monitor_cpus(const struct monitor_words *words)
{
    char state[STATE_MAX], name[SYMBOL_TEXT_MAX];
    const struct trap_frame *frame = machine_frame();

    (void)words;
    target_thread_state(target_thread_current(), state, sizeof(state));
    symbol_print(name, process_current(), frame->rip);
    monitor_print("cpu0: %s, at %#llx %s\n", state,
                  (unsigned long long)frame->rip, name);
}

void monitor_irq(const struct monitor_words *words)
{
    uint16_t masks = pic_masks();

    (void)words;
    for (unsigned irq = 0; irq < PIC_IRQS; irq++) {
        bool is_masked = (masks & BIT(irq)) != 0;
        if (!is_masked || machine_irq_counts[irq] != 0) {
            monitor_print("IRQ %2u: %10llu came%s\n", irq,
                          (unsigned long long)machine_irq_counts[irq],
                          is_masked ? ", masked" : "");
        }
    }
}

void monitor_modules(const struct monitor_words *words)
{
    const struct boot_info *info = machine_boot_info();

    (void)words;
    for (size_t i = 0; i < info->module_count; i++) {
        const struct boot_module *module = &info->modules[i];
        monitor_print("%012llx-%012llx %s\n", (unsigned long long)module->start,
                      (unsigned long long)module->end, module->name);
    }
}

static size_t log_size(void)
{
    char part[PIECE];
    size_t size = 0;
    size_t count;

    while ((count = log_ring_read(size, part, sizeof(part))) > 0) {
        size += count;
    }
    return size;
}

/* The offset of the last LINES lines. */
static size_t log_tail(size_t size, uint64_t lines)
{
    char c;

    while (size > 0) {
        bool is_end = log_ring_read(size - 1, &c, 1) == 1 && c == '\n';
        if (is_end && lines-- == 0) {
            return size;
        }
        size--;
    }
    return 0;
}

void monitor_dmesg(const struct monitor_words *words)
{
    size_t end = log_size();
    size_t at = log_tail(end, monitor_number(words, 1, LINES_DEFAULT));
    char part[PIECE];

    for (size_t count; at < end; at += count) {
        count = log_ring_read(at, part, MIN(sizeof(part), end - at));
        monitor_print("%.*s", (int)count, part);
    }
}
