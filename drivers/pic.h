/* The two 8259 interrupt controllers. */
#pragma once

#include "kernel/lib.h"

/* IRQ n is vector PIC_VECTOR + n. */
#define PIC_VECTOR 32u
#define PIC_IRQS   16u

/* Moves the IRQs to PIC_VECTOR and masks them all. */
void pic_init(void);

void pic_unmask(unsigned irq);

/* All masks at once, bit n for IRQ n, to be put back later. */
#define PIC_ALL_MASKED 0xffffu
uint16_t pic_masks(void);
void pic_set_masks(uint16_t masks);

/* To be asked first in the handler of IRQ: true when the controller only made
 * it up (7 and 15, even when masked). Has done then what there is to do, so
 * the handler just returns. */
bool pic_is_spurious(unsigned irq);

/* How often each has come, spurious ones apart. */
extern uint64_t pic_counts[PIC_IRQS];

/* The end of the interrupt IRQ, which is not spurious. */
void pic_end(unsigned irq);
