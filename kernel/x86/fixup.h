/* Instructions of the kernel that may fault on what a program chose: on its
 * memory, its selectors, its vector registers.
 *
 * Each is listed in the section .fixups with the address to go on at instead,
 * so that what is bad is an error and never a kernel fault.
 */
#pragma once

#include "kernel/lib.h"

/* One line of assembly for the end of an asm statement: when the instruction
 * at label FROM faults, go on at label TO. */
#define FIXUP(from, to)                                                        \
    ".pushsection .fixups, \"a\"\n"                                            \
    ".balign 8\n"                                                              \
    ".quad " from ", " to "\n"                                                 \
    ".popsection\n"

/* Where to go on after a fault at RIP, or 0 when nobody expected one. */
uint64_t fixup_find(uint64_t rip);
