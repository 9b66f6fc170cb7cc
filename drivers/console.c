/* The console: one line, one screen, one keyboard. */
#include "drivers/console.h"

#include "drivers/keyboard.h"
#include "drivers/terminal.h"
#include "drivers/usb/hid_keyboard.h"
#include "drivers/usb/usb_keyboard.h"
#include "drivers/usb/usb_poll.h"
#include "drivers/usb/usb_serial.h"
#include "drivers/vga_text.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* All of it belongs to the CPU that writes: the kernel writes with interrupts
 * off, and a panic on another CPU is worth a garbled line. */
static struct uart serial;
static const struct console_line *serial_line; /* NULL: the port itself */
static struct virtio_console *virtio; /* in place of the serial port, or NULL */
static struct virtio_console *errors; /* a line of their own, or NULL */
static bool has_usb; /* a serial adapter by USB is a second line */
static struct keyboard keyboard;
static struct vga_text vga_text;
static struct framebuffer framebuffer;
static struct terminal terminal;

void console_init(void)
{
    terminal_init(&terminal);
}

bool console_add_serial(uint16_t port)
{
    return uart_init(&serial, port);
}

void console_add_text(volatile void *cells, unsigned columns, unsigned rows)
{
    vga_text_init(&vga_text, cells, columns, rows);
    struct display display = vga_text_display(&vga_text);
    terminal_set_display(&terminal, &display);
}

int console_add_framebuffer(const struct framebuffer_mode *mode)
{
    int error = framebuffer_init(&framebuffer, mode, SCREEN_CELLS_MAX);
    if (error != 0) {
        return error;
    }
    struct display display = framebuffer_display(&framebuffer);
    terminal_set_display(&terminal, &display);
    return 0;
}

bool console_add_keyboard(void)
{
    return keyboard_init(&keyboard);
}

struct uart *console_serial(void)
{
    return &serial;
}

void console_set_line(const struct console_line *line)
{
    serial_line = line;
}

void console_add_virtio(struct virtio_console *console)
{
    virtio = console;
}

void console_add_errors(struct virtio_console *console)
{
    errors = console;
}

void console_add_usb(void)
{
    has_usb = true;
}

bool console_has_errors(void)
{
    return errors != NULL;
}

/* One that broke the rules is not used any more. */
static bool is_used(const struct virtio_console *console)
{
    return console != NULL && console->is_present;
}

static void line_write(const char *bytes, size_t size)
{
    if (is_used(virtio)) {
        virtio_console_write(virtio, bytes, size);
    } else if (serial_line != NULL) {
        serial_line->write(bytes, size);
    } else {
        uart_write(&serial, bytes, size);
    }
    if (has_usb) {
        usb_serial_write(bytes, size);
    }
}

static size_t first_line_room(void)
{
    if (is_used(virtio)) {
        return virtio_console_room(virtio);
    }
    return serial_line != NULL ? SIZE_MAX : uart_room(&serial);
}

static size_t line_room(void)
{
    size_t room = first_line_room();

    return has_usb ? MIN(room, usb_serial_room()) : room;
}

static void line_send(const char *bytes, size_t size)
{
    if (is_used(virtio)) {
        (void)virtio_console_send(virtio, bytes, size);
    } else if (serial_line != NULL) {
        serial_line->write(bytes, size);
    } else {
        (void)uart_send(&serial, bytes, size);
    }
    if (has_usb) {
        (void)usb_serial_send(bytes, size);
    }
}

static size_t first_line_read(void *bytes, size_t size)
{
    if (is_used(virtio)) {
        return virtio_console_read(virtio, bytes, size);
    }
    return serial_line != NULL ? serial_line->read(bytes, size)
                               : uart_read(&serial, bytes, size);
}

static size_t line_read(void *bytes, size_t size)
{
    uint8_t *to = bytes;
    size_t count = first_line_read(to, size);

    if (has_usb) {
        count += usb_serial_read(to + count, size - count);
    }
    return count;
}

