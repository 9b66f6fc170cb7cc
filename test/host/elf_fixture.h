/* What both tests of kernel/exec/elf.c share. Its structures are the host's. */
#pragma once

#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "kernel/exec/elf.h"
#include "kernel/lib/bits.h"
#include "mm/layout.h"

static struct elf_image image;
static const char *why;

/* Parses a copy of just SIZE bytes, so that ASan sees one byte too many. */
static inline int parse(const void *bytes, size_t size)
{
    void *copy = malloc(size);

    memcpy(copy, bytes, size);
    why = NULL;
    int error = elf_parse(copy, size, &image, &why);
    free(copy);
    return error;
}

/* What holds for each image that was not refused. */
static inline void assert_image_is_sane(size_t size)
{
    uint64_t limit = image.is_64 ? USER_END_64 : USER_END_32;
    uint64_t start = UINT64_MAX, end = 0;

    assert_true(image.segment_count >= 1);
    assert_true(image.segment_count <= ELF_SEGMENTS_MAX);
    assert_true(image.entry < limit);
    assert_true(is_power_of_two(image.alignment));
    for (size_t i = 0; i < image.segment_count; i++) {
        const struct elf_segment *s = &image.segments[i];
        assert_true(s->start <= s->vaddr && s->vaddr < s->end);
        assert_true(s->end <= limit && s->vaddr + s->memory_size <= s->end);
        assert_true(is_aligned(s->start | s->end, PAGE_SIZE));
        assert_true(s->file_size <= s->memory_size && s->memory_size > 0);
        if (s->file_size > 0) {
            assert_true(s->file_offset < size);
            assert_true(s->file_size <= size - s->file_offset);
            assert_true(s->file_offset >= s->vaddr - s->start);
        }
        start = MIN(start, s->start);
        end = MAX(end, s->end);
    }
    assert_true(image.start == start && image.end == end);
    assert_true(image.brk_start == end);
}
