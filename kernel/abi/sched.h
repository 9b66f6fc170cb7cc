/* clone's flags (include/uapi/linux/sched.h), arch_prctl's codes
 * (arch/x86/include/uapi/asm/prctl.h), and set_thread_area's structure. */
#pragma once

#include <stdint.h>

#define CSIGNAL                  0x000000ff
#define CLONE_NEWTIME            0x00000080 /* clone3 alone */
#define CLONE_VM                 0x00000100
#define CLONE_FS                 0x00000200
#define CLONE_FILES              0x00000400
#define CLONE_SIGHAND            0x00000800
#define CLONE_PIDFD              0x00001000
#define CLONE_PTRACE             0x00002000
#define CLONE_VFORK              0x00004000
#define CLONE_PARENT             0x00008000
#define CLONE_THREAD             0x00010000
#define CLONE_NEWNS              0x00020000
#define CLONE_SYSVSEM            0x00040000
#define CLONE_SETTLS             0x00080000
#define CLONE_PARENT_SETTID      0x00100000
#define CLONE_CHILD_CLEARTID     0x00200000
#define CLONE_DETACHED           0x00400000
#define CLONE_UNTRACED           0x00800000
#define CLONE_CHILD_SETTID       0x01000000
#define CLONE_NEWCGROUP          0x02000000
#define CLONE_NEWUTS             0x04000000
#define CLONE_NEWIPC             0x08000000
#define CLONE_NEWUSER            0x10000000
#define CLONE_NEWPID             0x20000000
#define CLONE_NEWNET             0x40000000
#define CLONE_IO                 0x80000000
#define CLONE_CLEAR_SIGHAND      0x100000000 /* clone3 alone, as the next one */
#define CLONE_INTO_CGROUP        0x200000000

/* Policies (include/uapi/linux/sched.h). */
#define SCHED_NORMAL             0
#define SCHED_FIFO               1
#define SCHED_RR                 2
#define SCHED_BATCH              3
#define SCHED_IDLE               5
#define SCHED_DEADLINE           6
#define SCHED_RESET_ON_FORK      0x40000000 /* beside the policy */

#define SCHED_PRIORITY_MAX       99 /* of SCHED_FIFO and SCHED_RR */

/* In struct sched_attr's flags. */
#define SCHED_FLAG_RESET_ON_FORK 0x01
#define SCHED_FLAG_RECLAIM       0x02
#define SCHED_FLAG_DL_OVERRUN    0x04
#define SCHED_FLAG_KEEP_POLICY   0x08
#define SCHED_FLAG_KEEP_PARAMS   0x10

struct sched_attr {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
    uint32_t util_min;
    uint32_t util_max;
};

#define SCHED_ATTR_SIZE_MIN 48 /* up to util_min */

/* clone3's structure: it has grown twice. */
struct clone_args {
    uint64_t flags;
    uint64_t pidfd;
    uint64_t child_tid;
    uint64_t parent_tid;
    uint64_t exit_signal;
    uint64_t stack; /* the lowest address */
    uint64_t stack_size;
    uint64_t tls;
    uint64_t set_tid;
    uint64_t set_tid_size;
    uint64_t cgroup;
};

#define CLONE_ARGS_SIZE_MIN 64 /* up to tls */

#define ARCH_SET_GS         0x1001
#define ARCH_SET_FS         0x1002
#define ARCH_GET_FS         0x1003
#define ARCH_GET_GS         0x1004

/* set_thread_area of i386: struct user_desc. */
struct user_desc {
    uint32_t entry_number; /* of the GDT; -1: choose one */
    uint32_t base_addr;
    uint32_t limit;
    uint32_t seg_32bit : 1;
    uint32_t contents : 2;
    uint32_t read_exec_only : 1;
    uint32_t limit_in_pages : 1;
    uint32_t seg_not_present : 1;
    uint32_t useable : 1;
    uint32_t lm : 1;
};
