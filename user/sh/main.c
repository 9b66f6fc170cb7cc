/* sh: where commands come from.
 *
 *     sh             from the standard input; with a prompt if it is a terminal
 *     sh -c TEXT     from the argument
 *
 * On the ISO it is what init starts, and it starts all the others. */
#include "kernel/abi/termios.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/jobs.h"
#include "user/sh/sh.h"

#define PROMPT   "brix$ "
#define WELCOME  "/etc/motd"
#define INIT_PID 1

enum line_result {
    LINE_READ,
    LINE_TOO_LONG,
    LINE_INTERRUPTED,
    LINE_END, /* of the input */
};

bool is_terminal(int file)
{
    struct termios settings;
    return !is_error(__syscall3(SYS(ioctl), file, TCGETS, (long)&settings));
}

size_t terminal_rows(int file)
{
    struct winsize size;
    bool is_known =
        !is_error(__syscall3(SYS(ioctl), file, TIOCGWINSZ, (long)&size));
    return is_known ? size.ws_row : 0;
}

/* Reads a line of at most SIZE - 1 bytes, without its newline. One byte at a
 * time: what follows the line may be meant for the program that it starts. */
static enum line_result read_line(char *line, size_t size)
{
    size_t length = 0;
    char byte = 0;
    while (run_read_byte(&byte) && byte != '\n') {
        if (length < size) {
            line[length] = byte;
        }
        length += (length < size) ? 1 : 0;
    }
    if (run_is_interrupted()) {
        return LINE_INTERRUPTED;
    }
    if (length == size) {
        return LINE_TOO_LONG;
    }
    line[length] = '\0';
    return (byte == '\n' || length > 0) ? LINE_READ : LINE_END;
}

static int run_input(bool is_interactive)
{
    char line[SH_LINE_MAX];
    int status = SH_SUCCESS;
    while (true) {
        run_clear_interrupt();
        if (is_interactive) {
            jobs_look();
            printf(PROMPT);
        }
        switch (read_line(line, sizeof(line))) {
        case LINE_READ:
            status = run_text(line);
            break;
        case LINE_INTERRUPTED:
            printf("\n"); /* behind the echo of the key */
            status = SH_INTERRUPTED;
            break;
        case LINE_TOO_LONG:
            dprintf(STDERR_FILENO, "sh: the line is too long\n");
            status = SH_USAGE;
            break;
        case LINE_END:
            return status;
        }
    }
}

/* Only a shell that no other program but init has started greets. */
static void welcome(void)
{
    if (__syscall0(SYS(getppid)) > INIT_PID) {
        return;
    }
    long file = open_file(WELCOME);
    if (!is_error(file)) {
        copy_file((int)file);
        close((int)file);
    }
}

int main(int argc, char **argv, char **envp)
{
    if (argc == 3 && strcmp(argv[1], "-c") == 0) {
        run_init(envp, false);
        return run_text(argv[2]);
    }
    if (argc != 1) {
        dprintf(STDERR_FILENO, "usage: sh [-c COMMANDS]\n");
        return SH_USAGE;
    }
    bool is_interactive = is_terminal(STDIN_FILENO);
    run_init(envp, is_interactive);
    if (is_interactive) {
        welcome();
    }
    int status = run_input(is_interactive);
    if (is_interactive) {
        printf("\n"); /* the end of the input was typed behind a prompt */
    }
    return status;
}
