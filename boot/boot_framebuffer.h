/* The framebuffer, as both multiboot protocols describe it. */
#pragma once

#include "boot/boot_info.h"

#define FRAMEBUFFER_INDEXED 0 /* pixels are numbers of a palette */
#define FRAMEBUFFER_RGB     1
#define FRAMEBUFFER_TEXT    2 /* VGA text */

/* Multiboot 0.6.96, 3.3, from byte 88 on; Multiboot 2.0, 3.6.12, from byte 8
 * of the tag on. */
struct multiboot_framebuffer {
    uint64_t address;
    uint32_t pitch;
    uint32_t width;
    uint32_t height;
    uint8_t bits_per_pixel;
    uint8_t type;
} PACKED;

static_assert(sizeof(struct multiboot_framebuffer) == 22, "multiboot");

/* What follows when the type is FRAMEBUFFER_RGB. */
struct multiboot_channels {
    struct boot_channel red, green, blue;
} PACKED;

static_assert(sizeof(struct multiboot_channels) == 6, "multiboot");

/* The text screen that a BIOS leaves behind. */
struct boot_framebuffer boot_framebuffer_bios(void);

/* What can be used of FROM: a display of NONE when nothing can. CHANNELS that
 * make no sense are replaced by the usual ones. */
struct boot_framebuffer
boot_framebuffer_multiboot(const struct multiboot_framebuffer *from,
                           const struct multiboot_channels *channels);
