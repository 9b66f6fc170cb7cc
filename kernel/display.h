/* The screen that boot found, given to the console. */
#pragma once

#include "boot/boot_info.h"

/* VGA text, if that is what there is. Works before memory_init(). */
void display_init_text(const struct boot_framebuffer *framebuffer);

/* A framebuffer of pixels, if that is what there is. */
void display_init_framebuffer(const struct boot_framebuffer *framebuffer);
