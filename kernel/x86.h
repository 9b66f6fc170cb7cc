/* The CPU: its registers, tables, entries and stacks, with the names of the
 * Intel manual. Whoever wants to know how a program gets into the kernel and
 * back finds it here and nowhere else.
 *
 * The room owns the GDT and IDT, what each CPU has of its own, and all of the
 * kernel's assembly but the boot. It uses kernel/lib/ alone, and does not know
 * what traps and calls mean: those above define trap_dispatch and
 * syscall_dispatch_64. Read trap_frame.h first, then trap_entry.asm, and cpu.h
 * as you need it.
 */
#pragma once

#include "kernel/x86/context.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/debug.h"
#include "kernel/x86/descriptor.h"
#include "kernel/x86/fixup.h"
#include "kernel/x86/fpu.h"
#include "kernel/x86/gdt.h"
#include "kernel/x86/idt.h"
#include "kernel/x86/io.h"
#include "kernel/x86/paging.h"
#include "kernel/x86/percpu.h"
#include "kernel/x86/segments.h"
#include "kernel/x86/stack.h"
#include "kernel/x86/trap_frame.h"
