/* The CPU's registers and instructions that C has no words for.
 *
 * Names are those of the Intel manual; "SDM" is its combined volumes.
 */
#pragma once

#include "kernel/lib.h"

/* SDM vol. 3A, 2.5: control registers. */
#define CR0_PE             BIT(0)  /* protection */
#define CR0_MP             BIT(1)  /* wait checks TS */
#define CR0_EM             BIT(2)  /* no FPU */
#define CR0_ET             BIT(4)  /* always 1 */
#define CR0_NE             BIT(5)  /* FPU errors as #MF */
#define CR0_WP             BIT(16) /* read-only binds the kernel too */
#define CR0_AM             BIT(18) /* EFLAGS.AC checks alignment in ring 3 */
#define CR0_PG             BIT(31) /* paging */

#define CR4_PAE            BIT(5)
#define CR4_PGE            BIT(7)  /* global pages */
#define CR4_OSFXSR         BIT(9)  /* SSE */
#define CR4_OSXMMEXCPT     BIT(10) /* SSE errors as #XM */
#define CR4_UMIP           BIT(11) /* no SGDT, SIDT... in ring 3 */
#define CR4_FSGSBASE       BIT(16) /* RDFSBASE... in ring 3 */
#define CR4_OSXSAVE        BIT(18) /* XSAVE, XGETBV */
#define CR4_SMEP           BIT(20) /* the kernel can't run a program's pages */
#define CR4_SMAP           BIT(21) /* nor touch them without STAC */

/* SDM vol. 4, table 2-2: model-specific registers. */
#define MSR_SYSENTER_CS    0x174
#define MSR_PAT            0x277
#define MSR_EFER           0xc0000080
#define MSR_STAR           0xc0000081
#define MSR_LSTAR          0xc0000082
#define MSR_CSTAR          0xc0000083
#define MSR_SFMASK         0xc0000084
#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

#define EFER_SCE           BIT(0)  /* SYSCALL */
#define EFER_LME           BIT(8)  /* long mode */
#define EFER_NXE           BIT(11) /* no-execute */

/* SDM vol. 1, 3.4.3: RFLAGS. */
#define RFLAGS_CF          BIT(0)
#define RFLAGS_FIXED       BIT(1)
#define RFLAGS_PF          BIT(2)
#define RFLAGS_AF          BIT(4)
#define RFLAGS_ZF          BIT(6)
#define RFLAGS_SF          BIT(7)
#define RFLAGS_TF          BIT(8)
#define RFLAGS_IF          BIT(9)
#define RFLAGS_DF          BIT(10)
#define RFLAGS_OF          BIT(11)
#define RFLAGS_IOPL        (BIT(12) | BIT(13))
#define RFLAGS_NT          BIT(14)
#define RFLAGS_RF          BIT(16)
#define RFLAGS_AC          BIT(18)
#define RFLAGS_ID          BIT(21) /* can be changed where there is CPUID */

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid r;
    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(subleaf));
    return r;
}

/* The same, all zero when the CPU does not know the leaf. */
static inline struct cpuid cpuid_if_known(uint32_t leaf, uint32_t subleaf)
{
    uint32_t group = leaf & 0x80000000u;
    if (cpuid(group, 0).eax < leaf) {
        return (struct cpuid){0};
    }
    return cpuid(leaf, subleaf);
}

static inline uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "c"(msr), "a"((uint32_t)value),
                       "d"((uint32_t)(value >> 32))
                     : "memory");
}

static inline uint64_t rdtsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

#define DEFINE_CR(n)                                                           \
    static inline uint64_t read_cr##n(void)                                    \
    {                                                                          \
        uint64_t value;                                                        \
        __asm__ volatile("movq %%cr" #n ", %0" : "=r"(value));                 \
        return value;                                                          \
    }                                                                          \
    static inline void write_cr##n(uint64_t value)                             \
    {                                                                          \
        __asm__ volatile("movq %0, %%cr" #n : : "r"(value) : "memory");        \
    }

DEFINE_CR(0)
DEFINE_CR(2)
DEFINE_CR(3)
DEFINE_CR(4)
DEFINE_CR(8)

#define DEFINE_SEGMENT(name)                                                   \
    static inline uint16_t read_##name(void)                                   \
    {                                                                          \
        uint16_t value;                                                        \
        __asm__ volatile("movw %%" #name ", %0" : "=r"(value));                \
        return value;                                                          \
    }

DEFINE_SEGMENT(ds)
DEFINE_SEGMENT(es)
DEFINE_SEGMENT(fs)
DEFINE_SEGMENT(gs)

static inline void xsetbv(uint32_t index, uint64_t value)
{
    __asm__ volatile("xsetbv"
                     :
                     : "c"(index), "a"((uint32_t)value),
                       "d"((uint32_t)(value >> 32)));
}

static inline void invlpg(uint64_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline void interrupts_disable(void)
{
    __asm__ volatile("cli" : : : "memory");
}

/* Takes the interrupts that wait, and returns with interrupts off again. STI
 * takes effect behind the instruction that follows it (SDM vol. 2B, STI). */
static inline void interrupts_take(void)
{
    __asm__ volatile("sti; nop; cli" : : : "memory");
}

/* Waits for one interrupt and returns with interrupts off again. STI takes
 * effect after HLT has begun, so none is missed (SDM vol. 2B, STI). */
static inline void interrupts_wait(void)
{
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

NORETURN static inline void cpu_halt(void)
{
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}

/* What this CPU has beyond the least that Brix needs; set once by cpu_init().
 */
struct cpu_features {
    bool gib_pages; /* 1 GiB pages */
    bool smep, smap, umip, fsgsbase, pge, pat;
    bool xsave;
    bool tsc_invariant;
    unsigned physical_bits; /* of an address; 36 when the CPU doesn't say */
    char vendor[13];
    char brand[49];
};

extern struct cpu_features cpu_features;

/* Ring 0 may touch a program's pages only between these two, where the CPU
 * has SMAP (SDM vol. 3A, 4.6.1). An entry by a gate leaves AC as the program
 * had it, so it begins with the second. */
static inline void cpu_user_access_begin(void)
{
    if (cpu_features.smap) {
        __asm__ volatile("stac" : : : "memory");
    }
}

static inline void cpu_user_access_end(void)
{
    if (cpu_features.smap) {
        __asm__ volatile("clac" : : : "memory");
    }
}

/* Reads CPUID into cpu_features, and writes CR0 and CR4 whole. First thing in
 * kmain(). */
void cpu_init(void);
