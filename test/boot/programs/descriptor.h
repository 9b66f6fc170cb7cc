/* Descriptors of segments that a program makes (Linux's struct user_desc),
 * which not every C library has. */
#pragma once

#include <stdint.h>

#define SET_THREAD_AREA        243 /* by int 0x80, as the next */
#define GET_THREAD_AREA        244

#define DESCRIPTOR_32          0x01
#define DESCRIPTOR_EXPAND_DOWN 0x02
#define DESCRIPTOR_CODE        0x04
#define DESCRIPTOR_READ_ONLY   0x08
#define DESCRIPTOR_PAGES       0x10
#define DESCRIPTOR_NOT_PRESENT 0x20
#define DESCRIPTOR_USEABLE     0x40

/* Of modify_ldt. */
#define LDT_READ               0
#define LDT_WRITE_OLD          1
#define LDT_READ_DEFAULT       2
#define LDT_WRITE              0x11

struct descriptor {
    uint32_t entry, base, limit, flags;
};

/* CALL is one of the above. DESCRIPTOR is in the lower 4 GiB. */
static inline long thread_area(long call, struct descriptor *descriptor)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "0"(call), "b"(descriptor)
                     : "memory");
    return result;
}
