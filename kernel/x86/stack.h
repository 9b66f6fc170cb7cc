/* Stacks of the image, each above a page that kernel_map_init() leaves
 * unmapped, so that running out of stack is a fault and not silent ruin. */
#pragma once

#include "kernel/lib.h"

#define BOOT_STACK_SIZE (16 * KIB)
#define IST_STACK_SIZE  (8 * KIB)

struct boot_stack {
    uint8_t guard[PAGE_SIZE];
    uint8_t stack[BOOT_STACK_SIZE];
} __attribute__((aligned(PAGE_SIZE)));

/* Stacks that the CPU switches to by itself, whatever rsp is: traps that may
 * come while the kernel's own stack can't be trusted (SDM vol. 3A, 6.14.5). */
enum ist {
    IST_NONE,
    IST_DOUBLE_FAULT,
    IST_NMI,
    IST_MACHINE_CHECK,
    IST_DEBUG,
    IST_BREAKPOINT,
    IST_COUNT,
};

struct ist_stack {
    uint8_t guard[PAGE_SIZE];
    uint8_t stack[IST_STACK_SIZE];
} __attribute__((aligned(PAGE_SIZE)));

extern struct boot_stack boot_stack;
extern struct ist_stack ist_stacks[IST_COUNT]; /* [IST_NONE] is unused */