void console_write(const char *bytes, size_t size)
{
    line_write(bytes, size);
    terminal_write(&terminal, bytes, size);
}

size_t console_room(enum console_output output)
{
    if (output == CONSOLE_OUTPUT) {
        return line_room();
    }
    return is_used(errors) ? virtio_console_room(errors) : SIZE_MAX;
}

void console_send(enum console_output output, const char *bytes, size_t size)
{
    if (output == CONSOLE_OUTPUT) {
        line_send(bytes, size);
        terminal_write(&terminal, bytes, size);
    } else if (is_used(errors)) {
        (void)virtio_console_send(errors, bytes, size);
    }
}

void console_flush(void)
{
    if (is_used(virtio)) {
        virtio_console_flush(virtio);
    } else if (serial_line == NULL) {
        uart_flush(&serial);
    }
    if (is_used(errors)) {
        virtio_console_flush(errors);
    }
    if (has_usb) {
        usb_serial_flush();
    }
}

static void screen_write(const char *bytes, size_t size)
{
    terminal_write(&terminal, bytes, size);
}

/* WRITE gets each line with the end that devices want. */
static void print_lines(void (*write)(const char *bytes, size_t size),
                        const char *text, size_t size)
{
    static const char newline[] = "\r\n";
    while (size != 0) {
        size_t length = 0;
        while (length < size && text[length] != '\n') {
            length++;
        }
        write(text, length);
        if (length == size) {
            return;
        }
        write(newline, sizeof(newline) - 1);
        text += length + 1;
        size -= length + 1;
    }
}

void console_print(const char *text, size_t size)
{
    print_lines(console_write, text, size);
}

void console_print_screen(const char *text, size_t size)
{
    print_lines(screen_write, text, size);
}

int console_show_dots(const struct framebuffer_dots *dots)
{
    static const char clear[] = "\033c";

    if (framebuffer.mode.pixels == NULL) {
        return -ENODEV;
    }
    int error = framebuffer_show_dots(&framebuffer, dots);
    if (error != 0) {
        return error;
    }
    struct display display = framebuffer_display(&framebuffer);
    terminal_set_display(&terminal, &display);
    terminal_write(&terminal, clear, sizeof(clear) - 1);
    return 0;
}

static void scroll(int pages_back)
{
    for (; pages_back > 0; pages_back--) {
        terminal_scroll_back(&terminal);
    }
    for (; pages_back < 0; pages_back++) {
        terminal_scroll_forth(&terminal);
    }
}

static void ring_bell_for(unsigned refused_keys)
{
    static const char bell = '\a';

    if (refused_keys > 0) {
        console_send(CONSOLE_OUTPUT, &bell, sizeof(bell));
    }
}

void console_type(const uint8_t *scancodes, size_t count)
{
    ring_bell_for(keyboard_type(&keyboard, scancodes, count));
}

unsigned console_leds(void)
{
    const struct keymap *keymap = &keyboard.keymap;

    return (keymap->is_caps_on ? HID_LED_CAPS_LOCK : 0) |
           (keymap->is_keypad_moving ? 0 : HID_LED_NUM_LOCK);
}

void console_collect(void)
{
    if (is_used(virtio)) {
        virtio_console_collect(virtio);
    }
    if (is_used(errors)) {
        virtio_console_collect(errors);
    }
    if (serial_line == NULL) {
        uart_pump(&serial);
    }
    usb_poll();
    ring_bell_for(keyboard_collect(&keyboard));
    scroll(keyboard_take_pages(&keyboard));
}

size_t console_read(void *bytes, size_t size)
{
    console_collect();
    uint8_t *to = bytes;
    size_t count = line_read(to, size);
    return count + keyboard_read(&keyboard, to + count, size - count);
}

void console_enable_input(void)
{
    uart_enable_interrupt(&serial);
}

void console_disable_input(void)
{
    uart_disable_interrupt(&serial);
}

unsigned console_columns(void)
{
    return terminal.screen.columns;
}

unsigned console_rows(void)
{
    return terminal.screen.rows;
}
