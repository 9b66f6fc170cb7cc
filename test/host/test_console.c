/* drivers/console.c: lines end in \r\n on the wire, input of both sources is
 * merged and never taken without room, and every part may be missing. The
 * devices are stand-ins. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/console.h"
#include "drivers/keyboard.h"
#include "drivers/usb/usb_keyboard.h"
#include "drivers/usb/usb_poll.h"
#include "drivers/usb/usb_serial.h"
#include "drivers/vga_text.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"

#define COLUMNS 40
#define ROWS    10

static char sent[1000];
static size_t sent_size;
static const char *from_serial = "";
static const char *from_keyboard = "";
static unsigned keys_refused;
static const char *from_usb = "";
static size_t usb_room, usb_sent;
static bool is_interrupt_on;
static struct cell cells[ROWS][COLUMNS];

bool uart_init(struct uart *uart, uint16_t port)
{
    *uart = (struct uart){.port = port, .is_present = port == UART_COM1};
    return uart->is_present;
}

void uart_write(struct uart *uart, const void *bytes, size_t size)
{
    if (uart->is_present) {
        assert_true(sent_size + size <= sizeof(sent));
        memcpy(sent + sent_size, bytes, size);
        sent_size += size;
    }
}

size_t uart_room(const struct uart *uart)
{
    return uart->is_present ? sizeof(sent) - sent_size : SIZE_MAX;
}

size_t uart_send(struct uart *uart, const void *bytes, size_t size)
{
    uart_write(uart, bytes, size);
    return size;
}

void uart_pump(struct uart *uart)
{
    (void)uart;
}

void uart_flush(struct uart *uart)
{
    (void)uart;
}

/* Consoles of virtio: one sends to `sent_by_virtio`. */
static char sent_by_virtio[100];
static const char *from_virtio = "";

void virtio_console_write(struct virtio_console *console, const void *bytes,
                          size_t size)
{
    (void)virtio_console_send(console, bytes, size);
}

size_t virtio_console_send(struct virtio_console *console, const void *bytes,
                           size_t size)
{
    assert_true(console->is_present);
    strncat(sent_by_virtio, bytes, size);
    return size;
}

size_t virtio_console_room(struct virtio_console *console)
{
    assert_true(console->is_present);
    return 7;
}

static size_t take(const char **from, void *bytes, size_t size)
{
    size_t count = MIN(size, strlen(*from));
    memcpy(bytes, *from, count);
    *from += count;
    return count;
}

size_t uart_read(struct uart *uart, void *bytes, size_t size)
{
    return uart->is_present ? take(&from_serial, bytes, size) : 0;
}

size_t virtio_console_read(struct virtio_console *console, void *bytes,
                           size_t size)
{
    assert_true(console->is_present);
    return take(&from_virtio, bytes, size);
}

void virtio_console_flush(struct virtio_console *console)
{
    (void)console;
}

void virtio_console_collect(struct virtio_console *console)
{
    assert_true(console->is_present);
}

void uart_enable_interrupt(struct uart *uart)
{
    (void)uart;
    is_interrupt_on = true;
}

void uart_disable_interrupt(struct uart *uart)
{
    (void)uart;
    is_interrupt_on = false;
}

bool keyboard_init(struct keyboard *keyboard)
{
    keyboard->is_present = true;
    return true;
}

unsigned keyboard_collect(struct keyboard *keyboard)
{
    return keyboard->is_present ? keys_refused : 0;
}

unsigned keyboard_type(struct keyboard *keyboard, const uint8_t *scancodes,
                       size_t count)
{
    (void)keyboard, (void)scancodes, (void)count;
    return keys_refused;
}

void usb_poll(void)
{
}

size_t usb_serial_room(void)
{
    return usb_room;
}

size_t usb_serial_send(const void *bytes, size_t size)
{
    (void)bytes;
    usb_sent += size;
    return size;
}

void usb_serial_write(const void *bytes, size_t size)
{
    (void)usb_serial_send(bytes, size);
}

