/* What a machine's owner may change of the rules of memory while it runs:
 * Linux's /proc/sys and transparent_hugepage. How many areas may be is in
 * mm/area.h. */
#pragma once

#include "kernel/lib.h"

/* vm.overcommit_memory: how much may be promised. */
enum overcommit {
    OVERCOMMIT_GUESS,  /* at once no more than all RAM */
    OVERCOMMIT_ALWAYS, /* anything */
    OVERCOMMIT_NEVER,  /* to one address space no more than half of RAM */
};

/* Where a first touch gives 2 MiB at once. */
enum large_pages {
    LARGE_PAGES_ALWAYS,
    LARGE_PAGES_MADVISE, /* where MADV_HUGEPAGE was said */
    LARGE_PAGES_NEVER,
};

/* kernel.randomize_va_space: what of a new program's addresses is random. */
enum randomize {
    RANDOMIZE_NOTHING,
    RANDOMIZE_ALL_BUT_BRK,
    RANDOMIZE_ALL,
};

struct memory_settings {
    int32_t randomize;     /* enum randomize; others are as the next of these */
    int32_t overcommit;    /* enum overcommit */
    int32_t legacy_layout; /* not 0: new programs' mappings go upwards */
    uint64_t map_min;      /* only root may map below */
    enum large_pages large_pages;

    uint64_t
        ram_pages; /* no setting: all RAM, what promises are held against */
};

extern struct memory_settings memory_settings;
