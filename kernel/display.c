/* The screen that boot found, given to the console. */
#include "kernel/display.h"

#include "drivers/console.h"
#include "kernel/lib.h"
#include "mm/kernel_map.h"
#include "mm/layout.h"

/* What the direct map keeps of VGA's memory: mm/kernel_map.c. */
#define VGA_START 0xa0000ull
#define VGA_END   0xc0000ull

void display_init_text(const struct boot_framebuffer *fb)
{
    bool is_text = fb->display == BOOT_DISPLAY_TEXT;

    if (is_text && fb->address >= VGA_START && fb->address < VGA_END) {
        console_add_text(direct_map(fb->address), fb->width, fb->height);
    }
}

static struct framebuffer_channel channel(struct boot_channel c)
{
    return (struct framebuffer_channel){.shift = c.shift, .bits = c.bits};
}

void display_init_framebuffer(const struct boot_framebuffer *fb)
{
    if (fb->display != BOOT_DISPLAY_RGB) {
        return;
    }
    struct framebuffer_mode mode = {
        .pixels = device_map(fb->address, (size_t)fb->pitch * fb->height,
                             DEVICE_WRITE_COMBINING),
        .pitch = fb->pitch,
        .width = fb->width,
        .height = fb->height,
        .bits_per_pixel = fb->bits_per_pixel,
        .red = channel(fb->red),
        .green = channel(fb->green),
        .blue = channel(fb->blue),
    };
    if (mode.pixels == NULL || console_add_framebuffer(&mode) != 0) {
        log_warn("the framebuffer at 0x%llx (%u x %u, %u bits) can't be used",
                 (unsigned long long)fb->address, fb->width, fb->height,
                 fb->bits_per_pixel);
    }
}
