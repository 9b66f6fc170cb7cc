/* /proc/self/maps, as far as it must be equal: addresses, rights, offsets and
 * names, but not devices and inodes. */
#pragma once

/* Says the lines of all areas that share a byte with [start, end):
 *
 *     map 50000000-50001000 rw-p 00000000 [heap] */
void maps_say(unsigned long start, unsigned long end);

/* All lines. */
void maps_say_all(void);

/* The lines as they are, with each digit of device and inode as `#`. */
void maps_say_form(void);
