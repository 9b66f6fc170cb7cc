/* Thread-local storage: the bases of FS and GS, and i386's segments. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sched.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/x86.h"
#include "mm/user_copy.h"

#define ENTRY_ANY           0xffffffffu

/* SDM vol. 3A, 3.4.5: fields of a segment descriptor's upper half. */
#define DESCRIPTOR_PRESENT  (BIT(15) << 32)
#define DESCRIPTOR_DPL3     (BIT(13) | BIT(14)) << 32
#define DESCRIPTOR_USER     (BIT(12) << 32)
#define DESCRIPTOR_DATA_RW  (BIT(9) << 32)
#define DESCRIPTOR_AVL      (BIT(20) << 32) /* no meaning to the CPU */
#define DESCRIPTOR_32       (BIT(22) << 32)
#define DESCRIPTOR_PAGES    (BIT(23) << 32)
#define DESCRIPTOR_ACCESSED (BIT(8) << 32)

/* Of user_desc's `contents` in a descriptor. */
#define CONTENTS_SHIFT      42

static int64_t get_base(uint32_t msr, uaddr_t to)
{
    uint64_t base = rdmsr(msr);
    return copy_to_user(to, &base, sizeof(base));
}

static int64_t set_base(uint32_t msr, uaddr_t base)
{
    if (base >= USER_END_64) {
        return -EPERM;
    }
    segment_base_load(msr, base);
    return 0;
}

int64_t sys_arch_prctl(int code, uaddr_t address)
{
    switch (code) {
    case ARCH_SET_FS:
        return set_base(MSR_FS_BASE, address);
    case ARCH_SET_GS: /* the program's, kept aside while in the kernel */
        return set_base(MSR_KERNEL_GS_BASE, address);
    case ARCH_GET_FS:
        return get_base(MSR_FS_BASE, address);
    case ARCH_GET_GS:
        return get_base(MSR_KERNEL_GS_BASE, address);
    default:
        return -EINVAL;
    }
}

static bool is_entry(uint32_t entry)
{
    return entry >= GDT_TLS_FIRST && entry < GDT_TLS_FIRST + GDT_TLS_COUNT;
}

/* The entry that set_thread_area chooses: the first free one. */
static int64_t choose_entry(const struct thread_cpu *cpu, uint32_t wanted)
{
    if (wanted == ENTRY_ANY) {
        for (unsigned i = 0; i < GDT_TLS_COUNT; i++) {
            if (cpu->tls[i] == 0) {
                return i;
            }
        }
        return -ESRCH;
    }
    return is_entry(wanted) ? (int64_t)wanted - GDT_TLS_FIRST : -EINVAL;
}

/* Linux's two ways to say "empty" (LDT_empty and LDT_zero). */
static bool is_empty(const struct user_desc *d)
{
    return d->base_addr == 0 && d->limit == 0 && d->contents == 0 &&
           d->seg_32bit == 0 && d->limit_in_pages == 0 && d->useable == 0 &&
           d->read_exec_only == d->seg_not_present;
}

static uint64_t make_descriptor(const struct user_desc *d)
{
    uint64_t base = d->base_addr;
    uint64_t limit = d->limit;
    uint64_t descriptor = (limit & 0xffff) | (base & 0xffffff) << 16 |
                          (limit >> 16 & 0xf) << 48 | (base >> 24) << 56;

    descriptor |= DESCRIPTOR_USER | DESCRIPTOR_DPL3 | DESCRIPTOR_ACCESSED;
    descriptor |= d->seg_not_present ? 0 : DESCRIPTOR_PRESENT;
    descriptor |= d->read_exec_only ? 0 : DESCRIPTOR_DATA_RW;
    descriptor |= (uint64_t)d->contents << CONTENTS_SHIFT;
    descriptor |= d->useable ? DESCRIPTOR_AVL : 0;
    descriptor |= d->seg_32bit ? DESCRIPTOR_32 : 0;
    descriptor |= d->limit_in_pages ? DESCRIPTOR_PAGES : 0;
    return descriptor;
}

/* Linux's tls_desc_okay: nothing but 32-bit data segments. */
static bool is_allowed(const struct user_desc *d)
{
    return is_empty(d) ||
           (d->seg_32bit && d->contents <= 1 && !d->seg_not_present);
}

int64_t sys_set_thread_area(uaddr_t address)
{
    struct thread_cpu *cpu = &thread_current()->cpu;
    struct user_desc desc;

    if (copy_from_user(&desc, address, sizeof(desc)) != 0) {
        return -EFAULT;
    }
    if (!is_allowed(&desc)) {
        return -EINVAL;
    }
    int64_t index = choose_entry(cpu, desc.entry_number);
    if (index < 0) {
        return index;
    }
    if (desc.entry_number == ENTRY_ANY) {
        desc.entry_number = (uint32_t)index + GDT_TLS_FIRST;
        if (copy_to_user(address, &desc, sizeof(desc.entry_number)) != 0) {
            return -EFAULT;
        }
    }
    cpu->tls[index] = is_empty(&desc) ? 0 : make_descriptor(&desc);
    gdt_set_tls(cpu->tls);
    segments_refresh(
        (uint16_t)((index + GDT_TLS_FIRST) * SELECTOR_ENTRY + SELECTOR_RPL));
    return 0;
}

/* An empty descriptor is 0, so it is neither present nor to be written. */
static struct user_desc describe(uint32_t entry, uint64_t descriptor)
{
    return (struct user_desc){
        .entry_number = entry,
        .base_addr = (uint32_t)(descriptor >> 16 & 0xffffff) |
                     (uint32_t)(descriptor >> 56) << 24,
        .limit = (uint32_t)(descriptor & 0xffff) |
                 (uint32_t)(descriptor >> 48 & 0xf) << 16,
        .seg_32bit = (descriptor & DESCRIPTOR_32) != 0,
        .contents = descriptor >> CONTENTS_SHIFT & 3,
        .read_exec_only = (descriptor & DESCRIPTOR_DATA_RW) == 0,
        .limit_in_pages = (descriptor & DESCRIPTOR_PAGES) != 0,
        .seg_not_present = (descriptor & DESCRIPTOR_PRESENT) == 0,
        .useable = (descriptor & DESCRIPTOR_AVL) != 0,
    };
}

int64_t sys_get_thread_area(uaddr_t address)
{
    uint32_t entry;

    if (copy_from_user(&entry, address, sizeof(entry)) != 0) {
        return -EFAULT;
    }
    if (!is_entry(entry)) {
        return -EINVAL;
    }
    const struct user_desc desc =
        describe(entry, thread_current()->cpu.tls[entry - GDT_TLS_FIRST]);
    return copy_to_user(address, &desc, sizeof(desc));
}
