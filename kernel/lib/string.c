/* Zero-ended strings. */
#include "kernel/lib/string.h"

/* No object is longer. */
#define OBJECT_SIZE_MAX ((size_t)PTRDIFF_MAX)

size_t strlen(const char *string)
{
    return strnlen(string, OBJECT_SIZE_MAX);
}

size_t strnlen(const char *string, size_t limit)
{
    size_t length = 0;

    while (length < limit && string[length] != '\0') {
        length++;
    }
    return length;
}

int strcmp(const char *left, const char *right)
{
    return strncmp(left, right, OBJECT_SIZE_MAX);
}

int strncmp(const char *left, const char *right, size_t limit)
{
    for (size_t i = 0; i < limit; i++) {
        if (left[i] != right[i] || left[i] == '\0') {
            return (uint8_t)left[i] - (uint8_t)right[i];
        }
    }
    return 0;
}

char *strchr(const char *string, int byte)
{
    for (; *string != (char)byte; string++) {
        if (*string == '\0') {
            return NULL;
        }
    }
    return (char *)string;
}

char *strrchr(const char *string, int byte)
{
    const char *last = NULL;

    for (;; string++) {
        if (*string == (char)byte) {
            last = string;
        }
        if (*string == '\0') {
            return (char *)last;
        }
    }
}

bool string_copy(char *to, const char *from, size_t size)
{
    size_t length = strnlen(from, size - 1);

    memcpy(to, from, length);
    to[length] = '\0';
    return from[length] == '\0';
}
