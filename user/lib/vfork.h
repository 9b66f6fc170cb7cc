/* vfork, of 64-bit programs only: see x86_64/vfork.asm. */
#pragma once

/* A child that borrows the caller's memory and stack until it calls execve or
 * exit; it must do nothing else that matters, and not return from the caller.
 * Returns 0 in the child; its number in the parent, or an error. */
long vfork(void) __attribute__((returns_twice));
