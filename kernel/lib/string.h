/* The parts of the C library's string.h that the kernel uses, as C11 defines
 * them. The compiler may call the first four on its own. */
#pragma once

#include "kernel/lib/types.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *left, const void *right, size_t size);

size_t strlen(const char *string);
size_t strnlen(const char *string, size_t limit);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t limit);
char *strchr(const char *string, int byte);
char *strrchr(const char *string, int byte);

/* Copies at most SIZE - 1 bytes of FROM and always ends TO with a zero byte.
 * SIZE is at least 1. Returns true when FROM fitted whole. */
bool string_copy(char *to, const char *from, size_t size);
