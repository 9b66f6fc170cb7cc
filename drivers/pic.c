/* The two 8259s: the second hangs on IRQ 2 of the first. (Intel 8259A data
 * sheet.) */
#include "drivers/pic.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define COMMAND_1        0x20
#define DATA_1           0x21
#define COMMAND_2        0xa0
#define DATA_2           0xa1

#define INIT             0x11 /* ICW1: ICW4 follows, cascaded, edges */
#define MODE_8086        0x01 /* ICW4 */
#define READ_IN_SERVICE  0x0b /* OCW3 */
#define END_OF_INTERRUPT 0x20 /* OCW2 */
#define MASK_ALL         0xff

#define IRQS_EACH        8
#define CASCADE_IRQ      2
#define LAST_IRQ         7 /* of each controller: the one it makes up */

static uint16_t command_port(unsigned irq)
{
    return irq < IRQS_EACH ? COMMAND_1 : COMMAND_2;
}

static uint16_t data_port(unsigned irq)
{
    return irq < IRQS_EACH ? DATA_1 : DATA_2;
}

static uint8_t irq_bit(unsigned irq)
{
    return (uint8_t)BIT(irq % IRQS_EACH);
}

static void init_one(uint16_t command, uint16_t data, uint8_t vector,
                     uint8_t cascade)
{
    const uint8_t words[] = {vector, cascade, MODE_8086};
    outb(command, INIT);
    io_wait();
    for (unsigned i = 0; i < ARRAY_COUNT(words); i++) {
        outb(data, words[i]);
        io_wait();
    }
    outb(data, MASK_ALL);
}

void pic_init(void)
{
    init_one(COMMAND_1, DATA_1, PIC_VECTOR, (uint8_t)BIT(CASCADE_IRQ));
    init_one(COMMAND_2, DATA_2, PIC_VECTOR + IRQS_EACH, CASCADE_IRQ);
}

void pic_unmask(unsigned irq)
{
    ASSERT_CMP(irq, <, PIC_IRQS);
    uint16_t data = data_port(irq);
    outb(data, inb(data) & (uint8_t)~irq_bit(irq));
    if (data == DATA_2) {
        pic_unmask(CASCADE_IRQ);
    }
}

uint16_t pic_masks(void)
{
    return (uint16_t)(inb(DATA_2) << IRQS_EACH | inb(DATA_1));
}

void pic_set_masks(uint16_t masks)
{
    outb(DATA_1, (uint8_t)masks);
    outb(DATA_2, (uint8_t)(masks >> IRQS_EACH));
}

bool pic_is_spurious(unsigned irq)
{
    if (irq % IRQS_EACH != LAST_IRQ) {
        return false;
    }
    outb(command_port(irq), READ_IN_SERVICE);
    if ((inb(command_port(irq)) & irq_bit(irq)) != 0) {
        return false;
    }
    /* The first controller knows nothing of the second's invention. */
    if (irq >= IRQS_EACH) {
        outb(COMMAND_1, END_OF_INTERRUPT);
    }
    return true;
}

uint64_t pic_counts[PIC_IRQS];

void pic_end(unsigned irq)
{
    ASSERT_CMP(irq, <, PIC_IRQS);
    pic_counts[irq]++;
    if (irq >= IRQS_EACH) {
        outb(COMMAND_2, END_OF_INTERRUPT);
    }
    outb(COMMAND_1, END_OF_INTERRUPT);
}
