/* The line discipline: between the console and a program's read and write, as
 * Linux's termios settings say. Pure: it knows no device.
 *
 * In canonical mode a line is edited (kernel/terminal/line_editor.h) and a
 * program gets it when it is finished; in raw mode bytes pass one by one. The
 * third mode is Brix's own and no termios setting:
 *
 * transparent (`console=raw`): all bytes pass unchanged both ways, without
 * echo, so that a tool on the host can hand over a file. DLE (0x10) escapes:
 * DLE DLE is the byte 0x10, DLE 0x04 is the end of the input, for ever.
 *
 * A tty has no lock: it is used with interrupts off, by one CPU.
 */
#pragma once

#include "kernel/abi/termios.h"
#include "kernel/terminal/line_editor.h"

#define TTY_INPUT_MAX 4096

/* What may come beyond that. It is as if not typed yet, but that the characters
 * for signals work at once, so that a program that reads nothing can be ended.
 */
#define TTY_AHEAD_MAX 65536

enum tty_event {
    TTY_EVENT_NONE,
    TTY_EVENT_INTERRUPT, /* ^C: SIGINT */
    TTY_EVENT_QUIT,      /* ^\: SIGQUIT */
    TTY_EVENT_STOP,      /* ^Z: SIGTSTP */
};

struct tty {
    void (*output)(const char *bytes, size_t size); /* to the terminal */
    struct termios termios;

    bool is_transparent;
    bool is_escaped; /* transparent: the last byte was DLE */
    bool is_ended;   /* transparent: the input has ended for ever */

    /* Input that a read may take: a ring of bytes with marks. */
    uint16_t input[TTY_INPUT_MAX];
    size_t input_start;
    size_t input_count;

    struct line_editor editor; /* canonical: the line that is not finished */

    uint8_t ahead[TTY_AHEAD_MAX]; /* a ring; empty unless the input is full */
    size_t ahead_start;
    size_t ahead_count;
};

/* A terminal with Linux's settings for a console. OUTPUT takes what is to
 * appear on it: programs' output and echo. */
void tty_init(struct tty *tty, void (*output)(const char *bytes, size_t size));

/* Makes it transparent, for good. */
void tty_set_transparent(struct tty *tty);

/* Takes one byte of input, and echoes. Returns what the program is to be told.
 * A byte for which there is no room is dropped: ask tty_room first. With the
 * input full a byte waits, without echo, until a read makes room. */
enum tty_event tty_input(struct tty *tty, uint8_t byte);

/* How many bytes tty_input can take without losing any. */
size_t tty_room(const struct tty *tty);

/* Moves up to SIZE bytes of input to BYTES: at most one line in canonical mode,
 * at least MIN(VMIN, SIZE) bytes otherwise. Returns how many, 0 at the end of
 * the input (or when VMIN is 0 and there is none; VTIME counts as 0), or
 * -EAGAIN when the caller has to wait for more. */
int64_t tty_read(struct tty *tty, void *bytes, size_t size);

/* Would a read of a byte do something else than answer -EAGAIN? */
bool tty_is_readable(const struct tty *tty);

/* How many bytes can be read now (FIONREAD). */
size_t tty_readable_bytes(const struct tty *tty);

/* Writes a program's output, \n as \r\n where the settings say so: up to
 * TTY_OUTPUT_GROWTH times as many bytes. */
#define TTY_OUTPUT_GROWTH 2
void tty_write(struct tty *tty, const void *bytes, size_t size);

/* New settings (TCSETS). What was typed in one mode can be read in the other,
 * as in Linux. */
void tty_set_termios(struct tty *tty, const struct termios *termios);

/* Throws all input away (TCSETSF, TCFLSH). */
void tty_flush_input(struct tty *tty);

/* Checks the invariants. Returns NULL, or the rule that is broken. */
const char *tty_validate(const struct tty *tty);
