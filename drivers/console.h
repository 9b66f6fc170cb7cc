/* The console: what is written goes to a line and to a screen, whichever there
 * are, and what is typed comes from the line and the keyboard. The line is a
 * serial port, or a console of virtio in its place.
 *
 * console_write takes no lock and no memory and asserts nothing, so a panic can
 * use it. Parts are added as boot finds them; what was written before a screen
 * is added appears on it then.
 */
#pragma once

#include "drivers/framebuffer.h"
#include "drivers/uart.h"
#include "drivers/virtio_console.h"

/* A console without parts. To be called before the others. */
void console_init(void);

/* Adds the UART at PORT. Returns whether there is one. */
bool console_add_serial(uint16_t port);

/* The serial port, and who stands between it and the console: a debugger that
 * shares the line. Set, it is given what is written and asked for what was
 * typed instead. */
struct console_line {
    void (*write)(const char *bytes, size_t size);
    size_t (*read)(void *bytes, size_t size); /* as console_read */
};
struct uart *console_serial(void);
void console_set_line(const struct console_line *line);

/* Adds VGA text, with COLUMNS x ROWS cells mapped at CELLS, as the screen. */
void console_add_text(volatile void *cells, unsigned columns, unsigned rows);

/* Adds a framebuffer as the screen. Returns 0, or -EINVAL when MODE is none
 * that we can draw on. */
int console_add_framebuffer(const struct framebuffer_mode *mode) MUST_CHECK;

/* Adds the PS/2 keyboard. Returns whether there is one. */
bool console_add_keyboard(void);

/* Makes CONSOLE, which is set up, the line. */
void console_add_virtio(struct virtio_console *console);

/* Makes the serial adapter by USB, if one is there or comes, a second line: it
 * is written what the first one is, and read like it. */
void console_add_usb(void);

/* Gives errors a line of their own, without a screen. */
void console_add_errors(struct virtio_console *console);
bool console_has_errors(void);

/* Writes SIZE bytes as they are: to the line unchanged, on the screen as an
 * ANSI terminal shows them. For the kernel's own words: they are out when it
 * returns. A line that takes nothing for about a second loses them. */
void console_write(const char *bytes, size_t size);

/* For programs, which can wait: what goes where, without waiting here. Room is
 * how many bytes console_send takes, and what it has no room for is lost. There
 * is more room at some interrupt, after console_collect. */
enum console_output {
    CONSOLE_OUTPUT,
    CONSOLE_ERRORS,
};
size_t console_room(enum console_output output);
void console_send(enum console_output output, const char *bytes, size_t size);

/* Writes text whose lines end with \n alone: each becomes \r\n. */
void console_print(const char *text, size_t size);

/* Writes such text on the screen alone. */
void console_print_screen(const char *text, size_t size);

/* Empties the screen and shows DOTS in its corner: framebuffer_show_dots. What
 * is written from then on has the rest. Returns 0, -ENODEV when the screen is
 * none of pixels, or -ENOSPC; then nothing has changed. */
int console_show_dots(const struct framebuffer_dots *dots) MUST_CHECK;

/* Waits until all that was sent has left the machine: before it is switched
 * off. A serial line that takes nothing is waited for about a second; a console
 * of virtio as long as it takes, because its host reads on when it can. */
void console_flush(void);

/* Takes keys out of the keyboard's controller, which holds a few alone, to
 * where console_read finds them, and sends on what waits for the line. Answers
 * a key with a bell when too many wait. To be called when an interrupt comes,
 * also while nobody wants input. */
void console_collect(void);

/* Takes up to SIZE bytes of input. Returns how many; never waits. To be called
 * when IRQ 1 or the port's IRQ comes, and before any wait for input, again and
 * again until it returns less than SIZE (an IRQ comes once for all that is
 * there). Bytes that are not taken stay where they are. */
size_t console_read(void *bytes, size_t size);

/* The port's interrupt for input, off at first. Turn it off while there is no
 * room for more, so that the sender waits. (The keyboard's is always on.) */
void console_enable_input(void);
void console_disable_input(void);

/* The size of the screen, in cells; 80 x 25 when there is none. */
unsigned console_columns(void);
unsigned console_rows(void);
