/* The keyboard controller's ports, for the keyboard and for the reset. */
#pragma once

#include "kernel/lib.h"

/* Is there a controller? An absent one reads all ones. */
bool i8042_is_present(void);

/* Writes a command, or a byte of data. Returns false when the controller did
 * not get ready for it within some 100 ms. */
bool i8042_command(uint8_t command);
bool i8042_send(uint8_t byte);

/* Waits some 100 ms for a byte. Returns whether *BYTE is one. */
bool i8042_receive(uint8_t *byte);

/* Takes a byte of the keyboard's that is there now; the mouse's are dropped.
 * Returns whether *BYTE is one. */
bool i8042_poll(uint8_t *byte);

#define I8042_READ_CONFIG      0x20
#define I8042_WRITE_CONFIG     0x60
#define I8042_DISABLE_MOUSE    0xa7
#define I8042_DISABLE_KEYBOARD 0xad
#define I8042_ENABLE_KEYBOARD  0xae
#define I8042_PULSE_RESET      0xfe
