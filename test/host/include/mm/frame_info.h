/* In place of the kernel's window of addresses: words for as many frames as
 * tests have, one behind the other. */
#pragma once

#include "kernel/lib.h"

#define HOST_FRAMES 32768

extern uint32_t host_frame_info[HOST_FRAMES];

static inline uint32_t *frame_info(paddr_t address)
{
    return &host_frame_info[(address >> PAGE_SHIFT) % HOST_FRAMES];
}
