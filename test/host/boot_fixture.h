/* A machine for the tests of boot: 64 KiB of memory at MEMORY_BASE, and
 * everything else can't be read. Each answer of boot_memory() is a copy of
 * just the bytes asked for, so that ASan sees one byte too many. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/boot.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "test/host/random.h"

#define MEMORY_BASE 0x9000u
#define MEMORY_SIZE 0x10000u
#define COPIES_MAX  8

static uint8_t memory[MEMORY_SIZE];
static size_t memory_used;
static void *copies[COPIES_MAX];
static size_t copy_count;
static struct boot_info info;
static char log_text[8192];

static struct memory_range image;

struct memory_range boot_image(void)
{
    return image;
}

const void *boot_memory(paddr_t address, size_t size)
{
    if (address < MEMORY_BASE || size > MEMORY_SIZE ||
        address - MEMORY_BASE > MEMORY_SIZE - size) {
        return NULL;
    }
    void **copy = &copies[copy_count++ % COPIES_MAX];
    free(*copy);
    *copy = malloc(size > 0 ? size : 1);
    memcpy(*copy, memory + (address - MEMORY_BASE), size);
    return *copy;
}

void log_write(enum log_level level, const char *format, ...)
{
    size_t used = strlen(log_text);
    va_list arguments;

    (void)level;
    va_start(arguments, format);
    vsnprintf(log_text + used, sizeof(log_text) - used, format, arguments);
    va_end(arguments);
    strncat(log_text, "\n", sizeof(log_text) - strlen(log_text) - 1);
}

static inline void memory_clear(void)
{
    memset(memory, 0, sizeof(memory));
    memory_used = 0;
    log_text[0] = '\0';
}

/* Appends SIZE bytes to memory. Returns their physical address. */
static inline uint32_t memory_put(const void *bytes, size_t size)
{
    size_t at = memory_used;

    assert_true(size <= MEMORY_SIZE - at);
    memcpy(memory + at, bytes, size);
    memory_used += align_up(size, 8);
    return (uint32_t)(MEMORY_BASE + at);
}

static inline uint32_t memory_put_string(const char *string)
{
    return memory_put(string, strlen(string) + 1);
}

/* Is the byte at ADDRESS in a range of TYPE? */
static inline bool is_in(uint64_t address, uint32_t type)
{
    for (size_t i = 0; i < info.range_count; i++) {
        const struct memory_range *range = &info.ranges[i];
        if (range->type == type && address >= range->start &&
            address < range->end) {
            return true;
        }
    }
    return false;
}

static inline void assert_range(uint64_t start, uint64_t end, uint32_t type)
{
    for (size_t i = 0; i < info.range_count; i++) {
        const struct memory_range *range = &info.ranges[i];
        if (range->start == start && range->end == end && range->type == type) {
            return;
        }
    }
    fail_msg("no range [0x%lx, 0x%lx) of type 0x%x", start, end, type);
}

/* What holds after every boot_info_init, whatever the loader said. */
static inline void assert_info_is_sane(void)
{
    assert_true(info.range_count <= BOOT_RANGES_MAX);
    for (size_t i = 0; i < info.range_count; i++) {
        assert_true(info.ranges[i].start < info.ranges[i].end);
    }
    assert_true(info.module_count <= BOOT_MODULES_MAX);
    for (size_t i = 0; i < info.module_count; i++) {
        assert_true(info.modules[i].start <= info.modules[i].end);
        assert_non_null(memchr(info.modules[i].name, 0, BOOT_NAME_MAX));
    }
    assert_non_null(memchr(info.command_line, 0, BOOT_COMMAND_LINE_MAX));
    assert_non_null(memchr(info.loader, 0, BOOT_NAME_MAX));
    assert_true(info.rsdp_size <= BOOT_RSDP_MAX);
    assert_true(info.framebuffer.display <= BOOT_DISPLAY_RGB);
    if (info.framebuffer.display != BOOT_DISPLAY_NONE) {
        assert_true(info.framebuffer.width > 0 && info.framebuffer.height > 0);
        assert_true(info.framebuffer.pitch >= info.framebuffer.width);
    }
}

/* Boots from mutations of what is in memory. */
static inline void fuzz(uint32_t magic, paddr_t address, int rounds)
{
    uint8_t *original = malloc(memory_used);
    size_t size = memory_used;
    uint64_t seed = magic;
    int booted = 0;

    memcpy(original, memory, size);
    for (int i = 0; i < rounds; i++) {
        memcpy(memory, original, size);
        random_mutate(&seed, memory, size);
        if (boot_info_init(magic, address, &info) == 0) {
            assert_info_is_sane();
            booted++;
        }
    }
    free(original);
    assert_true(booted > rounds / 2);
}

static inline int free_copies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COPIES_MAX; i++) {
        free(copies[i]);
    }
    return 0;
}
