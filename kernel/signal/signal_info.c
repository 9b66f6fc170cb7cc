/* siginfo_t of x86-64 and i386. */
#include "kernel/signal/signal_info.h"

/* Which fields count depends on the signal and on who sent it (Linux's
 * siginfo_layout). */
enum layout {
    LAYOUT_NONE,
    LAYOUT_SENDER,
    LAYOUT_CHILD,
    LAYOUT_FAULT,
};

static enum layout layout_of(const struct signal_info *info)
{
    if (info->code <= 0) {
        return LAYOUT_SENDER;
    }
    /* Linux has no address for alignment faults. */
    if (info->code == SI_KERNEL ||
        (info->signal == SIGBUS && info->code == BUS_ADRALN)) {
        return LAYOUT_NONE;
    }
    return info->signal == SIGCHLD ? LAYOUT_CHILD : LAYOUT_FAULT;
}

struct siginfo_64 signal_info_to_64(const struct signal_info *info)
{
    struct siginfo_64 to = {
        .si_signo = info->signal,
        .si_code = info->code,
    };

    switch (layout_of(info)) {
    case LAYOUT_NONE:
        break;
    case LAYOUT_SENDER:
        to.si_pid = info->pid;
        to.si_uid = info->uid;
        to.si_value = info->value;
        break;
    case LAYOUT_CHILD:
        to.si_pid = info->pid;
        to.si_uid = info->uid;
        to.si_status = info->status;
        break;
    case LAYOUT_FAULT:
        to.si_addr = info->address;
        break;
    }
    return to;
}

struct siginfo_32 signal_info_to_32(const struct signal_info *info)
{
    struct siginfo_32 to = {
        .si_signo = info->signal,
        .si_code = info->code,
    };

    switch (layout_of(info)) {
    case LAYOUT_NONE:
        break;
    case LAYOUT_SENDER:
        to.si_pid = info->pid;
        to.si_uid = info->uid;
        to.si_value = (uint32_t)info->value;
        break;
    case LAYOUT_CHILD:
        to.si_pid = info->pid;
        to.si_uid = info->uid;
        to.si_status = info->status;
        break;
    case LAYOUT_FAULT:
        to.si_addr = (uint32_t)info->address;
        break;
    }
    return to;
}
