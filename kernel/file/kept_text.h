/* Text that names and links keep: bytes of the kernel's own, not zero-ended,
 * in memory of about their size. */
#pragma once

#include "kernel/lib.h"

/* The longest: a frame's. */
#define KEPT_TEXT_MAX   4096

/* The longest of which several share a page. */
#define KEPT_TEXT_SMALL 256

/* A copy of the SIZE bytes at TEXT, KEPT_TEXT_MAX at most. NULL when there is
 * no memory. */
char *kept_text_create(const char *text, size_t size) MUST_CHECK;

/* Of how many pages the copy is alone. */
static inline unsigned kept_text_pages(size_t size)
{
    return size > KEPT_TEXT_SMALL ? 1 : 0;
}

/* Gives it back; SIZE is the same. */
void kept_text_free(const void *text, size_t size);
