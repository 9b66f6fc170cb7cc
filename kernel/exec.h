/* Into a program: from a path to the first instruction. The ELF file, the
 * stack with arguments, environment and auxiliary vector, the registers.
 *
 * The room owns nothing that stays: a program that has begun belongs to its
 * process. It uses kernel/process/, kernel/file/ and what lies below them. Read
 * exec.h first, then exec.c.
 */
#pragma once

#include "kernel/exec/elf.h"
#include "kernel/exec/elf_symbol.h"
#include "kernel/exec/exec.h"
#include "kernel/exec/first_program.h"
