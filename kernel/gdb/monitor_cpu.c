/* What `monitor` says of the CPU's registers and of I/O ports. */
#include "kernel/gdb/monitor.h"
#include "kernel/x86.h"

struct table_register {
    uint16_t limit;
    uint64_t base;
} PACKED;

static void print_register(const char *name, uint64_t value)
{
    monitor_print("%-8s %016llx\n", name, (unsigned long long)value);
}

static void print_tables(void)
{
    struct table_register gdtr, idtr;
    uint16_t tr, ldtr;

    __asm__ volatile("sgdt %0" : "=m"(gdtr));
    __asm__ volatile("sidt %0" : "=m"(idtr));
    __asm__ volatile("strw %0" : "=r"(tr));
    __asm__ volatile("sldtw %0" : "=r"(ldtr));
    monitor_print("gdtr     %016llx limit %04x\n",
                  (unsigned long long)gdtr.base, (unsigned)gdtr.limit);
    monitor_print("idtr     %016llx limit %04x\n",
                  (unsigned long long)idtr.base, (unsigned)idtr.limit);
    monitor_print("tr       %04x  ldtr %04x\n", (unsigned)tr, (unsigned)ldtr);
}

void monitor_regs(const struct monitor_words *words)
{
    static const struct {
        const char *name;
        uint32_t msr;
    } msrs[] = {
        {"efer", MSR_EFER},       {"star", MSR_STAR},
        {"lstar", MSR_LSTAR},     {"cstar", MSR_CSTAR},
        {"sfmask", MSR_SFMASK},   {"fs_base", MSR_FS_BASE},
        {"gs_base", MSR_GS_BASE}, {"k_gs", MSR_KERNEL_GS_BASE},
        {"pat", MSR_PAT},
    };

    (void)words;
    print_tables();
    print_register("cr0", read_cr0());
    print_register("cr2", read_cr2());
    print_register("cr3", read_cr3());
    print_register("cr4", read_cr4());
    print_register("dr0", read_dr0());
    print_register("dr1", read_dr1());
    print_register("dr2", read_dr2());
    print_register("dr3", read_dr3());
    print_register("dr6", read_dr6());
    print_register("dr7", read_dr7());
    for (size_t i = 0; i < ARRAY_COUNT(msrs); i++) {
        print_register(msrs[i].name, rdmsr(msrs[i].msr));
    }
}

/* False when the CPU has no such register. */
static bool rdmsr_if_known(uint32_t msr, uint64_t *value)
{
    uint32_t failed = 1, low = 0, high = 0;

    __asm__ volatile("1: rdmsr\n"
                     "movl $0, %[failed]\n"
                     "2:\n" FIXUP("1b", "2b")
                     : [failed] "+r"(failed), "+a"(low), "+d"(high)
                     : "c"(msr));
    *value = (uint64_t)high << 32 | low;
    return failed == 0;
}

void monitor_msr(const struct monitor_words *words)
{
    uint64_t value;

    if (!rdmsr_if_known((uint32_t)monitor_number(words, 1, 0), &value)) {
        monitor_print("the CPU has no such register\n");
        return;
    }
    print_register(words->word[1], value);
}

void monitor_in(const struct monitor_words *words)
{
    uint16_t port = (uint16_t)monitor_number(words, 1, 0);

    switch (monitor_number(words, 2, sizeof(uint8_t))) {
    case sizeof(uint8_t):
        monitor_print("%#x: %02x\n", (unsigned)port, (unsigned)inb(port));
        break;
    case sizeof(uint16_t):
        monitor_print("%#x: %04x\n", (unsigned)port, (unsigned)inw(port));
        break;
    case sizeof(uint32_t):
        monitor_print("%#x: %08x\n", (unsigned)port, (unsigned)inl(port));
        break;
    default:
        monitor_print("a port has 1, 2 or 4 bytes\n");
    }
}

void monitor_out(const struct monitor_words *words)
{
    uint16_t port = (uint16_t)monitor_number(words, 1, 0);
    uint64_t value = monitor_number(words, 2, 0);

    switch (monitor_number(words, 3, sizeof(uint8_t))) {
    case sizeof(uint8_t):
        outb(port, (uint8_t)value);
        break;
    case sizeof(uint16_t):
        outw(port, (uint16_t)value);
        break;
    case sizeof(uint32_t):
        outl(port, (uint32_t)value);
        break;
    default:
        monitor_print("a port has 1, 2 or 4 bytes\n");
    }
}
