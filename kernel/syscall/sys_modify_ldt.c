/* The program's own table of segments (Linux's arch/x86/kernel/ldt.c). */
#include "kernel/abi/errno.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/x86.h"
#include "mm/aspace_local.h"
#include "mm/user_copy.h"

/* What modify_ldt is asked to do. */
#define LDT_READ         0
#define LDT_WRITE_OLD    1
#define LDT_READ_DEFAULT 2
#define LDT_WRITE        0x11

/* Of the table that a program without one has: nothing but zeros. */
#define DEFAULT_SIZE     128

/* Entries that were never written are read as zeros, but for a program that
 * has no table, which reads nothing. */
static int64_t read_table(uaddr_t to, uint64_t size)
{
    const struct aspace *aspace = process_current()->aspace;
    uint64_t known = aspace->local_count * sizeof(*aspace->local);

    if (aspace->local == NULL) {
        return 0;
    }
    size = MIN(size, LDT_ENTRIES * sizeof(*aspace->local));
    known = MIN(known, size);
    if (copy_to_user(to, aspace->local, known) != 0 ||
        (known < size && clear_user(to + known, size - known) != 0)) {
        return -EFAULT;
    }
    return (int64_t)size;
}

static int64_t read_default(uaddr_t to, uint64_t size)
{
    size = MIN(size, (uint64_t)DEFAULT_SIZE);
    return size > 0 && clear_user(to, size) != 0 ? -EFAULT : (int64_t)size;
}

/* Segments of 16 bits are refused, as by a Linux without CONFIG_X86_16BIT: from
 * a stack of 16 bits iretq takes half of ESP, and the kernel's shows in the
 * other half. The old way to write has no room for what came with the 386. */
static int make_descriptor(struct user_desc *desc, bool is_old,
                           uint64_t *descriptor)
{
    bool is_empty = descriptor_is_blank(desc) && desc->read_exec_only &&
                    desc->seg_not_present;

    if (is_empty || (is_old && desc->base_addr == 0 && desc->limit == 0)) {
        *descriptor = 0;
        return 0;
    }
    if (!desc->seg_32bit) {
        return -EINVAL;
    }
    desc->useable = is_old ? 0 : desc->useable;
    *descriptor = descriptor_make(desc);
    return 0;
}

/* Conforming code runs in any ring, so it can't be present. */
static bool is_refused(const struct user_desc *desc, bool is_old)
{
    return desc->entry_number >= LDT_ENTRIES ||
           (desc->contents == CONTENTS_CONFORMING &&
            (is_old || !desc->seg_not_present));
}

static int64_t write_entry(uaddr_t from, uint64_t size, bool is_old)
{
    struct user_desc desc;
    uint64_t descriptor;

    if (size != sizeof(desc)) {
        return -EINVAL;
    }
    if (copy_from_user(&desc, from, sizeof(desc)) != 0) {
        return -EFAULT;
    }
    if (is_refused(&desc, is_old)) {
        return -EINVAL;
    }
    int error = make_descriptor(&desc, is_old, &descriptor);
    if (error == 0) {
        error = aspace_set_local(process_current()->aspace, desc.entry_number,
                                 descriptor);
    }
    if (error == 0) {
        segments_refresh_local();
    }
    return error;
}

static int64_t modify(int function, uaddr_t address, uint64_t size)
{
    switch (function) {
    case LDT_READ:
        return read_table(address, size);
    case LDT_WRITE_OLD:
    case LDT_WRITE:
        return write_entry(address, size, function == LDT_WRITE_OLD);
    case LDT_READ_DEFAULT:
        return read_default(address, size);
    default:
        return -ENOSYS;
    }
}

/* Linux answers an unsigned int, so errors have no sign in 64 bits. */
int64_t sys_modify_ldt(int function, uaddr_t address, uint64_t size)
{
    return (uint32_t)modify(function, address, size);
}
