/* What boot hands over: everything that firmware and loader said, in one plain
 * struct. Nothing after boot/ has heard of multiboot.
 *
 * It lives in the kernel's bss, and all that it holds is a copy, so the
 * loader's own memory is not read after boot_info_init() in boot/boot.h.
 */
#pragma once

#include "kernel/lib.h"

/* Types of memory ranges. The first ones are the firmware's (ACPI 6.5, 15.1);
 * whatever firmware says beside MEMORY_RAM (any 32-bit number occurs) means
 * "not yours". The last ones are boot's own: RAM that is taken. */
#define MEMORY_RAM      1u
#define MEMORY_RESERVED 2u
#define MEMORY_ACPI     3u
#define MEMORY_NVS      4u
#define MEMORY_BAD      5u

#define MEMORY_KERNEL   0xb0000001u /* the kernel's image */
#define MEMORY_MODULE   0xb0000002u /* a file that the loader loaded */
#define MEMORY_LOADER   0xb0000003u /* the loader's own tables */

/* [start, end) is TYPE. Ranges come unsorted, overlapping and empty
 * (start >= end); a byte is RAM when some range says MEMORY_RAM and none says
 * anything else. */
struct memory_range {
    uint64_t start;
    uint64_t end;
    uint32_t type;
};

/* How many ranges of the firmware's are kept apart, and of boot's own; and room
 * for what the kernel takes when it lays out memory. */
#define BOOT_RANGES_FIRMWARE 1024
#define BOOT_RANGES_BOOT     64
#define BOOT_RANGES_KERNEL   4
#define BOOT_RANGES_MAX                                                        \
    (BOOT_RANGES_FIRMWARE + BOOT_RANGES_BOOT + BOOT_RANGES_KERNEL)
#define BOOT_MODULES_MAX      16
#define BOOT_COMMAND_LINE_MAX 4096
#define BOOT_NAME_MAX         128

struct boot_module {
    paddr_t start; /* [start, end), in bytes */
    paddr_t end;
    char name[BOOT_NAME_MAX]; /* the module's command line */
};

enum boot_display {
    BOOT_DISPLAY_NONE, /* nothing is known: no screen */
    BOOT_DISPLAY_TEXT, /* VGA text: 2 bytes a cell at `address` */
    BOOT_DISPLAY_RGB,  /* pixels of `bits_per_pixel` */
};

/* One colour channel of a pixel: (pixel >> shift) & ((1 << bits) - 1). */
struct boot_channel {
    uint8_t shift;
    uint8_t bits;
};

struct boot_framebuffer {
    enum boot_display display;
    paddr_t address; /* may lie anywhere, also above 4 GiB */
    uint32_t pitch;  /* bytes from one line to the next */
    uint32_t width;  /* pixels, or cells when display is TEXT */
    uint32_t height;
    uint8_t bits_per_pixel; /* 15, 16, 24 or 32 */
    struct boot_channel red, green, blue;
};

/* The longer of the two RSDP structures (ACPI 6.5, 5.2.5.3). */
#define BOOT_RSDP_MAX 36

/* Where the kernel's image lies. Defined by the kernel, and by host tests. */
struct memory_range boot_image(void);

struct boot_info {
    char protocol[16]; /* "multiboot 1", "multiboot 2" or "PVH" */
    char loader[BOOT_NAME_MAX];
    char command_line[BOOT_COMMAND_LINE_MAX];

    struct memory_range ranges[BOOT_RANGES_MAX]; /* by where they start */
    size_t range_count;

    struct boot_module modules[BOOT_MODULES_MAX];
    size_t module_count;

    struct boot_framebuffer framebuffer;

    uint8_t rsdp[BOOT_RSDP_MAX];
    size_t rsdp_size;     /* 0 when the loader gave none */
    paddr_t rsdp_address; /* where PVH says that the RSDP lies, or PADDR_NONE */

    /* What did not fit, for the log: see boot_info_add_range() in boot/boot.h.
     * The memory of a dropped module is in `ranges` all the same. */
    unsigned ranges_dropped;
    unsigned modules_dropped;
    unsigned strings_cut;
};
