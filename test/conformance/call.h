/* System calls that say what they were asked and what they answered:
 *
 *     CALL(munmap, address, length);    munmap 0x50000000 0x1000 = 0x0
 */
#pragma once

#include "kernel/abi/mman.h"
#include "kernel/abi/syscalls_32.h"
#include "user/lib/linux.h"

#define CALL_ARGUMENTS_MAX 5

#define CALL(name, ...)                                                        \
    CALL_NUMBERS(#name, SYS(name), SYS32_##name,                               \
                 ((unsigned long[]){__VA_ARGS__}))
#define CALL_NUMBERS(name, own, other, arguments)                              \
    call_by_door(name, own, other, sizeof(arguments) / sizeof(unsigned long),  \
                 arguments)

/* The program's own door, or int 0x80 where the arguments have 32 bits. */
enum door {
    DOOR_OWN,
    DOOR_32,
};

/* From now on CALL and map go through DOOR. At first it is the own one. */
void call_choose(enum door door);

/* Calls OWN, or OTHER, which is the same call by int 0x80. */
long call_by_door(const char *name, long own, long other, size_t count,
                  const unsigned long *arguments);

/* Through the own door. */
long call(const char *name, long number, size_t count,
          const unsigned long *arguments);

/* mmap: OFFSET is in bytes. On i386 an offset that is no multiple of a page
 * goes through the old mmap, as map_old does with any. */
long map(unsigned long address, unsigned long length, unsigned long protection,
         unsigned long flags, unsigned long file, unsigned long offset);
long map_old(unsigned long address, unsigned long length,
             unsigned long protection, unsigned long flags, unsigned long file,
             unsigned long offset);

/* Sets the soft limit of RESOURCE; RLIM64_INFINITY becomes the hard limit. */
long limit(unsigned long resource, uint64_t value);

/* What a call gets in place of a file. */
#define NO_FILE    (~0ul)

/* An anonymous private mapping, and a file's. */
#define ANONYMOUS  (MAP_PRIVATE | MAP_ANONYMOUS)
#define READ_WRITE (PROT_READ | PROT_WRITE)

/* Anonymous private memory at ADDRESS, whatever is there. */
long map_fixed(unsigned long address, unsigned long length,
               unsigned long protection);
