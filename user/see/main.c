/* see: memory, live, on any terminal.
 *
 *     see                      all of memory
 *     see [-e] -- PROGRAM ...  and a program beside it; -e: ends as that ends
 *     see -t MILLISECONDS      how long a frame lasts, 100 unless said
 *
 * q ends it, and the program; the status is the program's. */
#include "kernel/abi/fcntl.h"
#include "kernel/abi/poll.h"
#include "kernel/abi/time.h"
#include "user/lib/malloc.h"
#include "user/lib/print.h"
#include "user/lib/signal.h"
#include "user/lib/string.h"
#include "user/see/see.h"
#include "user/see/terminal.h"

#define FRAME_MS      100
#define FRAME_MS_MAX  60000
#define MS_PER_SECOND 1000
#define NS_PER_MS     1000000
#define USAGE         2
#define FAILURE       1
#define KEYS_MAX      64
#define DECIMAL       10

struct options {
    long frame_ms;
    bool ends_with_program;
    char **program; /* NULL: none */
};

/* What came since the loop looked last. */
static volatile int ending_signal;
static volatile bool is_resized;
static volatile bool is_suspended;

static void note_end(int signal)
{
    ending_signal = signal;
}

static void note_size(int signal)
{
    (void)signal;
    is_resized = true;
}

static void note_suspend(int signal)
{
    (void)signal;
    is_suspended = true;
}

static void set_signals(void)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        set_signal_handler(ends[i], note_end);
    }
    set_signal_handler(SIGWINCH, note_size);
    set_signal_handler(SIGTSTP, note_suspend);
}

static void send_self(int signal)
{
    __syscall2(SYS(kill), __syscall0(SYS(getpid)), signal);
}

static long now_ms(void)
{
    struct {
        int64_t seconds;
        int64_t nanoseconds;
    } time;
    __syscall2(SYS_GETTIME, CLOCK_MONOTONIC, (long)&time);
    return time.seconds * MS_PER_SECOND + time.nanoseconds / NS_PER_MS;
}

/* A canvas as large as the terminal. Returns 0 or -ENOMEM; then it is as it
 * was. */
static long resize(struct see *see)
{
    static struct canvas_cell *memory;
    unsigned columns;
    unsigned rows;
    terminal_size(&columns, &rows);
    columns = columns < COLUMNS_MIN ? COLUMNS_MIN : columns;
    rows = rows < ROWS_MIN ? ROWS_MIN : rows;
    struct canvas_cell *cells = malloc(2ul * columns * rows * sizeof(*cells));
    if (cells == NULL) {
        return -ENOMEM;
    }
    free(memory);
    memory = cells;
    canvas_init(&see->canvas, columns, rows, cells);
    see->layout = layout_of(columns, rows, see->sample.pages);
    return 0;
}

/* ^Z: gives the terminal back for as long as see is stopped. */
static void suspend(struct see *see)
{
    is_suspended = false;
    terminal_end();
    send_self(SIGSTOP);
    terminal_begin();
    resize(see);
}

/* Stops and goes on, the program too; or lets both do a step. */
static void pause_key(struct see *see, enum key key, long frame_ms)
{
    if (key == KEY_PAUSE) {
        see->is_stopped = !see->is_stopped;
        if (see->is_stopped) {
            child_stop(&see->child);
        } else {
            child_continue(&see->child);
        }
        return;
    }
    if (see->is_stopped) {
        child_continue(&see->child);
        __syscall3(SYS(poll), 0, 0, frame_ms);
        child_stop(&see->child);
        child_look(&see->child);
        see_frame(see);
    }
}

/* Returns false when it was the key that ends see. */
static bool do_key(struct see *see, enum key key, long frame_ms)
{
    if (key == KEY_QUIT) {
        return false;
    }
    if (key == KEY_PAUSE || key == KEY_STEP) {
        pause_key(see, key, frame_ms);
    } else if (key != KEY_NONE) {
        see_key(see, key);
    }
    see_draw(see);
    return true;
}

