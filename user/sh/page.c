/* sh: page, which shows how the CPU comes from an address to memory:
 *
 *     brix$ page 0x4a7010
 *     004a7000-004ac000 rw-p 00000000 00:00 0
 *       pml4[  0] 0x000003ff1000  present write user accessed
 *       ...
 *       pt  [167] 0x000002345000  present write user accessed dirty no-execute
 *     its large page, 0x000002200000: split, in frames of 4 KiB, some free
 *
 * An entry's address is that of the table below it, and at last of the memory.
 */
#include "kernel/abi/pagemap.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define INDEX_BITS    9 /* of an address, for each level of tables */
#define PAGE_BITS     12
#define ENTRY_ADDRESS 0x000ffffffffff000ul
#define LARGE         (1ul << 7) /* an entry that maps memory above the pt */

/* Bits of an entry (SDM vol. 3A, 4.5.4). */
static const struct bit {
    unsigned number;
    const char *name;
} bits[] = {
    {0, "present"}, {1, "write"}, {2, "user"},   {5, "accessed"},
    {6, "dirty"},   {7, "large"}, {8, "global"}, {63, "no-execute"},
};

#define BITS (sizeof(bits) / sizeof(bits[0]))

/* The number in hexadecimal digits that TEXT is, with or without 0x. Returns
 * false when it is none, or too large for an address. */
static bool parse_address(const char *text, uint64_t *address)
{
    uint64_t number = 0;
    text += strncmp(text, "0x", 2) == 0 ? 2 : 0;
    if (*text == '\0' || strlen(text) > 2 * sizeof(number)) {
        return false;
    }
    for (; *text != '\0'; text++) {
        const char *digits = "0123456789abcdef";
        const char *digit = strchr(digits, *text);
        if (digit == NULL) {
            return false;
        }
        number = number << 4 | (uint64_t)(digit - digits);
    }
    *address = number;
    return true;
}

static void print_entry(unsigned place, uint64_t entry, uint64_t address)
{
    static const char *const names[] = {"pml4", "pdpt", "pd", "pt"};
    unsigned shift = PAGE_BITS + INDEX_BITS * (PAGEWALK_ENTRIES - 1 - place);
    uint64_t index = address >> shift & ((1u << INDEX_BITS) - 1);

    printf("  %-4s[%3lu] ", names[place], index);
    if (entry == 0) {
        printf("empty\n");
        return;
    }
    printf("0x%012lx ", entry & ENTRY_ADDRESS & ~LARGE);
    for (size_t i = 0; i < BITS; i++) {
        bool is_set = (entry >> bits[i].number & 1) != 0;
        printf("%s%s", is_set ? " " : "", is_set ? bits[i].name : "");
    }
    printf("\n");
}

/* The entries on the way to ADDRESS. Returns where it is in memory, or
 * UINT64_MAX. */
static uint64_t print_walk(const uint64_t *entries, uint64_t address)
{
    unsigned place = 0;
    for (; place < PAGEWALK_ENTRIES; place++) {
        print_entry(place, entries[place], address);
        bool is_last = (entries[place] & LARGE) != 0;
        if (entries[place] == 0 || is_last) {
            break;
        }
    }
    if (place == PAGEWALK_ENTRIES) {
        place--;
    }
    unsigned shift = PAGE_BITS + INDEX_BITS * (PAGEWALK_ENTRIES - 1 - place);
    uint64_t inside = ((uint64_t)1 << shift) - 1;
    return entries[place] == 0 ? UINT64_MAX
                               : (entries[place] & ENTRY_ADDRESS & ~inside) |
                                     (address & inside);
}

/* page ADDRESS [PID] */
int builtin_page(int count, char **words)
{
    char path[SH_PATH_MAX];
    uint64_t entries[PAGEWALK_ENTRIES] = {0};
    uint64_t address;

    if (count < 2 || count > 3 || !parse_address(words[1], &address)) {
        dprintf(STDERR_FILENO, "usage: page ADDRESS [PID], the address in "
                               "hexadecimal digits\n");
        return SH_USAGE;
    }
    if (!process_file(count > 2 ? words[2] : NULL, "/pagewalk", path)) {
        return report_error(words[2], -ENOENT);
    }
    long file = open_file(path);
    if (is_error(file)) {
        return report_error(path, file);
    }
    long size = __syscall4(SYS(pread64), file, (long)entries, sizeof(entries),
                           (long)((address >> PAGE_BITS) * PAGEWALK_UNIT));
    close((int)file);
    if (is_error(size)) {
        return report_error(path, size);
    }
    if (size == 0) {
        dprintf(STDERR_FILENO, "page: %s: no program has addresses so high\n",
                words[1]);
        return SH_FAILURE;
    }
    uint64_t place = print_walk(entries, address);
    if (place == UINT64_MAX) {
        printf("no memory is there\n");
        return SH_FAILURE;
    }
    printf("in memory at 0x%012lx, in large page ", place);
    map_print_page(place);
    return SH_SUCCESS;
}
