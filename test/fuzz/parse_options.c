/* libFuzzer: the kernel's command line. */
#include <stdlib.h>
#include <string.h>

#include "kernel/base/option.h"
#include "kernel/lib/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void log_write(enum log_level level, const char *format, ...)
{
    (void)level;
    (void)format;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = memcpy(malloc(size + 1), data, size);
    size_t length = 0;

    line[size] = '\0';
    option_init(line);
    free(line); /* it was copied */
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const char *value = option_string(i);
        length += value == NULL ? 0 : strlen(value);
        (void)option_number(i, 1);
        if (option_table[i].choices != NULL) {
            (void)option_choice(i);
        }
    }
    for (size_t i = 0; option_argument(i) != NULL; i++) {
        length += strlen(option_argument(i));
    }
    option_warn_unknown();
    return length > OPTION_COUNT * (size + 64) ? (abort(), 0) : 0;
}
