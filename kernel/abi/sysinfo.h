/* sysinfo (include/uapi/linux/sysinfo.h). */
#pragma once

#include <stdint.h>

/* Bits behind the point in `loads`. */
#define SI_LOAD_SHIFT 16

struct sysinfo {
    int64_t uptime; /* seconds */
    uint64_t loads[3];
    uint64_t totalram;
    uint64_t freeram;
    uint64_t sharedram;
    uint64_t bufferram;
    uint64_t totalswap;
    uint64_t freeswap;
    uint16_t procs;
    uint16_t pad;
    uint64_t totalhigh;
    uint64_t freehigh;
    uint32_t mem_unit; /* bytes */
};

/* i386's. Sizes are in units of mem_unit bytes. */
struct sysinfo_32 {
    int32_t uptime;
    uint32_t loads[3];
    uint32_t totalram;
    uint32_t freeram;
    uint32_t sharedram;
    uint32_t bufferram;
    uint32_t totalswap;
    uint32_t freeswap;
    uint16_t procs;
    uint16_t pad;
    uint32_t totalhigh;
    uint32_t freehigh;
    uint32_t mem_unit;
    uint8_t unused[8];
};
