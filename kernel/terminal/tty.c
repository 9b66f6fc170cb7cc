/* The line discipline. */
#include "kernel/terminal/tty.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/terminal/tty_priv.h"

/* What a write passes on at once. */
#define OUTPUT_SIZE 256

static const struct termios console_termios = {
    .c_iflag = ICRNL | IXON,
    .c_oflag = OPOST | ONLCR,
    .c_cflag = B38400 | CS8 | CREAD | HUPCL,
    .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    .c_cc =
        {
            [VINTR] = 'C' & 0x1f,
            [VQUIT] = '\\' & 0x1f,
            [VERASE] = 0x7f,
            [VKILL] = 'U' & 0x1f,
            [VEOF] = 'D' & 0x1f,
            [VMIN] = 1,
            [VSTART] = 'Q' & 0x1f,
            [VSTOP] = 'S' & 0x1f,
            [VSUSP] = 'Z' & 0x1f,
            [VREPRINT] = 'R' & 0x1f,
            [VDISCARD] = 'O' & 0x1f,
            [VWERASE] = 'W' & 0x1f,
            [VLNEXT] = 'V' & 0x1f,
        },
};

bool tty_has_local(const struct tty *tty, uint32_t flag)
{
    return (tty->termios.c_lflag & flag) != 0;
}

bool tty_is_canonical(const struct tty *tty)
{
    return !tty->is_transparent && tty_has_local(tty, ICANON);
}

bool tty_maps_newline(const struct tty *tty)
{
    uint32_t both = OPOST | ONLCR;
    return !tty->is_transparent && (tty->termios.c_oflag & both) == both;
}

static void apply_echo(struct tty *tty)
{
    tty->editor.echo = tty_has_local(tty, ECHO) ? tty->output : NULL;
}

void tty_init(struct tty *tty, void (*output)(const char *bytes, size_t size))
{
    ASSERT(output != NULL);
    memset(tty, 0, sizeof(*tty));
    tty->output = output;
    tty->termios = console_termios;
    apply_echo(tty);
}

void tty_set_transparent(struct tty *tty)
{
    tty->is_transparent = true;
}

void tty_push(struct tty *tty, uint16_t entry)
{
    ASSERT(tty->input_start < TTY_INPUT_MAX &&
           tty->input_count <= TTY_INPUT_MAX);
    if (tty->input_count < TTY_INPUT_MAX) {
        size_t end = (tty->input_start + tty->input_count) % TTY_INPUT_MAX;
        tty->input[end] = entry;
        tty->input_count++;
    }
}

static uint16_t pop(struct tty *tty)
{
    ASSERT(tty->input_count != 0);
    uint16_t entry = tty->input[tty->input_start];
    tty->input_start = (tty->input_start + 1) % TTY_INPUT_MAX;
    tty->input_count--;
    return entry;
}

void tty_mark_last(struct tty *tty, uint16_t mark)
{
    ASSERT(tty->input_count != 0);
    size_t last = tty->input_start + tty->input_count - 1;
    tty->input[last % TTY_INPUT_MAX] |= mark;
}

void tty_push_line(struct tty *tty)
{
    for (size_t i = 0; i < tty->editor.length; i++) {
        tty_push(tty, (uint8_t)tty->editor.text[i]);
    }
    line_editor_clear(&tty->editor);
}

static_assert(LINE_EDITOR_MAX < TTY_INPUT_MAX, "a line and its newline fit");

/* The line that is edited has its room already, so that a byte that ends it
 * needs no more than one that does not. */
static size_t input_room(const struct tty *tty)
{
    size_t used = tty->input_count + tty->editor.length;
    return used < TTY_INPUT_MAX ? TTY_INPUT_MAX - used : 0;
}

bool tty_is_full(const struct tty *tty)
{
    return input_room(tty) == 0 || tty->ahead_count != 0;
}

/* Bytes that pass unchanged have no signals among them. */
size_t tty_room(const struct tty *tty)
{
    return tty->is_transparent
               ? input_room(tty)
               : input_room(tty) + TTY_AHEAD_MAX - tty->ahead_count;
}

void tty_push_ahead(struct tty *tty, uint8_t byte)
{
    ASSERT(tty->ahead_start < TTY_AHEAD_MAX &&
           tty->ahead_count <= TTY_AHEAD_MAX);
    if (tty->ahead_count < TTY_AHEAD_MAX) {
        size_t end = (tty->ahead_start + tty->ahead_count) % TTY_AHEAD_MAX;
        tty->ahead[end] = byte;
        tty->ahead_count++;
    }
}

