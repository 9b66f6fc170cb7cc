/* The report of a panic as a QR code on the screen: of a PC without a serial
 * line it is the only way in which a report gets away without a typing error.
 */
#include "kernel/report/panic_code.h"

#include "drivers/console.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/report/qr_code.h"

/* A report is about 2,500 bytes in the log. */
#define REPORT_MAX 4096

/* Too large for the stack, and used once. */
static char report[REPORT_MAX];
static char text[QR_BYTES_MAX];
static struct qr_code code;

/* The end of the line at FROM, at most END: its newline. */
static const char *find_end(const char *from, const char *end)
{
    while (from < end && *from != '\n') {
        from++;
    }
    return from;
}

/* What of the line from FROM to END is not said in every line: time and level
 * are left out ("[    1.234567] error: "). */
static const char *skip_prefix(const char *from, const char *end)
{
    static const char level[] = "error: ";
    const char *at = from;

    while (at < end && *at != ']') {
        at++;
    }
    at += strlen("] ");
    if (at + strlen(level) <= end && memcmp(at, level, strlen(level)) == 0) {
        at += strlen(level);
    }
    return at < end ? at : from;
}

/* Adds the line from FROM to END to `text`, SIZE long, with one space where
 * there are several. Returns the new length, the old one when there is no room.
 */
static size_t add_line(size_t size, const char *from, const char *end)
{
    size_t length = size;

    for (; from < end; from++) {
        if (*from == ' ' && (length == size || text[length - 1] == ' ')) {
            continue;
        }
        if (length == sizeof(text) - 1) {
            return size;
        }
        text[length++] = *from;
    }
    text[length++] = '\n';
    return length;
}

/* The lines of the report, as many as the code holds. Returns the size. */
static size_t make_text(size_t report_size)
{
    char build[VERSION_BUILD_SIZE];
    const char *line = report;
    const char *end = report + report_size;

    version_build(build);
    size_t size = (size_t)snprintf(text, sizeof(text),
                                   "Brix " BRIX_VERSION " build %s\n", build);
    while (line < end) {
        const char *line_end = find_end(line, end);
        size_t longer = add_line(size, skip_prefix(line, line_end), line_end);
        if (longer == size) {
            break;
        }
        size = longer;
        line = line_end + 1;
    }
    return size;
}

void panic_show_code(size_t start)
{
    size_t size = log_read_from(start, report, sizeof(report));

    qr_code_make(&code, text, make_text(size));
    const struct framebuffer_dots dots = {
        .dots = code.modules,
        .side = code.side,
        .margin = QR_QUIET_ZONE,
    };
    if (console_show_dots(&dots) == 0) {
        log_show_on_screen();
    }
}
