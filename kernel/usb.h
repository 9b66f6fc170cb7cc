/* The USB controllers of the machine. */
#pragma once

/* Finds them and begins to start them; the rest is done at ticks
 * (drivers/usb/usb_poll.h). To be called when memory, ACPI's tables and the
 * clock are there. */
void usb_init(void);
