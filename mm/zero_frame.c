/* The frame of zeros: see mm/frame.h. */
#include "mm/frame.h"
#include "mm/layout.h"

paddr_t frame_of_zeros(void)
{
    static uint8_t zeros[FRAME_SIZE] __attribute__((aligned(FRAME_SIZE)));
    return (uintptr_t)zeros - KERNEL_BASE;
}
