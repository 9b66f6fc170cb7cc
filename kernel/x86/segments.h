/* The data segment registers of the program that runs: the kernel does without
 * them, so they stay as the program left them. */
#pragma once

#include "kernel/lib.h"

/* SDM vol. 3A, 3.4.2: the ring that a selector asks for. */
#define SELECTOR_RPL   3
#define SELECTOR_LOCAL 4 /* chooses from the table of the program's own */
#define SELECTOR_ENTRY 8 /* from one descriptor to the next */

struct segments {
    uint16_t ds, es, fs, gs;
};

struct segments segments_read(void);

/* Loads WANTED, but for registers that hold it already and whose descriptor is
 * the same for all programs. What the CPU refuses becomes 0. */
void segments_load(const struct segments *wanted);

/* Loads the registers that hold SELECTOR anew: its descriptor is another one
 * now. */
void segments_refresh(uint16_t selector);

/* The same for DS and ES where they hold selectors of the program's own table.
 * FS and GS keep what they have until they are loaded, as on Linux. */
void segments_refresh_local(void);

/* Writes a program's base to MSR; 0 when it is not an address to the CPU. */
void segment_base_load(uint32_t msr, uint64_t base);

/* May ring 3 have SELECTOR in SS? */
bool segment_is_stack(uint16_t selector);