void usb_serial_flush(void)
{
}

size_t usb_serial_read(void *bytes, size_t size)
{
    return take(&from_usb, bytes, size);
}

int keyboard_take_pages(struct keyboard *keyboard)
{
    (void)keyboard;
    return 0;
}

size_t keyboard_read(struct keyboard *keyboard, void *bytes, size_t size)
{
    return keyboard->is_present ? take(&from_keyboard, bytes, size) : 0;
}

static void draw(void *driver, unsigned column, unsigned row, struct cell cell)
{
    (void)driver;
    cells[row][column] = cell;
}

static void hide_cursor(void *driver)
{
    (void)driver;
}

static struct display test_display(void *driver)
{
    return (struct display){driver, COLUMNS, ROWS, draw, draw, hide_cursor};
}

void vga_text_init(struct vga_text *vga, volatile void *memory,
                   unsigned columns, unsigned rows)
{
    *vga = (struct vga_text){memory, columns, rows};
}

struct display vga_text_display(struct vga_text *vga)
{
    return test_display(vga);
}

int framebuffer_init(struct framebuffer *framebuffer,
                     const struct framebuffer_mode *mode, unsigned cells_max)
{
    (void)cells_max;
    framebuffer->mode = *mode;
    return mode->width == 0 ? -EINVAL : 0;
}

struct display framebuffer_display(struct framebuffer *framebuffer)
{
    return test_display(framebuffer);
}

int framebuffer_show_dots(struct framebuffer *framebuffer,
                          const struct framebuffer_dots *dots)
{
    (void)framebuffer;
    return dots->side == 0 ? -ENOSPC : 0;
}

static void print(const char *text)
{
    console_print(text, strlen(text));
}

static void assert_sent(const char *expected)
{
    assert_int_equal(sent_size, strlen(expected));
    assert_memory_equal(sent, expected, sent_size);
    sent_size = 0;
}

/* The parts come one by one, as in a boot: the order of the checks matters. */
static void test_parts_are_added_one_by_one(void **state)
{
    (void)state;
    char bytes[8];
    console_init();
    print("nowhere\n");
    assert_sent("");
    assert_int_equal(console_read(bytes, sizeof(bytes)), 0);
    assert_int_equal(console_columns(), 80);
    assert_int_equal(console_rows(), 25);

    assert_false(console_add_serial(UART_COM2));
    assert_true(console_add_serial(UART_COM1));
    print("on serial\n");
    assert_sent("on serial\r\n");

    const struct framebuffer_mode none = {.width = 0};
    const struct framebuffer_mode some = {.width = 640};
    assert_int_equal(console_add_framebuffer(&none), -EINVAL);
    assert_int_equal(console_columns(), 80);
    assert_int_equal(console_add_framebuffer(&some), 0);
    assert_int_equal(console_columns(), COLUMNS);
    assert_int_equal(console_rows(), ROWS);
    assert_int_equal(cells[0][0].glyph, 'n');
    assert_int_equal(cells[1][0].glyph, 'o');
    assert_int_equal(cells[1][3].glyph, 's');
}

static void test_dots_empty_the_screen(void **state)
{
    (void)state;
    const struct framebuffer_dots none = {.side = 0};
    const struct framebuffer_dots some = {.side = 21};
    const struct framebuffer_mode mode = {.width = 640, .pixels = cells};
    console_init();
    assert_int_equal(console_show_dots(&some), -ENODEV);
    assert_int_equal(console_add_framebuffer(&mode), 0);
    print("before");
    sent_size = 0;
    assert_int_equal(console_show_dots(&none), -ENOSPC);
    assert_int_equal(cells[0][0].glyph, 'b');
    assert_int_equal(console_show_dots(&some), 0);
    assert_int_equal(cells[0][0].glyph, ' ');
    console_print_screen("on\nscreen", strlen("on\nscreen"));
    assert_int_equal(cells[0][0].glyph, 'o');
    assert_int_equal(cells[1][0].glyph, 's');
    assert_int_equal(sent_size, 0);
}

