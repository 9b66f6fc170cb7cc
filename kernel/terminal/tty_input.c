/* The way of a byte of input through the line discipline. */
#include "kernel/lib.h"
#include "kernel/terminal/tty.h"
#include "kernel/terminal/tty_priv.h"

/* Transparent mode. */
#define DLE         0x10
#define DLE_END     0x04

#define DISABLED    0 /* in c_cc: there is no such character */
#define BACKSPACE   '\b'
#define CONTROL_END ' '
#define DEL         0x7f

static bool has_input(const struct tty *tty, uint32_t flag)
{
    return (tty->termios.c_iflag & flag) != 0;
}

static bool is_special(const struct tty *tty, unsigned index, uint8_t byte)
{
    uint8_t special = tty->termios.c_cc[index];
    return byte == special && special != DISABLED;
}

static void echo_newline(const struct tty *tty)
{
    if (tty_has_local(tty, ECHO) || tty_has_local(tty, ECHONL)) {
        const char *newline = tty_maps_newline(tty) ? "\r\n" : "\n";
        tty->output(newline, strlen(newline));
    }
}

/* A character that is not edited: control characters as ^X. */
static void echo_character(const struct tty *tty, uint8_t byte)
{
    if (!tty_has_local(tty, ECHO)) {
        return;
    }
    bool is_control = byte < CONTROL_END || byte == DEL;
    if (is_control && byte != '\t' && tty_has_local(tty, ECHOCTL)) {
        char shown[] = {'^', (char)(byte ^ '@')};
        tty->output(shown, sizeof(shown));
        return;
    }
    char shown = (char)byte;
    tty->output(&shown, 1);
}

static void finish_line(struct tty *tty)
{
    line_editor_show_end(&tty->editor);
    line_editor_remember(&tty->editor);
    tty_push_line(tty);
    tty_push(tty, '\n' | TTY_LINE_END);
    echo_newline(tty);
}

/* VEOF: what is typed can be read at once; nothing at all reads as the end. */
static void finish_input(struct tty *tty)
{
    if (tty->editor.length == 0) {
        tty_push(tty, TTY_END);
        return;
    }
    tty_push_line(tty);
    tty_mark_last(tty, TTY_LINE_END);
}

static void take_canonical(struct tty *tty, uint8_t byte)
{
    struct line_editor *editor = &tty->editor;
    bool is_extended = tty_has_local(tty, IEXTEN);
    if (byte == '\n') {
        finish_line(tty);
    } else if (is_special(tty, VEOF, byte)) {
        finish_input(tty);
    } else if (is_special(tty, VERASE, byte) || byte == BACKSPACE) {
        line_editor_erase_character(editor);
    } else if (is_special(tty, VKILL, byte)) {
        line_editor_erase_line(editor);
    } else if (is_special(tty, VWERASE, byte) && is_extended) {
        line_editor_erase_word(editor);
    } else {
        line_editor_input(editor, byte);
    }
}

static void take_raw(struct tty *tty, uint8_t byte)
{
    tty_push(tty, byte);
    if (byte == '\n') {
        echo_newline(tty);
        return;
    }
    echo_character(tty, byte);
}

static void take_transparent(struct tty *tty, uint8_t byte)
{
    if (tty->is_ended) {
        return;
    }
    bool is_escaped = tty->is_escaped;
    tty->is_escaped = !is_escaped && byte == DLE;
    if (tty->is_escaped) {
        return;
    }
    tty->is_ended = is_escaped && byte == DLE_END;
    if (!tty->is_ended) {
        tty_push(tty, byte);
    }
}

static enum tty_event signal_of(const struct tty *tty, uint8_t byte)
{
    if (!tty_has_local(tty, ISIG)) {
        return TTY_EVENT_NONE;
    }
    if (is_special(tty, VINTR, byte)) {
        return TTY_EVENT_INTERRUPT;
    }
    if (is_special(tty, VQUIT, byte)) {
        return TTY_EVENT_QUIT;
    }
    return is_special(tty, VSUSP, byte) ? TTY_EVENT_STOP : TTY_EVENT_NONE;
}

/* Maps *BYTE as c_iflag says. Returns false when nothing is left of it. The
 * output is never stopped, so the characters for that do nothing. */
static bool map_input(const struct tty *tty, uint8_t *byte)
{
    if (has_input(tty, ISTRIP)) {
        *byte &= 0x7f;
    }
    if (has_input(tty, IXON) &&
        (is_special(tty, VSTART, *byte) || is_special(tty, VSTOP, *byte))) {
        return false;
    }
    if (*byte == '\r') {
        *byte = has_input(tty, ICRNL) ? '\n' : '\r';
        return !has_input(tty, IGNCR);
    }
    if (*byte == '\n' && has_input(tty, INLCR)) {
        *byte = '\r';
    }
    return true;
}

static enum tty_event take_signal(struct tty *tty, uint8_t byte)
{
    enum tty_event event =
        map_input(tty, &byte) ? signal_of(tty, byte) : TTY_EVENT_NONE;

    if (event == TTY_EVENT_NONE) {
        return event;
    }
    if (!tty_has_local(tty, NOFLSH)) {
        tty_flush_input(tty);
    }
    echo_character(tty, byte);
    return event;
}

void tty_take(struct tty *tty, uint8_t byte)
{
    if (!map_input(tty, &byte)) {
        return;
    }
    if (tty_is_canonical(tty)) {
        take_canonical(tty, byte);
    } else {
        take_raw(tty, byte);
    }
}

enum tty_event tty_input(struct tty *tty, uint8_t byte)
{
    if (tty->is_transparent) {
        take_transparent(tty, byte);
        return TTY_EVENT_NONE;
    }
    enum tty_event event = take_signal(tty, byte);
    if (event != TTY_EVENT_NONE) {
        return event;
    }
    if (tty_is_full(tty)) {
        tty_push_ahead(tty, byte);
    } else {
        tty_take(tty, byte);
    }
    return TTY_EVENT_NONE;
}
