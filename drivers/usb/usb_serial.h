/* A serial line by USB: FTDI's adapters, and devices of CDC-ACM. There is one
 * line, that of the first adapter that was found; when it is pulled out, the
 * next one that is plugged in takes its place. */
#pragma once

#include "kernel/lib.h"

/* Is an adapter there? Without one, the first 8 KiB of what is written wait for
 * it, and the rest is lost. */
bool usb_serial_is_there(void);

/* How many bytes usb_serial_send takes now: any number where there is no
 * adapter, and where the one there is has taken nothing for a second; what it
 * has no room for is lost then. */
size_t usb_serial_room(void);

/* Takes of SIZE bytes what there is room for, and sends them at ticks. Returns
 * how many. */
size_t usb_serial_send(const void *bytes, size_t size);

/* Sends SIZE bytes and waits until they are gone, about a second: who takes
 * nothing for so long is waited for once, and loses bytes until it does. Within
 * usb_poll nothing waits, and what there is no room for is lost. */
void usb_serial_write(const void *bytes, size_t size);

/* Waits until all is gone, by the same bound. */
void usb_serial_flush(void);

/* Takes up to SIZE bytes that have arrived. Returns how many; never waits. */
size_t usb_serial_read(void *bytes, size_t size);