/* What is typed until the time DEADLINE. Returns false when it ends see. */
static bool take_keys(struct see *see, long deadline, long frame_ms)
{
    static struct key_reader reader;
    struct linux_pollfd keyboard = {.fd = STDIN_FILENO, .events = POLLIN};
    char bytes[KEYS_MAX];

    while (ending_signal == 0) {
        long left = deadline - now_ms();
        long ready =
            __syscall3(SYS(poll), (long)&keyboard, 1, left > 0 ? left : 0);
        if (ready <= 0) {
            break;
        }
        long size = read(STDIN_FILENO, bytes, sizeof(bytes));
        if (size == 0 || (keyboard.revents & POLLIN) == 0) {
            return false;
        }
        for (long i = 0; i < size; i++) {
            if (!do_key(see, key_take(&reader, bytes[i]), frame_ms)) {
                return false;
            }
        }
        terminal_show(&see->canvas);
    }
    return do_key(see, key_timeout(&reader), frame_ms);
}

/* A frame. Returns false when it was the last. */
static bool do_frame(struct see *see, const struct options *options)
{
    long begin = now_ms();
    if (is_suspended) {
        suspend(see);
    }
    if (is_resized) {
        is_resized = false;
        resize(see);
    }
    child_look(&see->child);
    if (options->ends_with_program && see->child.is_over) {
        return false;
    }
    if (!see->is_stopped) {
        see_frame(see);
    }
    see_draw(see);
    terminal_show(&see->canvas);
    /* Where looking takes long, half of the time is the others'. */
    long took = now_ms() - begin;
    long rest = took < options->frame_ms / 2 ? options->frame_ms - took : took;
    return take_keys(see, now_ms() + rest, options->frame_ms);
}

static int run(struct see *see, const struct options *options, char **envp)
{
    long error = sample_init(&see->sample);
    if (error == 0) {
        error = resize(see);
    }
    if (error == 0 && options->program != NULL) {
        error = child_start(&see->child, options->program, envp);
    }
    if (error != 0) {
        dprintf(STDERR_FILENO, "see: %s\n", error_name(-error));
        return FAILURE;
    }
    set_signals();
    error = terminal_begin();
    if (error != 0) {
        child_end(&see->child);
        dprintf(STDERR_FILENO, "see: the input is no terminal\n");
        return FAILURE;
    }
    see_place(see)->pid = see->child.pid;
    while (ending_signal == 0 && do_frame(see, options)) {
    }
    int status = child_end(&see->child);
    terminal_end();
    if (ending_signal != 0) {
        set_signal(ending_signal, SIG_DFL);
        send_self(ending_signal);
    }
    return status;
}

/* The number that TEXT is, or 0. */
static long parse_ms(const char *text)
{
    long number = 0;
    for (; *text >= '0' && *text <= '9' && number <= FRAME_MS_MAX; text++) {
        number = number * DECIMAL + (*text - '0');
    }
    return *text == '\0' && number <= FRAME_MS_MAX ? number : 0;
}

static bool parse_options(char **words, struct options *options)
{
    *options = (struct options){.frame_ms = FRAME_MS};
    for (; *words != NULL; words++) {
        if (strcmp(*words, "--") == 0) {
            options->program = words + 1;
            return words[1] != NULL;
        }
        if (strcmp(*words, "-e") == 0) {
            options->ends_with_program = true;
        } else if (strcmp(*words, "-t") == 0 && words[1] != NULL) {
            words++;
            options->frame_ms = parse_ms(*words);
        } else {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv, char **envp)
{
    static struct see see;
    struct options options;
    (void)argc;
    if (!parse_options(argv + 1, &options) || options.frame_ms == 0) {
        dprintf(STDERR_FILENO,
                "usage: see [-e] [-t MILLISECONDS] [-- PROGRAM ARGUMENTS]\n");
        return USAGE;
    }
    return run(&see, &options, envp);
}
