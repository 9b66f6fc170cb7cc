/* A page table as /proc/PID/pagewalk shows it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TABLE_LEVELS  4
#define TABLE_ENTRIES 512u
#define ENTRY_ADDRESS 0x000ffffffffff000ull
#define ENTRY_PRESENT 1u
#define ENTRY_LARGE   (1u << 7) /* it maps memory, though no pt has it */

struct table_sight {
    bool is_there;                   /* the process, and a file that shows it */
    uint64_t path[TABLE_LEVELS];     /* the entries that lead to the address */
    uint64_t entries[TABLE_ENTRIES]; /* of the table of the level asked for */
    unsigned entry_count; /* fewer where they are not the program's */
};

/* Bytes of address space that an entry of LEVEL stands for: 4 is pml4. */
uint64_t table_span(unsigned level);

/* The index of the entry for ADDRESS in a table of LEVEL. */
unsigned table_index(uint64_t address, unsigned level);

/* Does ENTRY, of a table of LEVEL, map memory itself? */
bool table_is_leaf(uint64_t entry, unsigned level);

/* What ENTRY of LEVEL leads to: a table or memory. */
uint64_t table_target(uint64_t entry, unsigned level);

/* The level of the table that the walk in PATH ends in. */
unsigned table_last_level(const uint64_t *path);

/* The bits of ENTRY in words, as many as have room in SIZE bytes. */
void table_bits(uint64_t entry, char *to, unsigned size);

/* Looks at the walk to ADDRESS of a process, and at its table of LEVEL. */
void table_look(struct table_sight *sight, int pid, uint64_t address,
                unsigned level);
