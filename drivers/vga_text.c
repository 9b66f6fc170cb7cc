/* VGA text mode. (IBM VGA Technical Reference; registers at their colour
 * addresses.) */
#include "drivers/vga_text.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

#define CRTC_INDEX          0x3d4
#define CRTC_DATA           0x3d5
#define CRTC_CURSOR_START   0x0a /* first line of the cursor, and BIT(5): off */
#define CRTC_CURSOR_END     0x0b
#define CRTC_CURSOR_HIGH    0x0e
#define CRTC_CURSOR_LOW     0x0f

#define CURSOR_OFF          0x20
#define CURSOR_FIRST_LINE   13
#define CURSOR_LAST_LINE    14

/* The attribute controller: index and data go to one port in turn. Reading the
 * input status makes the next access an index. */
#define ATTRIBUTE           0x3c0
#define ATTRIBUTE_READ      0x3c1
#define INPUT_STATUS        0x3da
#define ATTRIBUTE_MODE      0x10
#define ATTRIBUTE_SCREEN_ON 0x20 /* in the index */
#define MODE_BLINK          BIT(3)

static void crtc_write(uint8_t index, unsigned value)
{
    outb(CRTC_INDEX, index);
    outb(CRTC_DATA, (uint8_t)value);
}

/* Makes bit 7 of a cell's colours a bright background. */
static void stop_blinking(void)
{
    (void)inb(INPUT_STATUS);
    outb(ATTRIBUTE, ATTRIBUTE_MODE | ATTRIBUTE_SCREEN_ON);
    uint8_t mode = inb(ATTRIBUTE_READ);
    (void)inb(INPUT_STATUS);
    outb(ATTRIBUTE, ATTRIBUTE_MODE | ATTRIBUTE_SCREEN_ON);
    outb(ATTRIBUTE, (uint8_t)(mode & ~MODE_BLINK));
}

void vga_text_init(struct vga_text *vga, volatile void *cells, unsigned columns,
                   unsigned rows)
{
    *vga = (struct vga_text){.cells = cells, .columns = columns, .rows = rows};
    stop_blinking();
}

static void vga_text_draw(void *driver, unsigned column, unsigned row,
                          struct cell cell)
{
    struct vga_text *vga = driver;
    vga->cells[row * vga->columns + column] = cell;
}

static void vga_text_show_cursor(void *driver, unsigned column, unsigned row,
                                 struct cell cell)
{
    (void)cell;
    struct vga_text *vga = driver;
    unsigned position = row * vga->columns + column;
    crtc_write(CRTC_CURSOR_START, CURSOR_FIRST_LINE);
    crtc_write(CRTC_CURSOR_END, CURSOR_LAST_LINE);
    crtc_write(CRTC_CURSOR_HIGH, position >> 8);
    crtc_write(CRTC_CURSOR_LOW, position & 0xff);
}

static void vga_text_hide_cursor(void *driver)
{
    (void)driver;
    crtc_write(CRTC_CURSOR_START, CURSOR_OFF);
}

struct display vga_text_display(struct vga_text *vga)
{
    return (struct display){
        .driver = vga,
        .columns = vga->columns,
        .rows = vga->rows,
        .draw = vga_text_draw,
        .show_cursor = vga_text_show_cursor,
        .hide_cursor = vga_text_hide_cursor,
    };
}
