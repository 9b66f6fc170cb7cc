/* The NMI status and control register (Intel ICH10 datasheet, 13.7.1). */
#include "drivers/nmi.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define STATUS_PORT   0x61
#define STATUS_SERR   BIT(7) /* SERR#: memory or a PCI device */
#define STATUS_IOCHK  BIT(6) /* IOCHK#: a device of the ISA bus */
#define STATUS_ABSENT 0xff

const char *nmi_error(void)
{
    uint8_t status = inb(STATUS_PORT);

    if (status == STATUS_ABSENT) {
        return NULL;
    }
    if ((status & STATUS_SERR) != 0) {
        return "non-maskable interrupt: system error (SERR#), memory or PCI";
    }
    if ((status & STATUS_IOCHK) != 0) {
        return "non-maskable interrupt: I/O check (IOCHK#)";
    }
    return NULL;
}
