/* The terminal: see terminal.h. */
#include "user/see/terminal.h"

#include "kernel/abi/termios.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"

#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS    25
#define OUTPUT_SIZE     4096

/* The other screen, where a terminal has one, no cursor, all blank. */
#define BEGIN           "\033[?1049h\033[?25l\033[0m\033[2J"
#define END             "\033[0m\033[2J\033[H\033[?25h\033[?1049l"

static struct termios before;

static long set(const struct termios *settings)
{
    return __syscall3(SYS(ioctl), STDIN_FILENO, TCSETSW, (long)settings);
}

/* Signals by keys stay: ^C ends see as it ends others. */
long terminal_begin(void)
{
    long error = __syscall3(SYS(ioctl), STDIN_FILENO, TCGETS, (long)&before);
    if (error != 0) {
        return error;
    }
    struct termios raw = before;
    raw.c_lflag &= ~(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    printf(BEGIN);
    return set(&raw);
}

void terminal_end(void)
{
    printf(END);
    set(&before);
}

void terminal_size(unsigned *columns, unsigned *rows)
{
    struct winsize size = {0};
    long error = __syscall3(SYS(ioctl), STDOUT_FILENO, TIOCGWINSZ, (long)&size);
    bool is_known = error == 0 && size.ws_col != 0 && size.ws_row != 0;
    *columns = is_known ? size.ws_col : DEFAULT_COLUMNS;
    *rows = is_known ? size.ws_row : DEFAULT_ROWS;
}

static void write_all(const char *bytes, size_t size)
{
    while (size > 0) {
        long part = write(STDOUT_FILENO, bytes, size);
        if (part == -EINTR) {
            continue;
        }
        if (part <= 0) {
            return;
        }
        bytes += part;
        size -= (size_t)part;
    }
}

void terminal_show(struct canvas *canvas)
{
    static char bytes[OUTPUT_SIZE];
    size_t size;
    while ((size = canvas_update(canvas, bytes, sizeof(bytes))) > 0) {
        write_all(bytes, size);
    }
}
