/* Thread-local storage: the bases of FS and GS, and i386's segments. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sched.h"
#include "kernel/syscall.h"
#include "kernel/syscall/thread_area.h"
#include "kernel/thread.h"
#include "kernel/x86.h"
#include "mm/user_copy.h"

#define ENTRY_ANY 0xffffffffu

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
    return descriptor_is_blank(d) && d->read_exec_only == d->seg_not_present;
}

/* Linux's tls_desc_okay: nothing but 32-bit data segments. */
static bool is_allowed(const struct user_desc *d)
{
    return is_empty(d) ||
           (d->seg_32bit && d->contents <= 1 && !d->seg_not_present);
}

int thread_area_read(uaddr_t address, unsigned *index, uint64_t *descriptor)
{
    struct user_desc desc;

    if (copy_from_user(&desc, address, sizeof(desc)) != 0) {
        return -EFAULT;
    }
    if (!is_allowed(&desc) || !is_entry(desc.entry_number)) {
        return -EINVAL;
    }
    *index = desc.entry_number - GDT_TLS_FIRST;
    *descriptor = is_empty(&desc) ? 0 : descriptor_make(&desc);
    return 0;
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
    cpu->tls[index] = is_empty(&desc) ? 0 : descriptor_make(&desc);
    gdt_set_tls(cpu->tls);
    segments_refresh(
        (uint16_t)((index + GDT_TLS_FIRST) * SELECTOR_ENTRY + SELECTOR_RPL));
    return 0;
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
    const struct user_desc desc = descriptor_describe(
        entry, thread_current()->cpu.tls[entry - GDT_TLS_FIRST]);
    return copy_to_user(address, &desc, sizeof(desc));
}
