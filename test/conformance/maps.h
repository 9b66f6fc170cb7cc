/* /proc/self/maps, as far as it must be equal: addresses, rights, offsets and
 * names, but not devices and inodes. */
#pragma once

#include <stdbool.h>

/* Says the lines of all areas that share a byte with [start, end):
 *
 *     map 50000000-50001000 rw-p 00000000 [heap] */
void maps_say(unsigned long start, unsigned long end);

/* All lines. */
void maps_say_all(void);

/* The area that has ADDRESS. False if there is none. */
struct maps_area {
    unsigned long start, end;
    bool is_shared;
};
bool maps_find(unsigned long address, struct maps_area *area);

/* The lines of /proc/meminfo that tell of the pool of MAP_HUGETLB, and what
 * smaps says of areas that show it. */
void maps_say_pool(void);
void maps_say_huge(void);

/* The lines as they are, with each digit of device and inode as `#`. */
void maps_say_form(void);
