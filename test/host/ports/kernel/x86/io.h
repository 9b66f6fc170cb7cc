/* The I/O ports in host tests that bring their own: in place of the kernel's
 * header of this name. */
#pragma once

#include "kernel/lib/types.h"

void outb(uint16_t port, uint8_t value);
void outl(uint16_t port, uint32_t value);
uint32_t inl(uint16_t port);
