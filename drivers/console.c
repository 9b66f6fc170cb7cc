/* The console: one serial port, one screen, one keyboard. */
#include "drivers/console.h"

#include "drivers/keyboard.h"
#include "drivers/terminal.h"
#include "drivers/vga_text.h"
#include "kernel/lib/string.h"

/* All of it belongs to the CPU that writes: the kernel writes with interrupts
 * off, and a panic on another CPU is worth a garbled line. */
static struct uart serial;
static const struct console_line *serial_line; /* NULL: the port itself */
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

static void serial_write(const char *bytes, size_t size)
{
    if (serial_line != NULL) {
        serial_line->write(bytes, size);
    } else {
        uart_write(&serial, bytes, size);
    }
}

static size_t serial_read(void *bytes, size_t size)
{
    return serial_line != NULL ? serial_line->read(bytes, size)
                               : uart_read(&serial, bytes, size);
}

void console_write(const char *bytes, size_t size)
{
    serial_write(bytes, size);
    terminal_write(&terminal, bytes, size);
}

void console_print(const char *text, size_t size)
{
    static const char newline[] = "\r\n";
    while (size != 0) {
        size_t length = 0;
        while (length < size && text[length] != '\n') {
            length++;
        }
        console_write(text, length);
        if (length == size) {
            return;
        }
        console_write(newline, sizeof(newline) - 1);
        text += length + 1;
        size -= length + 1;
    }
}

void console_collect(void)
{
    static const char bell = '\a';
    if (keyboard_collect(&keyboard) > 0) {
        console_write(&bell, sizeof(bell));
    }
}

size_t console_read(void *bytes, size_t size)
{
    console_collect();
    uint8_t *to = bytes;
    size_t count = serial_read(to, size);
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
