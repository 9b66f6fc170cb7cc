/* The registers of threads, in and out of the CPU. */
#include "kernel/thread/thread_cpu.h"

#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/frame.h"
#include "mm/layout.h"

/* Linux's first data segments of an i386 and of an x86-64 program. */
static const struct segments segments_32 = {.ds = USER_DS, .es = USER_DS};
static const struct segments segments_64 = {0};

bool thread_cpu_alloc(struct thread_cpu *cpu)
{
    static_assert(sizeof(struct fpu_state) <= FRAME_SIZE, "a frame each");

    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
    if (frame == PADDR_NONE) {
        return false;
    }
    cpu->fpu = direct_map(frame);
    thread_cpu_init_64(cpu);
    return true;
}

void thread_cpu_free(struct thread_cpu *cpu)
{
    int error = frame_free(direct_map_address(cpu->fpu));

    ASSERT_CMP(error, ==, 0);
    cpu->fpu = NULL;
}

static void init(struct thread_cpu *cpu, struct segments segments)
{
    *cpu = (struct thread_cpu){.fpu = cpu->fpu, .segments = segments};
    fpu_state_init(cpu->fpu);
}

void thread_cpu_init_32(struct thread_cpu *cpu)
{
    init(cpu, segments_32);
}

void thread_cpu_init_64(struct thread_cpu *cpu)
{
    init(cpu, segments_64);
}

void thread_cpu_save(struct thread_cpu *cpu)
{
    fpu_save(cpu->fpu);
    cpu->fs_base = rdmsr(MSR_FS_BASE);
    cpu->gs_base = rdmsr(MSR_KERNEL_GS_BASE);
    cpu->segments = segments_read();
}

bool thread_cpu_load(const struct thread_cpu *cpu)
{
    gdt_set_tls(cpu->tls);
    bool is_taken = fpu_restore(cpu->fpu);
    segments_load(&cpu->segments); /* changes the bases too */
    segment_base_load(MSR_FS_BASE, cpu->fs_base);
    segment_base_load(MSR_KERNEL_GS_BASE, cpu->gs_base);
    return is_taken;
}

/* SDM vol. 3A, 3.4.5. */
static uint64_t base_of(uint64_t descriptor)
{
    return (descriptor >> 16 & 0xffffff) | descriptor >> 56 << 24;
}

void thread_cpu_set_tls(struct thread_cpu *cpu, unsigned index,
                        uint64_t descriptor)
{
    unsigned selector = (GDT_TLS_FIRST + index) * SELECTOR_ENTRY + SELECTOR_RPL;

    cpu->tls[index] = descriptor;
    if (cpu->segments.fs == selector) {
        cpu->fs_base = base_of(descriptor);
    }
    if (cpu->segments.gs == selector) {
        cpu->gs_base = base_of(descriptor);
    }
}

void thread_cpu_copy(struct thread_cpu *to, const struct thread_cpu *from)
{
    thread_cpu_save(to);
    memcpy(to->tls, from->tls, sizeof(to->tls));
}