static void test_line_ends(void **state)
{
    (void)state;
    print("a\n\nb");
    assert_sent("a\r\n\r\nb");
    print("");
    print("\n");
    assert_sent("\r\n");
    console_write("a\nb\0c", 5);
    assert_int_equal(sent_size, 5);
    assert_memory_equal(sent, "a\nb\0c", 5);
    sent_size = 0;
}

static void test_input(void **state)
{
    (void)state;
    char bytes[8];
    from_serial = "serial";
    from_keyboard = "keys";
    assert_int_equal(console_read(bytes, 4), 4);
    assert_memory_equal(bytes, "seri", 4);
    assert_int_equal(console_read(bytes, 8), 2);
    assert_true(console_add_keyboard());
    assert_int_equal(console_read(bytes, 0), 0);
    from_serial = "xy";
    assert_int_equal(console_read(bytes, 3), 3);
    assert_memory_equal(bytes, "xyk", 3);
    assert_int_equal(console_read(bytes, 8), 3);
    assert_memory_equal(bytes, "eys", 3);
    console_enable_input();
    assert_true(is_interrupt_on);
    console_disable_input();
    assert_false(is_interrupt_on);
}

static void test_a_bell_refuses_keys(void **state)
{
    (void)state;
    char byte;
    sent_size = 0;
    keys_refused = 1;
    console_collect();
    assert_sent("\a");
    keys_refused = 0;
    assert_int_equal(console_read(&byte, 1), 0);
    assert_int_equal(sent_size, 0);
}

static void assert_sent_by_virtio(const char *expected)
{
    assert_string_equal(sent_by_virtio, expected);
    sent_by_virtio[0] = '\0';
}

static void test_virtio_is_the_line_as_long_as_it_works(void **state)
{
    (void)state;
    static struct virtio_console line, errors;
    char bytes[8];

    assert_false(console_has_errors());
    assert_int_equal(console_room(CONSOLE_ERRORS), SIZE_MAX);
    line.is_present = errors.is_present = true;
    console_add_virtio(&line);
    console_add_errors(&errors);
    assert_true(console_has_errors());
    print("words\n");
    assert_sent("");
    assert_sent_by_virtio("words\r\n");
    console_send(CONSOLE_ERRORS, "error", 5);
    assert_sent_by_virtio("error");
    assert_int_equal(console_room(CONSOLE_OUTPUT), 7);
    from_virtio = "in";
    from_serial = "serial";
    assert_int_equal(console_read(bytes, sizeof(bytes)), 2);
    assert_memory_equal(bytes, "in", 2);

    line.is_present = errors.is_present = false;
    print("words\n");
    assert_sent("words\r\n");
    console_send(CONSOLE_ERRORS, "error", 5);
    assert_int_equal(console_read(bytes, sizeof(bytes)), 6);
    console_collect();
    assert_sent_by_virtio("");
}

/* Beside the serial port; the one with less room says how much there is. The
 * line stays, so this is the last of the tests. */
static void test_a_serial_adapter_is_a_second_line(void **state)
{
    (void)state;
    char bytes[8];

    console_init();
    from_usb = "usb";
    assert_int_equal(console_read(bytes, sizeof(bytes)), 0);
    console_add_usb();
    assert_int_equal(console_read(bytes, 2), 2);
    assert_memory_equal(bytes, "us", 2);
    assert_int_equal(console_read(bytes, sizeof(bytes)), 1);
    usb_room = 3;
    assert_int_equal(console_room(CONSOLE_OUTPUT), 3);
    console_send(CONSOLE_OUTPUT, "abc", 3);
    console_write("defg", 4);
    assert_int_equal(usb_sent, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dots_empty_the_screen),
        cmocka_unit_test(test_parts_are_added_one_by_one),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_input),
        cmocka_unit_test(test_a_bell_refuses_keys),
        cmocka_unit_test(test_virtio_is_the_line_as_long_as_it_works),
        cmocka_unit_test(test_a_serial_adapter_is_a_second_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
