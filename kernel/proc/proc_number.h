/* Numbers as Linux reads them out of what is written to /proc/sys. Pure. */
#pragma once

#include "kernel/lib.h"

struct proc_number {
    uint64_t magnitude;
    bool is_negative;
};

/* Reads the number at the start of the SIZE bytes of TEXT: blanks, a sign, and
 * digits, 0x and 0 in front as in C, up to a blank or the end. Returns the
 * bytes up to what follows the blanks behind it, or -EINVAL. */
int64_t proc_number_parse(const char *text, size_t size,
                          struct proc_number *number);

/* Reads all of TEXT as one number of 32 bits, as a word of its own: blanks
 * around it and a sign. Returns 0, -EINVAL or -ERANGE. */
int proc_integer_parse(const char *text, size_t size, int *number) MUST_CHECK;
