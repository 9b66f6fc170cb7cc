/* clone's flags (include/uapi/linux/sched.h), arch_prctl's codes
 * (arch/x86/include/uapi/asm/prctl.h), and set_thread_area's structure. */
#pragma once

#include <stdint.h>

#define CSIGNAL       0x000000ff
#define CLONE_VM      0x00000100
#define CLONE_FS      0x00000200
#define CLONE_FILES   0x00000400
#define CLONE_SIGHAND 0x00000800
#define CLONE_VFORK   0x00004000

#define ARCH_SET_GS   0x1001
#define ARCH_SET_FS   0x1002
#define ARCH_GET_FS   0x1003
#define ARCH_GET_GS   0x1004

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
