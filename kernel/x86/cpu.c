/* What the CPU can do, and the control registers set for it. */
#include "kernel/x86/cpu.h"

#include "kernel/lib.h"

struct cpu_features cpu_features;

/* SDM vol. 2A, CPUID, by leaf. */
enum {
    LEAF_VENDOR = 0,
    LEAF_FEATURES = 1,
    LEAF_FEATURES_7 = 7,
    LEAF_EXTENDED_MAX = 0x80000000,
    LEAF_EXTENDED = 0x80000001,
    LEAF_BRAND = 0x80000002, /* and the two after it */
    LEAF_POWER = 0x80000007,
    LEAF_ADDRESS_SIZES = 0x80000008,
};

#define LEAF_1_EDX_PGE        BIT(13)
#define LEAF_1_EDX_PAT        BIT(16)
#define LEAF_1_ECX_XSAVE      BIT(26)
#define LEAF_7_EBX_FSGSBASE   BIT(0)
#define LEAF_7_EBX_SMEP       BIT(7)
#define LEAF_7_EBX_SMAP       BIT(20)
#define LEAF_7_ECX_UMIP       BIT(2)
#define EXTENDED_EDX_GIB_PAGE BIT(26)
#define POWER_EDX_TSC         BIT(8)

#define PHYSICAL_BITS_DEFAULT 36

static void read_names(void)
{
    struct cpuid v = cpuid(LEAF_VENDOR, 0);
    memcpy(cpu_features.vendor, &v.ebx, 4);
    memcpy(cpu_features.vendor + 4, &v.edx, 4);
    memcpy(cpu_features.vendor + 8, &v.ecx, 4);

    for (uint32_t i = 0; i < 3; i++) {
        struct cpuid part = cpuid_if_known(LEAF_BRAND + i, 0);
        memcpy(cpu_features.brand + i * sizeof(part), &part, sizeof(part));
    }
}

static void read_features(void)
{
    struct cpuid basic = cpuid_if_known(LEAF_FEATURES, 0);
    struct cpuid seven = cpuid_if_known(LEAF_FEATURES_7, 0);
    struct cpuid extended = cpuid_if_known(LEAF_EXTENDED, 0);
    struct cpuid power = cpuid_if_known(LEAF_POWER, 0);
    struct cpuid sizes = cpuid_if_known(LEAF_ADDRESS_SIZES, 0);

    cpu_features.pge = basic.edx & LEAF_1_EDX_PGE;
    cpu_features.pat = basic.edx & LEAF_1_EDX_PAT;
    cpu_features.xsave = basic.ecx & LEAF_1_ECX_XSAVE;
    cpu_features.fsgsbase = seven.ebx & LEAF_7_EBX_FSGSBASE;
    cpu_features.smep = seven.ebx & LEAF_7_EBX_SMEP;
    cpu_features.smap = seven.ebx & LEAF_7_EBX_SMAP;
    cpu_features.umip = seven.ecx & LEAF_7_ECX_UMIP;
    cpu_features.gib_pages = extended.edx & EXTENDED_EDX_GIB_PAGE;
    cpu_features.tsc_invariant = power.edx & POWER_EDX_TSC;
    cpu_features.physical_bits = sizes.eax & 0xff;
    if (cpu_features.physical_bits == 0) {
        cpu_features.physical_bits = PHYSICAL_BITS_DEFAULT;
    }
}

void cpu_init(void)
{
    read_names();
    read_features();

    write_cr0(CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE);

    uint64_t cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
    cr4 |= cpu_features.pge ? CR4_PGE : 0;
    cr4 |= cpu_features.umip ? CR4_UMIP : 0;
    cr4 |= cpu_features.fsgsbase ? CR4_FSGSBASE : 0;
    cr4 |= cpu_features.xsave ? CR4_OSXSAVE : 0;
    cr4 |= cpu_features.smep ? CR4_SMEP : 0;
    cr4 |= cpu_features.smap ? CR4_SMAP : 0;
    write_cr4(cr4);
}
