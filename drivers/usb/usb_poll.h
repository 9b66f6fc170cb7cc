/* All of USB, a step further. */
#pragma once

#include "kernel/lib.h"

/* Goes on with what controllers and devices do. To be called at each tick, and
 * by whoever waits for USB without interrupts. Does nothing while it runs. */
void usb_poll(void);

/* Does usb_poll run? */
bool usb_is_polling(void);

/* The kernel was in the middle of usb_poll, and does not go back there: a
 * panic. From now on usb_poll works again, as well as it can. */
void usb_poll_anew(void);
