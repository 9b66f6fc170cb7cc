/* Registers: of a CPU what it was stopped with, of a process that does not run
 * what its program has. */
#include "kernel/gdb/machine.h"
#include "kernel/gdb/registers.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

/* Where struct trap_frame has gdb's first registers. */
#define SLOT(field) ((uint8_t)(offsetof(struct trap_frame, field) / 8))
static const uint8_t slots[] = {
    SLOT(rax), SLOT(rbx), SLOT(rcx),    SLOT(rdx), SLOT(rsi),
    SLOT(rdi), SLOT(rbp), SLOT(rsp),    SLOT(r8),  SLOT(r9),
    SLOT(r10), SLOT(r11), SLOT(r12),    SLOT(r13), SLOT(r14),
    SLOT(r15), SLOT(rip), SLOT(rflags), SLOT(cs),  SLOT(ss),
};
static_assert(ARRAY_COUNT(slots) == GDB_SS + 1, "kernel/gdb/registers.h");

/* The saved registers of THREAD, or NULL. Those of a process are its program's,
 * also while a CPU works for it in the kernel. */
static struct trap_frame *frame_of(int thread)
{
    struct process *process = machine_process(thread);

    if (target_thread_is_cpu(thread) ||
        (process == process_current() && machine_is_in_user())) {
        return machine_frame();
    }
    if (process == NULL || process->is_zombie) {
        return NULL;
    }
    return (struct trap_frame *)process->leader->stack_end - 1;
}

/* In the kernel GS is the kernel's, and what MSR_KERNEL_GS_BASE has is the
 * program's. swapgs has been done on the way in from ring 3. */
static uint64_t gs_base(bool is_active)
{
    bool is_user = machine_is_in_user();
    return rdmsr(is_active == is_user ? MSR_KERNEL_GS_BASE : MSR_GS_BASE);
}

static bool read_running(unsigned number, uint64_t *value)
{
    switch (number) {
    case GDB_FS_BASE:
        *value = rdmsr(MSR_FS_BASE);
        return true;
    case GDB_GS_BASE:
        *value = gs_base(true);
        return true;
    case GDB_K_GS_BASE:
        *value = gs_base(false);
        return true;
    case GDB_CR2:
        *value = read_cr2();
        return true;
    case GDB_CR3:
        *value = read_cr3();
        return true;
    default:
        return false;
    }
}

static bool read_saved(const struct process *process, unsigned number,
                       uint64_t *value)
{
    bool is_live = process == process_current(); /* and in the kernel */

    switch (number) {
    case GDB_FS_BASE:
        *value = is_live ? rdmsr(MSR_FS_BASE) : process->leader->cpu.fs_base;
        return true;
    case GDB_GS_BASE:
        *value =
            is_live ? rdmsr(MSR_KERNEL_GS_BASE) : process->leader->cpu.gs_base;
        return true;
    case GDB_CR3:
        *value = memory_root(process);
        return process->aspace != NULL;
    default:
        return false;
    }
}

static bool read_common(unsigned number, uint64_t *value)
{
    switch (number) {
    case GDB_DS:
        *value = read_ds();
        return true;
    case GDB_ES:
        *value = read_es();
        return true;
    case GDB_FS:
        *value = read_fs();
        return true;
    case GDB_GS:
        *value = read_gs();
        return true;
    case GDB_CR0:
        *value = read_cr0();
        return true;
    case GDB_CR4:
        *value = read_cr4();
        return true;
    case GDB_CR8:
        *value = read_cr8();
        return true;
    case GDB_EFER:
        *value = rdmsr(MSR_EFER);
        return true;
    default:
        return false;
    }
}

static bool read_word(int thread, const struct trap_frame *frame,
                      unsigned number, uint64_t *value)
{
    if (number < ARRAY_COUNT(slots)) {
        *value = ((const uint64_t *)frame)[slots[number]];
        return true;
    }
    bool is_known = frame == machine_frame()
                        ? read_running(number, value)
                        : read_saved(machine_process(thread), number, value);
    return is_known || read_common(number, value);
}

/* Whose floating point registers THREAD has, or NULL: the kernel has none. */
static const struct process *float_owner(int thread)
{
    return target_thread_is_cpu(thread) ? process_current()
                                        : machine_process(thread);
}

bool target_register_read(int thread, unsigned number, void *bytes)
{
    const struct trap_frame *frame = frame_of(thread);
    const struct process *owner = float_owner(thread);
    uint64_t value;

    if (frame == NULL) {
        return false;
    }
    if (gdb_register_is_float(number)) {
        if (owner != NULL) {
            float_read(owner, number, bytes);
        }
        return owner != NULL;
    }
    if (!read_word(thread, frame, number, &value)) {
        return false;
    }
    memcpy(bytes, &value, gdb_register_size(number));
    return true;
}

/* The flags that gdb may change: not those that lead to where the kernel can't
 * come back from. */
#define RFLAGS_CHANGEABLE                                                      \
    (RFLAGS_CF | BIT(2) | BIT(4) | BIT(6) | BIT(7) | RFLAGS_DF | BIT(11) |     \
     RFLAGS_IF | RFLAGS_AC)

/* After a call of a function gdb writes back each register that has changed,
 * and an address that faulted is one. What may not change may be written as it
 * is. */
static enum gdb_error write_special(int thread, unsigned number, uint64_t value)
{
    uint64_t now = 0;

    if (number == GDB_CR2 && target_thread_is_cpu(thread)) {
        write_cr2(value);
        return GDB_OK;
    }
    bool is_same = target_register_read(thread, number, &now) && now == value;
    return is_same ? GDB_OK : GDB_REFUSED;
}

enum gdb_error target_register_write(int thread, unsigned number,
                                     const void *bytes)
{
    struct trap_frame *frame = frame_of(thread);
    const struct process *owner = float_owner(thread);
    uint64_t value = 0;

    if (frame != NULL && gdb_register_is_float(number) && owner != NULL) {
        return float_write(owner, number, bytes);
    }
    if (frame == NULL || gdb_register_is_float(number)) {
        return GDB_REFUSED;
    }
    memcpy(&value, bytes, gdb_register_size(number));
    if (number > GDB_EFLAGS) {
        return write_special(thread, number, value);
    }
    uint64_t *slot = &((uint64_t *)frame)[slots[number]];
    if (number == GDB_EFLAGS) {
        value = (*slot & ~RFLAGS_CHANGEABLE) | (value & RFLAGS_CHANGEABLE);
    }
    *slot = value;
    return GDB_OK;
}
