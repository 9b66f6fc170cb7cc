/* Data segment registers. */
#include "kernel/x86/segments.h"

#include "kernel/lib.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/fixup.h"
#include "kernel/x86/gdt.h"
#include "kernel/x86/percpu.h"

/* SDM vol. 3A, 3.4.5: the upper half of a descriptor, as LAR gives it. */
#define ACCESS_READ_WRITE BIT(9) /* of data writable, of code readable */
#define ACCESS_CODE       BIT(11)
#define ACCESS_USER       BIT(12) /* code or data */
#define ACCESS_PRESENT    BIT(15)

/* The access rights of what SELECTOR names, or 0 when ring 3 may not have it
 * (SDM vol. 2A, LAR). */
static uint32_t access_rights(uint16_t selector)
{
    uint32_t rights = 0;
    uint32_t user = selector | SELECTOR_RPL;

    __asm__ volatile("larl %[user], %[rights]\n"
                     "jz 1f\n"
                     "xorl %[rights], %[rights]\n"
                     "1:\n"
                     : [rights] "+r"(rights)
                     : [user] "r"(user)
                     : "cc");
    return rights;
}

static bool is_present(uint32_t rights)
{
    return (rights & ACCESS_PRESENT) != 0 && (rights & ACCESS_USER) != 0;
}

bool segment_is_stack(uint16_t selector)
{
    uint32_t rights = access_rights(selector);

    return is_present(rights) && (rights & ACCESS_CODE) == 0 &&
           (rights & ACCESS_READ_WRITE) != 0;
}

struct segments segments_read(void)
{
    struct segments now;

    __asm__ volatile("movw %%ds, %0" : "=m"(now.ds));
    __asm__ volatile("movw %%es, %0" : "=m"(now.es));
    __asm__ volatile("movw %%fs, %0" : "=m"(now.fs));
    __asm__ volatile("movw %%gs, %0" : "=m"(now.gs));
    return now;
}

/* Loads what a program chose. What the CPU refuses becomes 0, as on Linux. */
#define DEFINE_LOAD(reg)                                                       \
    static void load_##reg(uint16_t selector)                                  \
    {                                                                          \
        __asm__ volatile("1: movl %0, %%" #reg "\n"                            \
                         "jmp 3f\n"                                            \
                         "2: movl %1, %%" #reg "\n"                            \
                         "3:\n" FIXUP("1b", "2b")                              \
                         :                                                     \
                         : "r"((uint32_t)selector), "r"(0));                   \
    }

DEFINE_LOAD(ds)
DEFINE_LOAD(es)
DEFINE_LOAD(fs)

/* The program's base lies where swapgs finds it. A load that faults leaves the
 * kernel's base alone; a load that does not replaces it, so nothing may come
 * between but what takes GS whatever it holds (kernel/x86/registers.inc). */
static void load_gs(uint16_t selector)
{
    uint32_t low, high;

    __asm__ volatile("1: movl %[selector], %%gs\n"
                     "jmp 3f\n"
                     "2: movl %[none], %%gs\n"
                     "3: rdmsr\n"
                     "movl %%eax, %[low]\n"
                     "movl %%edx, %[high]\n"
                     "movl %[kernel_low], %%eax\n"
                     "movl %[kernel_high], %%edx\n"
                     "wrmsr\n" FIXUP("1b", "2b")
                     : [low] "=&r"(low), [high] "=&r"(high)
                     : [selector] "r"((uint32_t)selector), [none] "r"(0),
                       [kernel_low] "r"((uint32_t)percpu_base),
                       [kernel_high] "r"((uint32_t)(percpu_base >> 32)),
                       "c"(MSR_GS_BASE)
                     : "rax", "rdx", "memory");
    /* AMD's CPUs keep the base when they load 0. */
    uint64_t base = (uint64_t)high << 32 | low;
    wrmsr(MSR_KERNEL_GS_BASE, base != percpu_base ? base : 0);
}

static bool is_local(uint16_t selector)
{
    return (selector & SELECTOR_LOCAL) != 0;
}

/* Does the register that holds NOW stand for WANTED? Each program has its own
 * descriptors for TLS, and perhaps a table of its own, and the register keeps
 * what it was loaded from. */
static bool is_loaded(uint16_t now, uint16_t wanted)
{
    unsigned entry = wanted / SELECTOR_ENTRY;
    bool is_tls =
        entry >= GDT_TLS_FIRST && entry < GDT_TLS_FIRST + GDT_TLS_COUNT;

    return now == wanted && !is_tls && !is_local(wanted);
}

void segment_base_load(uint32_t msr, uint64_t base)
{
    uint32_t low = (uint32_t)base, high = (uint32_t)(base >> 32);

    __asm__ volatile("1: wrmsr\n"
                     "jmp 3f\n"
                     "2: xorl %%eax, %%eax\n"
                     "xorl %%edx, %%edx\n"
                     "wrmsr\n"
                     "3:\n" FIXUP("1b", "2b")
                     : "+a"(low), "+d"(high)
                     : "c"(msr)
                     : "memory");
}

static bool are_none(const struct segments *segments)
{
    return (segments->ds | segments->es | segments->fs | segments->gs) == 0;
}

void segments_load(const struct segments *wanted)
{
    struct segments now = segments_read();

    /* So it is in nearly all programs of 64 bits. */
    if (are_none(&now) && are_none(wanted)) {
        return;
    }
    if (!is_loaded(now.ds, wanted->ds)) {
        load_ds(wanted->ds);
    }
    if (!is_loaded(now.es, wanted->es)) {
        load_es(wanted->es);
    }
    if (!is_loaded(now.fs, wanted->fs)) {
        load_fs(wanted->fs);
    }
    if (!is_loaded(now.gs, wanted->gs)) {
        load_gs(wanted->gs);
    }
}

void segments_refresh(uint16_t selector)
{
    struct segments now = segments_read();

    if (now.ds == selector) {
        load_ds(selector);
    }
    if (now.es == selector) {
        load_es(selector);
    }
    if (now.fs == selector) {
        load_fs(selector);
    }
    if (now.gs == selector) {
        load_gs(selector);
    }
}

void segments_refresh_local(void)
{
    struct segments now = segments_read();

    if (is_local(now.ds)) {
        load_ds(now.ds);
    }
    if (is_local(now.es)) {
        load_es(now.es);
    }
}
