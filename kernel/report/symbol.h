/* Names for addresses, so that a report can be read without a debugger. */
#pragma once

#include "kernel/process.h"

/* The kernel's function at ADDRESS, and how far into it ADDRESS is, from the
 * table that the Makefile puts into the image. NULL when ADDRESS is not in the
 * kernel's text. */
const char *symbol_find(uint64_t address, uint64_t *offset);

/* Enough for the longest name that is printed whole. */
#define SYMBOL_TEXT_MAX 80

/* Writes "name+0x12" to TEXT: a function of the kernel, or of PROCESS' program
 * (NULL: none) if its file has a symbol table; "" when nothing is known. */
void symbol_print(char text[SYMBOL_TEXT_MAX], const struct process *process,
                  uint64_t address);
