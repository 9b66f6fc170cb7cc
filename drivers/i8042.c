/* The keyboard controller. (IBM PS/2 Hardware Interface Technical Reference,
 * "Keyboard and Auxiliary Device Controller".) */
#include "drivers/i8042.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define DATA            0x60
#define STATUS          0x64 /* read */
#define COMMAND         0x64 /* write */

#define STATUS_OUTPUT   BIT(0) /* a byte for us */
#define STATUS_INPUT    BIT(1) /* a byte of ours is not taken yet */
#define STATUS_MOUSE    BIT(5) /* the byte for us is the mouse's */
#define STATUS_ABSENT   0xff

/* A poll takes a microsecond or more: some 100 ms. */
#define POLLS           100000u

/* Bytes of the mouse's that one poll drops. */
#define MOUSE_BYTES_MAX 16

bool i8042_is_present(void)
{
    return inb(STATUS) != STATUS_ABSENT;
}

static bool wait_to_write(void)
{
    for (unsigned poll = 0; poll < POLLS; poll++) {
        if ((inb(STATUS) & STATUS_INPUT) == 0) {
            return true;
        }
        __builtin_ia32_pause();
    }
    return false;
}

bool i8042_command(uint8_t command)
{
    if (!wait_to_write()) {
        return false;
    }
    outb(COMMAND, command);
    return true;
}

bool i8042_send(uint8_t byte)
{
    if (!wait_to_write()) {
        return false;
    }
    outb(DATA, byte);
    return true;
}

bool i8042_receive(uint8_t *byte)
{
    for (unsigned poll = 0; poll < POLLS; poll++) {
        if ((inb(STATUS) & STATUS_OUTPUT) != 0) {
            *byte = inb(DATA);
            return true;
        }
        __builtin_ia32_pause();
    }
    return false;
}

bool i8042_poll(uint8_t *byte)
{
    for (unsigned i = 0; i < MOUSE_BYTES_MAX; i++) {
        uint8_t status = inb(STATUS);
        if (status == STATUS_ABSENT || (status & STATUS_OUTPUT) == 0) {
            return false;
        }
        *byte = inb(DATA);
        if ((status & STATUS_MOUSE) == 0) {
            return true;
        }
    }
    return false;
}
