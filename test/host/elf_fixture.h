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
static uint8_t *parsed_file; /* what image speaks of, until the next one */
static const char *why;

/* Parses a copy of just SIZE bytes, so that ASan sees one byte too many. */
static inline int parse(const void *bytes, size_t size)
{
    free(parsed_file);
    parsed_file = malloc(size);
    memcpy(parsed_file, bytes, size);
    why = NULL;
    struct elf_source source = {.size = size, .bytes = parsed_file};

    return elf_parse(&source, &image, &why);
}

static inline uaddr_t user_end(void)
{
    return image.is_64 ? USER_END_64 : USER_END_32;
}

/* The segment number N, which there is. */
static inline struct elf_segment segment(unsigned n)
{
    struct elf_segment found;
    unsigned index = 0;

    for (unsigned i = 0; i <= n; i++) {
        assert_true(elf_next_segment(&image, &index, &found));
    }
    return found;
}

/* What holds for each image of which no rule is broken. */
static inline void assert_image_is_sane(void)
{
    uaddr_t start = UINT64_MAX, end = 0;

    assert_null(elf_broken_rule(&image, user_end()));
    assert_true(is_power_of_two(image.alignment));
    for (unsigned i = 0; i < image.segment_count; i++) {
        struct elf_segment s = segment(i);
        assert_true(s.vaddr < user_end());
        assert_true(s.memory_size <= user_end() - s.vaddr);
        assert_true(s.file_size <= s.memory_size);
        start = MIN(start, align_down(s.vaddr, PAGE_SIZE));
        end = MAX(end, s.vaddr + s.memory_size);
        assert_true(image.data_start >= s.vaddr);
        assert_true(image.data_end >= s.vaddr + s.file_size);
    }
    assert_true(image.segment_count == 0 || image.start == start);
    assert_true(image.end == end);
}
