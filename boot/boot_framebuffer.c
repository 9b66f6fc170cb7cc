/* Which screen there is, from what the loader says. */
#include "boot/boot_framebuffer.h"

#define VGA_TEXT_ADDRESS 0xb8000
#define VGA_TEXT_COLUMNS 80
#define VGA_TEXT_LINES   25
#define VGA_CELL_SIZE    2 /* bytes: a character and its colours */

/* No screen has more pixels than this on a side; products fit in 64 bits. */
#define SIDE_MAX         65536u

struct boot_framebuffer boot_framebuffer_bios(void)
{
    return (struct boot_framebuffer){
        .display = BOOT_DISPLAY_TEXT,
        .address = VGA_TEXT_ADDRESS,
        .pitch = VGA_TEXT_COLUMNS * VGA_CELL_SIZE,
        .width = VGA_TEXT_COLUMNS,
        .height = VGA_TEXT_LINES,
    };
}

/* Do the lines lie in memory, one behind the other? */
static bool has_lines(const struct multiboot_framebuffer *from,
                      uint32_t bytes_per_column)
{
    if (from->width == 0 || from->width > SIDE_MAX || from->height == 0 ||
        from->height > SIDE_MAX || from->pitch > SIDE_MAX * sizeof(uint32_t)) {
        return false;
    }
    uint64_t size = (uint64_t)from->pitch * from->height;
    return from->pitch >= from->width * bytes_per_column &&
           from->address != 0 && from->address <= UINT64_MAX - size;
}

static bool is_usable_depth(unsigned bits_per_pixel)
{
    return bits_per_pixel == 15 || bits_per_pixel == 16 ||
           bits_per_pixel == 24 || bits_per_pixel == 32;
}

static bool fits(struct boot_channel channel, unsigned bits_per_pixel)
{
    return channel.bits > 0 && channel.shift + channel.bits <= bits_per_pixel;
}

static struct multiboot_channels usual_channels(unsigned bits_per_pixel)
{
    switch (bits_per_pixel) {
    case 15:
        return (struct multiboot_channels){{10, 5}, {5, 5}, {0, 5}};
    case 16:
        return (struct multiboot_channels){{11, 5}, {5, 6}, {0, 5}};
    default:
        return (struct multiboot_channels){{16, 8}, {8, 8}, {0, 8}};
    }
}

static struct boot_framebuffer
describe_rgb(const struct multiboot_framebuffer *from,
             struct multiboot_channels channels)
{
    unsigned bits = from->bits_per_pixel;

    if (!is_usable_depth(bits) || !has_lines(from, (bits + 7) / 8)) {
        return (struct boot_framebuffer){.display = BOOT_DISPLAY_NONE};
    }
    if (!fits(channels.red, bits) || !fits(channels.green, bits) ||
        !fits(channels.blue, bits)) {
        channels = usual_channels(bits);
    }
    return (struct boot_framebuffer){
        .display = BOOT_DISPLAY_RGB,
        .address = from->address,
        .pitch = from->pitch,
        .width = from->width,
        .height = from->height,
        .bits_per_pixel = from->bits_per_pixel,
        .red = channels.red,
        .green = channels.green,
        .blue = channels.blue,
    };
}

static struct boot_framebuffer
describe_text(const struct multiboot_framebuffer *from)
{
    if (!has_lines(from, VGA_CELL_SIZE)) {
        return boot_framebuffer_bios();
    }
    return (struct boot_framebuffer){
        .display = BOOT_DISPLAY_TEXT,
        .address = from->address,
        .pitch = from->pitch,
        .width = from->width,
        .height = from->height,
    };
}

struct boot_framebuffer
boot_framebuffer_multiboot(const struct multiboot_framebuffer *from,
                           const struct multiboot_channels *channels)
{
    switch (from->type) {
    case FRAMEBUFFER_RGB:
        return describe_rgb(from, *channels);
    case FRAMEBUFFER_TEXT:
        return describe_text(from);
    default: /* FRAMEBUFFER_INDEXED: Brix sets no palettes */
        return (struct boot_framebuffer){.display = BOOT_DISPLAY_NONE};
    }
}
