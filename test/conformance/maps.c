/* /proc/self/maps in a form that can be compared: see maps.h. */
#include "test/conformance/maps.h"

#include "test/conformance/text.h"
#include "user/lib/linux.h"
#include "user/lib/string.h"

#define BUFFER_SIZE 2048

/* The fields of a line, separated by spaces. */
enum field {
    FIELD_RANGE,
    FIELD_RIGHTS,
    FIELD_OFFSET,
    FIELD_DEVICE,
    FIELD_INODE,
    FIELD_NAME,
};

static char buffer[BUFFER_SIZE];
static long buffer_at, buffer_end;

/* The next byte of FILE, or '\0' at its end. */
static char next_byte(int file)
{
    if (buffer_at == buffer_end) {
        buffer_end = read(file, buffer, sizeof(buffer));
        buffer_at = 0;
    }
    if (buffer_end <= 0) {
        buffer_end = 0;
        return '\0';
    }
    buffer_at++;
    return buffer[buffer_at - 1];
}

#define LINE_SIZE 256

/* Reads a line without its end. False when there is none. */
static bool next_line(int file, char line[LINE_SIZE])
{
    size_t length = 0;
    for (char byte = next_byte(file); byte != '\n'; byte = next_byte(file)) {
        if (byte == '\0') {
            return false;
        }
        if (length < LINE_SIZE - 1) {
            line[length] = byte;
            length++;
        }
    }
    line[length] = '\0';
    return true;
}

static unsigned long hex(const char **at)
{
    unsigned long value = 0;
    for (; **at != '-' && **at != ' '; (*at)++) {
        unsigned digit = (unsigned)(**at <= '9' ? **at - '0' : **at - 'a' + 10);
        value = value * 16 + digit;
    }
    return value;
}

static bool is_inside(const char *line, unsigned long start, unsigned long end)
{
    unsigned long line_start = hex(&line);
    line++;
    unsigned long line_end = hex(&line);
    return line_end > start && line_start < end;
}

/* Says what can be compared of LINE. */
static void say(const char *line)
{
    enum field field = FIELD_RANGE;
    text("map ");
    while (*line != '\0') {
        if (field != FIELD_DEVICE && field != FIELD_INODE) {
            text_byte(*line);
        }
        if (*line == ' ' && field < FIELD_NAME) {
            field++;
            while (line[1] == ' ') {
                line++;
            }
        }
        line++;
    }
    text_line();
}

/* Says LINE with its spaces. The name stands in one column however many digits
 * the inode has, so all but the first of these are said as spaces. */
static void say_form(const char *line)
{
    unsigned spaces = 0;
    text("form ");
    for (char before = '\0'; *line != '\0'; before = *line++) {
        spaces += *line == ' ' ? 1 : 0;
        bool is_masked = spaces == FIELD_DEVICE || spaces == FIELD_INODE;
        bool is_kept = *line == ' ' || *line == ':' || !is_masked;
        bool is_further = spaces == FIELD_INODE && before != ' ';
        text_byte(is_kept ? *line : is_further ? ' ' : '#');
    }
    text_line();
}

void maps_say(unsigned long start, unsigned long end)
{
    char line[LINE_SIZE];
    long file = open_file("/proc/self/maps");
    if (is_error(file)) {
        text("no /proc/self/maps ");
        text_result(file);
        text_line();
        return;
    }
    while (next_line((int)file, line)) {
        if (is_inside(line, start, end)) {
            say(line);
        }
    }
    close((int)file);
}

bool maps_find(unsigned long address, struct maps_area *area)
{
    char line[LINE_SIZE];
    bool is_found = false;
    long file = open_file("/proc/self/maps");
    while (!is_error(file) && !is_found && next_line((int)file, line)) {
        const char *at = line;
        area->start = hex(&at);
        at++;
        area->end = hex(&at);
        area->is_shared = at[sizeof(" rwx") - 1] == 's';
        is_found = area->start <= address && address < area->end;
    }
    close((int)file);
    buffer_at = buffer_end;
    return is_found;
}

static bool begins_with(const char *line, const char *start)
{
    return strncmp(line, start, strlen(start)) == 0;
}

void maps_say_pool(void)
{
    char line[LINE_SIZE];
    long file = open_file("/proc/meminfo");
    while (!is_error(file) && next_line((int)file, line)) {
        if (begins_with(line, "HugePages_") || begins_with(line, "Hugetlb:")) {
            text(line);
            text_line();
        }
    }
    close((int)file);
}

/* Does LINE of smaps begin an area? */
static bool is_area(const char *line)
{
    return (*line >= '0' && *line <= '9') || (*line >= 'a' && *line <= 'f');
}

static bool is_huge(const char *line)
{
    while (*line != '\0' && !begins_with(line, "/anon_hugepage")) {
        line++;
    }
    return *line != '\0';
}

void maps_say_huge(void)
{
    char line[LINE_SIZE];
    bool is_said = false;
    long file = open_file("/proc/self/smaps");
    while (!is_error(file) && next_line((int)file, line)) {
        if (is_area(line)) {
            is_said = is_huge(line);
        } else if (is_said) {
            text(line);
            text_line();
        }
    }
    close((int)file);
}

void maps_say_all(void)
{
    maps_say(0, ~0ul);
}

void maps_say_form(void)
{
    char line[LINE_SIZE];
    long file = open_file("/proc/self/maps");
    while (!is_error(file) && next_line((int)file, line)) {
        say_form(line);
    }
    close((int)file);
}
