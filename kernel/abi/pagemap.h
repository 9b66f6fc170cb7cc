/* What /proc/PID/pagemap (Linux's, admin-guide/mm/pagemap.rst) and
 * /proc/PID/pagewalk say of a page. What they say of the page at address A lies
 * at A / 4096 times their unit. */
#pragma once

#define PAGEMAP_FRAME      ((1ull << 55) - 1) /* its number */
#define PAGEMAP_SOFT_DIRTY (1ull << 55)       /* of each page of an area */
#define PAGEMAP_EXCLUSIVE  (1ull << 56)       /* shown at one place alone */
#define PAGEMAP_FILE       (1ull << 61) /* a file's, or of shared memory */
#define PAGEMAP_PRESENT    (1ull << 63)
#define PAGEMAP_UNIT       8

/* The entries of pml4, pdpt, pd and pt, in this order; 0 behind the last. */
#define PAGEWALK_ENTRIES   4
#define PAGEWALK_UNIT      (8 * PAGEWALK_ENTRIES)
