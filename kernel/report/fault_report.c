/* The report on a program that is ended for what it did. */
#include "kernel/process.h"

#include "kernel/abi/siginfo.h"
#include "kernel/abi/signal.h"
#include "kernel/report/symbol.h"
#include "kernel/report/trap_report.h"
#include "kernel/x86.h"

/* Areas shown on either side of the one that matters. */
#define AREAS_AROUND 6

static const char *describe_code(const struct signal_info *info)
{
    if (info->signal == SIGSEGV && info->code == SEGV_MAPERR) {
        return "nothing is mapped there";
    }
    if (info->signal == SIGSEGV && info->code == SEGV_ACCERR) {
        return "the area does not allow it";
    }
    if (info->signal == SIGSEGV) {
        return "the CPU refused the instruction or the address";
    }
    if (info->signal == SIGBUS && info->code == BUS_ADRERR) {
        return "past the end of the mapped file";
    }
    if (info->signal == SIGKILL) {
        return "out of memory";
    }
    return "what the program ran into";
}

static const char *describe_access(const struct trap_frame *frame)
{
    if (frame->vector != VECTOR_PAGE_FAULT) {
        return trap_name(frame->vector);
    }
    if ((frame->error & PF_FETCH) != 0) {
        return "execute";
    }
    return (frame->error & PF_WRITE) != 0 ? "write" : "read";
}

static void log_area(const struct vma *area, uaddr_t address)
{
    bool is_here = area->start <= address && address < area->end;

    log_info("  %c %012llx-%012llx %c%c%c%c", is_here ? '>' : ' ',
             (unsigned long long)area->start, (unsigned long long)area->end,
             (area->flags & AREA_READ) != 0 ? 'r' : '-',
             (area->flags & AREA_WRITE) != 0 ? 'w' : '-',
             (area->flags & AREA_EXEC) != 0 ? 'x' : '-',
             (area->flags & AREA_MAY_SHARE) != 0 ? 's' : 'p');
}

static void log_areas(struct aspace *aspace, uaddr_t address)
{
    const struct vma *area = area_find(&aspace->areas, address);
    if (area == NULL) {
        area = aspace->areas.last;
    }
    for (int i = 0; i < AREAS_AROUND && area != NULL && area->prev != NULL;
         i++) {
        area = area->prev;
    }
    log_info("  areas around %012llx:", (unsigned long long)address);
    for (int i = 0; i <= 2 * AREAS_AROUND && area != NULL; i++) {
        log_area(area, address);
        area = area->next;
    }
}

/* Would the stack have grown to ADDRESS under a higher limit? What is further
 * away than the gap that a stack keeps free is some other address. */
static bool is_past_stack_limit(struct aspace *aspace, uaddr_t address)
{
    const struct vma *area = area_find(&aspace->areas, address);
    if (area == NULL || (area->flags & AREA_GROWSDOWN) == 0 ||
        address >= area->start) {
        return false;
    }
    uint64_t size = area->end - address;
    return size > aspace->limits.stack &&
           size - aspace->limits.stack <= AREA_GUARD_PAGES * PAGE_SIZE;
}

static void log_stack_limit(struct aspace *aspace, uaddr_t address)
{
    if (is_past_stack_limit(aspace, address)) {
        log_warn("  the stack has reached its limit of %llu KiB",
                 (unsigned long long)aspace->limits.stack / 1024);
    }
}

void fault_report(const struct trap_frame *frame,
                  const struct signal_info *info)
{
    const struct process *process = process_current();
    char name[SYMBOL_TEXT_MAX];

    log_warn("process %d (%s) ended by %s: %s at %012llx, rip %012llx: %s",
             process->pid, process_name(process), signal_name(info->signal),
             describe_access(frame), (unsigned long long)info->address,
             (unsigned long long)frame->rip, describe_code(info));
    log_stack_limit(process->aspace, info->address);
    symbol_print(name, process, frame->rip);
    if (name[0] != '\0') {
        log_info("  in %s", name);
    }
    trap_log_registers(LOG_INFO, frame);
    log_areas(process->aspace, info->address);
}
