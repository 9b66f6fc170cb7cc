/* The local APIC. (SDM vol. 3A, chapter 11.) */
#include "drivers/local_apic.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define CPUID_FEATURES     1
#define CPUID_EDX_APIC     BIT(9)

#define MSR_APIC_BASE      0x1b
#define APIC_BASE_X2APIC   BIT(10)
#define APIC_BASE_ENABLED  BIT(11)
#define APIC_BASE_ADDRESS  0x000ffffffffff000ull

/* In x2APIC mode the register at an offset is an MSR. */
#define MSR_X2APIC(offset) (0x800u + (offset) / 16)

#define SPURIOUS           0xf0
#define LVT_LINT0          0x350
#define LVT_LINT1          0x360

#define SPURIOUS_ENABLE    (BIT(8) | 0xff) /* the vector that it uses at most */
#define LVT_EXTINT         0x700           /* the 8259 gives the vector */
#define LVT_NMI            0x400

/* The MSR, or 0 on a CPU that has neither it nor an APIC. */
static uint64_t read_base(void)
{
    bool has_apic = (cpuid(CPUID_FEATURES, 0).edx & CPUID_EDX_APIC) != 0;
    return has_apic ? rdmsr(MSR_APIC_BASE) : 0;
}

paddr_t local_apic_address(void)
{
    uint64_t base = read_base();
    if ((base & APIC_BASE_ENABLED) == 0 || (base & APIC_BASE_X2APIC) != 0) {
        return PADDR_NONE;
    }
    return base & APIC_BASE_ADDRESS;
}

static void write_register(volatile void *registers, unsigned offset,
                           uint32_t value)
{
    if (registers != NULL) {
        *(volatile uint32_t *)((volatile uint8_t *)registers + offset) = value;
        return;
    }
    wrmsr(MSR_X2APIC(offset), value);
}

void local_apic_pass_pic(volatile void *registers)
{
    bool is_x2apic = (read_base() & APIC_BASE_X2APIC) != 0;
    if (registers == NULL && !is_x2apic) {
        return;
    }
    write_register(registers, SPURIOUS, SPURIOUS_ENABLE);
    write_register(registers, LVT_LINT0, LVT_EXTINT);
    write_register(registers, LVT_LINT1, LVT_NMI);
}
