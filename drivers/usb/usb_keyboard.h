/* USB keyboards: what they tell the console, and what it tells them. */
#pragma once

#include "kernel/lib.h"

/* COUNT scan codes (set 1), of whole keys, were typed. Defined by the console.
 */
void console_type(const uint8_t *scancodes, size_t count);

/* The LEDs that a keyboard shall show, as HID_LED_*. */
unsigned console_leds(void);
