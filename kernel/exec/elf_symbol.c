/* The symbol table of an ELF file (System V ABI, chapter 4). Both classes are
 * read field by field, and every field is checked before it is used. */
#include "kernel/exec/elf_symbol.h"

#include "kernel/abi/elf.h"
#include "kernel/lib.h"

/* Where the two classes have the fields that count. */
struct layout {
    uint8_t word; /* bytes of an address, an offset, a size */
    uint8_t shoff, shentsize, shnum;
    uint8_t section_size; /* of a section header */
    uint8_t type, flags, address, offset, size, link;
    uint8_t symbol_size;
    uint8_t info, index, value, length; /* of a symbol; its name is at 0 */
};

static const struct layout layout_64 = {
    .word = 8,
    .shoff = 40,
    .shentsize = 58,
    .shnum = 60,
    .section_size = 64,
    .type = 4,
    .flags = 8,
    .address = 16,
    .offset = 24,
    .size = 32,
    .link = 40,
    .symbol_size = 24,
    .info = 4,
    .index = 6,
    .value = 8,
    .length = 16,
};

static const struct layout layout_32 = {
    .word = 4,
    .shoff = 32,
    .shentsize = 46,
    .shnum = 48,
    .section_size = 40,
    .type = 4,
    .flags = 8,
    .address = 12,
    .offset = 16,
    .size = 20,
    .link = 24,
    .symbol_size = 16,
    .info = 12,
    .index = 14,
    .value = 4,
    .length = 8,
};

#define SHT_SYMTAB    2
#define SHF_EXECINSTR 0x4
#define STT_NOTYPE    0 /* labels of assembly */
#define STT_FUNC      2
#define TYPE_MASK     0xf

struct reader {
    const uint8_t *bytes;
    size_t size;
    const struct layout *layout;
    uint64_t sections; /* where the section headers are */
    uint64_t section_count;
};

struct table {
    uint64_t start;
    uint64_t count;
    const char *names;
    uint64_t names_size;
};

static bool has_bytes(const struct reader *r, uint64_t offset, uint64_t size)
{
    return offset <= r->size && size <= r->size - offset;
}

/* A little-endian number of SIZE bytes at OFFSET, which is in the file. */
static uint64_t number(const struct reader *r, uint64_t offset, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, r->bytes + offset, size);
    return value;
}

static bool open_file(struct reader *r)
{
    const size_t largest_header = 64;

    if (!has_bytes(r, 0, largest_header) ||
        memcmp(r->bytes, ELF_MAGIC, ELF_MAGIC_SIZE) != 0) {
        return false;
    }
    r->layout = r->bytes[EI_CLASS] == ELFCLASS64 ? &layout_64 : &layout_32;
    r->sections = number(r, r->layout->shoff, r->layout->word);
    r->section_count = number(r, r->layout->shnum, sizeof(uint16_t));
    return number(r, r->layout->shentsize, sizeof(uint16_t)) ==
               r->layout->section_size &&
           has_bytes(r, r->sections,
                     r->section_count * r->layout->section_size);
}

static uint64_t section(const struct reader *r, uint64_t index)
{
    return r->sections + index * r->layout->section_size;
}

/* The bytes of the section whose header is at HEADER; false: not in the file.
 */
static bool section_range(const struct reader *r, uint64_t header,
                          uint64_t *start, uint64_t *size)
{
    *start = number(r, header + r->layout->offset, r->layout->word);
    *size = number(r, header + r->layout->size, r->layout->word);
    return has_bytes(r, *start, *size);
}

static bool find_table(const struct reader *r, struct table *table)
{
    for (uint64_t i = 0; i < r->section_count; i++) {
        uint64_t header = section(r, i);
        if (number(r, header + r->layout->type, sizeof(uint32_t)) !=
            SHT_SYMTAB) {
            continue;
        }
        uint64_t names = number(r, header + r->layout->link, sizeof(uint32_t));
        uint64_t size, names_start;
        if (names >= r->section_count ||
            !section_range(r, header, &table->start, &size) ||
            !section_range(r, section(r, names), &names_start,
                           &table->names_size)) {
            return false;
        }
        table->count = size / r->layout->symbol_size;
        table->names = (const char *)r->bytes + names_start;
        /* The last name ends in the table, so all of them do. */
        return table->names_size > 0 &&
               table->names[table->names_size - 1] == '\0';
    }
    return false;
}

/* Is ADDRESS in the section of code that the symbol at SYMBOL belongs to? */
static bool is_in_section(const struct reader *r, uint64_t symbol,
                          uaddr_t address)
{
    const struct layout *layout = r->layout;
    uint64_t index = number(r, symbol + layout->index, sizeof(uint16_t));
    if (index >= r->section_count) {
        return false;
    }
    uint64_t header = section(r, index);
    uint64_t start = number(r, header + layout->address, layout->word);
    uint64_t size = number(r, header + layout->size, layout->word);
    uint64_t flags = number(r, header + layout->flags, sizeof(uint32_t));

    return (flags & SHF_EXECINSTR) != 0 && address - start < size;
}

/* Labels of assembly have no size: they reach to the next symbol. */
static bool is_function_at(const struct reader *r, uint64_t symbol,
                           uaddr_t address)
{
    const struct layout *layout = r->layout;
    uint64_t type = r->bytes[symbol + layout->info] & TYPE_MASK;
    uint64_t value = number(r, symbol + layout->value, layout->word);
    uint64_t length = number(r, symbol + layout->length, layout->word);

    return (type == STT_FUNC || type == STT_NOTYPE) && value <= address &&
           (length == 0 || address - value < length) &&
           is_in_section(r, symbol, address);
}

const char *elf_symbol_find(const void *file, size_t size, uaddr_t address,
                            uint64_t *offset)
{
    struct reader r = {.bytes = file, .size = size};
    struct table table;
    const char *best = NULL;

    if (!open_file(&r) || !find_table(&r, &table)) {
        return NULL;
    }
    for (uint64_t i = 0; i < table.count; i++) {
        uint64_t at = table.start + i * r.layout->symbol_size;
        uint64_t value = number(&r, at + r.layout->value, r.layout->word);
        uint64_t name = number(&r, at, sizeof(uint32_t));
        if (name < table.names_size && table.names[name] != '\0' &&
            is_function_at(&r, at, address) &&
            (best == NULL || address - value < *offset)) {
            best = table.names + name;
            *offset = address - value;
        }
    }
    return best;
}