/* What came ahead is typed now, as far as there is room. */
static void take_ahead(struct tty *tty)
{
    while (tty->ahead_count != 0 && input_room(tty) != 0) {
        uint8_t byte = tty->ahead[tty->ahead_start];
        tty->ahead_start = (tty->ahead_start + 1) % TTY_AHEAD_MAX;
        tty->ahead_count--;
        tty_take(tty, byte);
    }
}

static int64_t read_line(struct tty *tty, uint8_t *to, size_t size)
{
    size_t count = 0;
    while (count < size && tty->input_count != 0) {
        uint16_t entry = pop(tty);
        if (entry == TTY_END) {
            break;
        }
        to[count++] = (uint8_t)entry;
        if ((entry & TTY_LINE_END) != 0) {
            break;
        }
    }
    return (int64_t)count;
}

static int64_t read_bytes(struct tty *tty, uint8_t *to, size_t size)
{
    size_t count = MIN(size, tty->input_count);
    for (size_t i = 0; i < count; i++) {
        to[i] = (uint8_t)pop(tty);
    }
    return (int64_t)count;
}

/* Bytes that a read of SIZE bytes waits for. */
static size_t bytes_awaited(const struct tty *tty, size_t size)
{
    if (tty->is_transparent) {
        return tty->is_ended ? 0 : 1;
    }
    return tty_is_canonical(tty) ? 1
                                 : MIN(size, (size_t)tty->termios.c_cc[VMIN]);
}

int64_t tty_read(struct tty *tty, void *bytes, size_t size)
{
    if (size == 0) {
        return 0;
    }
    if (tty->input_count < bytes_awaited(tty, size)) {
        return -EAGAIN;
    }
    int64_t count = tty_is_canonical(tty) ? read_line(tty, bytes, size)
                                          : read_bytes(tty, bytes, size);
    take_ahead(tty);
    return count;
}

bool tty_is_readable(const struct tty *tty)
{
    return tty->input_count >= bytes_awaited(tty, 1);
}

size_t tty_readable_bytes(const struct tty *tty)
{
    size_t count = 0;
    for (size_t i = 0; i < tty->input_count; i++) {
        size_t index = (tty->input_start + i) % TTY_INPUT_MAX;
        count += tty->input[index] != TTY_END;
    }
    return count;
}

void tty_write(struct tty *tty, const void *bytes, size_t size)
{
    if (!tty_maps_newline(tty)) {
        tty->output(bytes, size);
        return;
    }
    const char *from = bytes;
    char part[OUTPUT_SIZE];
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        if (used + 2 > sizeof(part)) {
            tty->output(part, used);
            used = 0;
        }
        if (from[i] == '\n') {
            part[used++] = '\r';
        }
        part[used++] = from[i];
    }
    ASSERT_CMP(used, <=, sizeof(part));
    tty->output(part, used);
}

/* Takes the marks away, so that all the input is bytes. */
static void leave_canonical(struct tty *tty)
{
    tty_push_line(tty);
    for (size_t i = 0; i < TTY_INPUT_MAX; i++) {
        tty->input[i] &= 0xff;
    }
}

void tty_set_termios(struct tty *tty, const struct termios *termios)
{
    bool was_canonical = tty_has_local(tty, ICANON);
    tty->termios = *termios;
    apply_echo(tty);
    if (was_canonical && !tty_has_local(tty, ICANON)) {
        leave_canonical(tty);
    } else if (!was_canonical && tty_has_local(tty, ICANON) &&
               tty->input_count != 0) {
        tty_mark_last(tty, TTY_LINE_END);
    }
}

void tty_flush_input(struct tty *tty)
{
    tty->input_count = 0;
    tty->ahead_count = 0;
    line_editor_clear(&tty->editor);
}

const char *tty_validate(const struct tty *tty)
{
    if (tty->input_start >= TTY_INPUT_MAX || tty->input_count > TTY_INPUT_MAX) {
        return "the input is a ring of its entries";
    }
    if (tty->ahead_start >= TTY_AHEAD_MAX || tty->ahead_count > TTY_AHEAD_MAX) {
        return "what came ahead is a ring of its bytes";
    }
    if (tty->ahead_count != 0 && input_room(tty) != 0) {
        return "nothing waits while there is room";
    }
    if (!tty_is_canonical(tty) && tty->editor.length != 0) {
        return "only canonical mode has a line that is not finished";
    }
    return line_editor_validate(&tty->editor);
}
