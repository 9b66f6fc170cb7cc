/* Lines of text, shown or counted: see text.h. */
#include "test/conformance/text.h"

#include "user/lib/linux.h"

#define LINE_MAX    512
#define DIGITS_MAX  24

/* FNV-1a, 32 bits. */
#define HASH_START  2166136261u
#define HASH_FACTOR 16777619u

static char line[LINE_MAX];
static size_t length;
static uint32_t hash = HASH_START;
static enum text_mode mode_now = TEXT_SHOWN;

void text_byte(char byte)
{
    if (mode_now != TEXT_ASIDE) {
        hash = (hash ^ (uint8_t)byte) * HASH_FACTOR;
    }
    if (length < LINE_MAX) {
        line[length] = byte;
        length++;
    }
}

void text(const char *string)
{
    for (; *string != '\0'; string++) {
        text_byte(*string);
    }
}

static void text_digits(unsigned long value, unsigned base)
{
    char digits[DIGITS_MAX];
    size_t count = 0;
    do {
        digits[count] = "0123456789abcdef"[value % base];
        count++;
        value /= base;
    } while (value != 0);
    while (count > 0) {
        count--;
        text_byte(digits[count]);
    }
}

void text_hex(unsigned long value)
{
    text("0x");
    text_digits(value, 16);
}

void text_decimal(long value)
{
    if (value < 0) {
        text_byte('-');
    }
    text_digits(value < 0 ? -(unsigned long)value : (unsigned long)value, 10);
}

void text_result(long result)
{
    if (is_error(result)) {
        text_decimal(result);
    } else {
        text_hex((unsigned long)result);
    }
}

void text_line(void)
{
    text_byte('\n');
    if (mode_now != TEXT_COUNTED) {
        write(STDOUT_FILENO, line, length);
    }
    length = 0;
}

void text_mode(enum text_mode mode)
{
    mode_now = mode;
}

uint32_t text_hash(void)
{
    return hash;
}
