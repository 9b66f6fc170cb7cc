/* Strings and memory: see string.h.
 *
 * The compiler recognises such loops and would turn memcpy's into a call of
 * memcpy; user.mk forbids it for this file. */
#include "user/lib/string.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    char *target = to;
    const char *source = from;
    for (size_t i = 0; i < size; i++) {
        target[i] = source[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    char *target = to;
    const char *source = from;
    if (target <= source) {
        for (size_t i = 0; i < size; i++) {
            target[i] = source[i];
        }
        return to;
    }
    for (size_t i = size; i > 0; i--) {
        target[i - 1] = source[i - 1];
    }
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    char *target = to;
    for (size_t i = 0; i < size; i++) {
        target[i] = (char)byte;
    }
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left;
    const unsigned char *b = right;
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i]) {
            return a[i] - b[i];
        }
    }
    return 0;
}

size_t strlen(const char *string)
{
    size_t length = 0;
    while (string[length] != '\0') {
        length++;
    }
    return length;
}

int strcmp(const char *left, const char *right)
{
    while (*left != '\0' && *left == *right) {
        left++;
        right++;
    }
    return (unsigned char)*left - (unsigned char)*right;
}

int strncmp(const char *left, const char *right, size_t limit)
{
    for (size_t i = 0; i < limit; i++) {
        if (left[i] != right[i] || left[i] == '\0') {
            return (unsigned char)left[i] - (unsigned char)right[i];
        }
    }
    return 0;
}

char *strchr(const char *string, int byte)
{
    while (*string != (char)byte) {
        if (*string == '\0') {
            return NULL;
        }
        string++;
    }
    return (char *)(size_t)string;
}

char *strrchr(const char *string, int byte)
{
    const char *found = NULL;
    do {
        found = *string == (char)byte ? string : found;
    } while (*string++ != '\0');
    return (char *)found;
}
