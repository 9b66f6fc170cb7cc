/* Segments, the task state segment and per-CPU data. */
#include "kernel/x86/gdt.h"

#include "kernel/lib.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/percpu.h"
#include "kernel/x86/stack.h"

/* SDM vol. 3A, 3.4.5: flat segments differ in privilege, kind and size. */
#define SEGMENT_CODE64(dpl) (0x00af9b000000ffffull | (uint64_t)(dpl) << 45)
#define SEGMENT_CODE32(dpl) (0x00cf9b000000ffffull | (uint64_t)(dpl) << 45)
#define SEGMENT_DATA(dpl)   (0x00cf93000000ffffull | (uint64_t)(dpl) << 45)

/* Its limit is the number of the CPU, 0, which programs ask for by LSL. */
#define SEGMENT_CPU_NUMBER  0x0040f50000000000ull

#define GDT_KERNEL_CS       2
#define GDT_KERNEL_DS       3
#define GDT_USER_CS32       4
#define GDT_USER_DS         5
#define GDT_USER_CS64       6
#define GDT_TSS             8  /* and 9: in long mode it takes two */
#define GDT_LDT             10 /* and 11 */
#define GDT_CPU_NUMBER      15

#define TSS_SELECTOR        (GDT_TSS * 8)
#define LDT_SELECTOR        (GDT_LDT * 8)

/* SDM vol. 3A, 3.5: types of what is present and of the system's. */
#define TSS_AVAILABLE       0x89ull
#define LDT                 0x82ull

/* SDM vol. 3A, 8.7. */
struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7]; /* ist[0] is IST 1 */
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map; /* past the limit: ring 3 has no ports */
} PACKED;

static_assert(sizeof(struct tss) == 104, "SDM vol. 3A, 8.7");

struct descriptor_pointer {
    uint16_t limit;
    uint64_t base;
} PACKED;

struct boot_stack boot_stack;
struct ist_stack ist_stacks[IST_COUNT];

static struct percpu percpus[CPUS_MAX];

/* What GS holds in the kernel, for entries that can't trust GS
 * (kernel/x86/registers.inc). One CPU runs. */
uint64_t percpu_base = (uintptr_t)&percpus[0];

static struct tss tss;
static uint64_t gdt[GDT_ENTRIES] = {
    [GDT_KERNEL_CS] = SEGMENT_CODE64(0), [GDT_KERNEL_DS] = SEGMENT_DATA(0),
    [GDT_USER_CS32] = SEGMENT_CODE32(3), [GDT_USER_DS] = SEGMENT_DATA(3),
    [GDT_USER_CS64] = SEGMENT_CODE64(3), [GDT_CPU_NUMBER] = SEGMENT_CPU_NUMBER,
};

static_assert(KERNEL_CS == GDT_KERNEL_CS * 8, "gdt.h");
static_assert(USER_CS64 == GDT_USER_CS64 * 8 + 3, "gdt.h");

/* SDM vol. 3A, 7.2.3: in long mode a descriptor of the system takes two. */
static void set_system_entry(unsigned entry, uint64_t type, const void *start,
                             size_t size)
{
    uint64_t base = (uintptr_t)start;

    gdt[entry] = (size - 1) | (base & 0xffffff) << 16 | type << 40 |
                 (base >> 24 & 0xff) << 56;
    gdt[entry + 1] = base >> 32;
}

static void load_local(unsigned selector)
{
    __asm__ volatile("lldt %w0" : : "r"(selector) : "memory");
}

static void tss_init(void)
{
    for (unsigned i = IST_NONE + 1; i < IST_COUNT; i++) {
        tss.ist[i - 1] = (uintptr_t)ist_stacks[i].stack + IST_STACK_SIZE;
    }
    tss.io_map = sizeof(tss);
    set_system_entry(GDT_TSS, TSS_AVAILABLE, &tss, sizeof(tss));
}

static void load_segments(void)
{
    struct descriptor_pointer pointer = {sizeof(gdt) - 1, (uintptr_t)gdt};

    __asm__ volatile("lgdt %0" : : "m"(pointer));
    __asm__ volatile("pushq %0\n"
                     "leaq 1f(%%rip), %%rax\n"
                     "pushq %%rax\n"
                     "lretq\n"
                     "1:\n"
                     "movl %1, %%eax\n"
                     "movl %%eax, %%ss\n"
                     "movl %2, %%eax\n"
                     "movl %%eax, %%ds\n"
                     "movl %%eax, %%es\n"
                     "movl %%eax, %%fs\n"
                     "movl %%eax, %%gs\n"
                     :
                     : "i"(KERNEL_CS), "i"(KERNEL_DS), "i"(0)
                     : "rax", "memory");
    __asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR));
    /* After a reset there is a table of local descriptors, at address 0. */
    load_local(0);
}

void gdt_init(void)
{
    struct percpu *cpu = (struct percpu *)percpu_base;

    tss_init();
    load_segments();
    cpu->self = cpu;
    cpu->index = 0;
    wrmsr(MSR_GS_BASE, (uintptr_t)cpu);
    wrmsr(MSR_KERNEL_GS_BASE, 0);
}

void gdt_set_kernel_stack(uint64_t rsp)
{
    tss.rsp[0] = rsp;
    this_cpu()->kernel_stack = rsp;
}

uint64_t gdt_set_ist(enum ist ist, uint64_t rsp)
{
    uint64_t old = tss.ist[ist - 1];

    tss.ist[ist - 1] = rsp;
    return old;
}

void gdt_set_local(const uint64_t *table, unsigned count)
{
    static bool is_loaded; /* most programs have none */

    if (count > 0) {
        set_system_entry(GDT_LDT, LDT, table, count * sizeof(*table));
        load_local(LDT_SELECTOR);
    } else if (is_loaded) {
        load_local(0);
    }
    is_loaded = count > 0;
}

void gdt_set_tls(const uint64_t descriptors[GDT_TLS_COUNT])
{
    /* Each switch does it: a call of memcpy would cost more. */
    for (size_t i = 0; i < GDT_TLS_COUNT; i++) {
        gdt[GDT_TLS_FIRST + i] = descriptors[i];
    }
}
