/* The kernel's log: a ring in memory, and a sink that the reader chose. */
#include "kernel/base/log.h"

#include "drivers/clock.h"
#include "drivers/console.h"
#include "drivers/uart.h"
#include "kernel/lib.h"

#define LINE_MAX        512
#define DELETE          0x7f
#define MICROSECONDS    1000000u
#define NANOS_PER_MICRO 1000u

static char ring[LOG_RING_SIZE];
static size_t ring_written; /* bytes since boot; the ring holds the last ones */

static bool is_started;
static enum option_log log_sink;
static enum log_level log_threshold;
static struct uart log_uart;

static const char *const level_prefix[] = {
    [LOG_ERROR] = "error: ", [LOG_WARN] = "warning: ", [LOG_INFO] = "",
    [LOG_DEBUG] = "debug: ", [LOG_RESULT] = "",
};

static void ring_write(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ring[ring_written++ % LOG_RING_SIZE] = text[i];
    }
}

size_t log_ring_read(size_t offset, void *to, size_t size)
{
    size_t held = MIN(ring_written, (size_t)LOG_RING_SIZE);
    char *out = to;

    if (offset >= held) {
        return 0;
    }
    size = MIN(size, held - offset);
    for (size_t i = 0; i < size; i++) {
        out[i] = ring[(ring_written - held + offset + i) % LOG_RING_SIZE];
    }
    return size;
}

size_t log_written(void)
{
    return ring_written;
}

size_t log_read_from(size_t start, void *to, size_t size)
{
    size_t oldest = ring_written - MIN(ring_written, (size_t)LOG_RING_SIZE);
    return log_ring_read(MAX(start, oldest) - oldest, to, size);
}

static void uart_print(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n') {
            uart_write(&log_uart, "\r", 1);
        }
        uart_write(&log_uart, &text[i], 1);
    }
}

static void sink_write(const char *text, size_t size)
{
    switch (log_sink) {
    case OPTION_LOG_CONSOLE:
        console_print(text, size);
        break;
    case OPTION_LOG_COM1:
    case OPTION_LOG_COM2:
        uart_print(text, size);
        break;
    case OPTION_LOG_NONE:
        break;
    }
}

/* Sends all that was logged to WRITE. */
static void replay_ring(void (*write)(const char *text, size_t size))
{
    char part[128];
    size_t offset = 0;
    size_t size;

    while ((size = log_ring_read(offset, part, sizeof(part))) > 0) {
        write(part, size);
        offset += size;
    }
}

void log_start(enum option_log sink, enum log_level level)
{
    log_sink = sink;
    log_threshold = level;
    is_started = true;
    if (sink == OPTION_LOG_COM1 || sink == OPTION_LOG_COM2) {
        uint16_t port = sink == OPTION_LOG_COM1 ? UART_COM1 : UART_COM2;
        if (!uart_init(&log_uart, port)) {
            log_sink = OPTION_LOG_CONSOLE;
            log_warn("log=: no serial port at 0x%x: the log goes to the "
                     "console",
                     port);
        }
    }
    replay_ring(sink_write);
}

void log_show_on_screen(void)
{
    replay_ring(console_print_screen);
}

void log_to_console(void)
{
    if (!is_started) {
        log_start(OPTION_LOG_CONSOLE, LOG_DEBUG);
    }
}

/* A line may quote a program, which must not make lines of its own. */
static void blank_controls(char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_control = (unsigned char)line[i] < ' ' || line[i] == DELETE;
        line[i] = is_control ? '?' : line[i];
    }
}

void log_write(enum log_level level, const char *format, ...)
{
    char line[LINE_MAX];
    uint64_t micros = clock_nanoseconds() / NANOS_PER_MICRO;
    int size = snprintf(line, sizeof(line), "[%5llu.%06llu] %s",
                        (unsigned long long)(micros / MICROSECONDS),
                        (unsigned long long)(micros % MICROSECONDS),
                        level_prefix[level]);

    va_list arguments;
    va_start(arguments, format);
    size +=
        vsnprintf(line + size, sizeof(line) - (size_t)size, format, arguments);
    va_end(arguments);

    ASSERT_CMP(size, >, 0);
    size_t length = MIN((size_t)size, sizeof(line) - 2);
    blank_controls(line, length);
    line[length++] = '\n';
    ring_write(line, length);
    if (is_started && (level <= log_threshold || level == LOG_RESULT)) {
        sink_write(line, length);
    }
}
