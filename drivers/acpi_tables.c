/* From the RSDP to what a machine needs to be switched off. */
#include "drivers/acpi_priv.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* RSDP (ACPI 6.5, 5.2.5.3): offsets, and the sizes of its two versions. */
#define RSDP_SIGNATURE      "RSD PTR "
#define RSDP_REVISION       15
#define RSDP_RSDT           16
#define RSDP_XSDT           24
#define RSDP_SIZE_1         20
#define RSDP_SIZE_2         36

/* The header of all other tables (5.2.6). */
#define TABLE_LENGTH        4
#define TABLE_HEADER_SIZE   36
#define SIGNATURE_SIZE      4

/* FADT (5.2.9). */
#define FADT_DSDT           40
#define FADT_SMI_COMMAND    48
#define FADT_ACPI_ENABLE    52
#define FADT_PM1A_CONTROL   64
#define FADT_PM1B_CONTROL   68
#define FADT_FLAGS          112
#define FADT_RESET          116
#define FADT_RESET_VALUE    128
#define FADT_X_DSDT         140
#define FADT_X_PM1A_CONTROL 172
#define FADT_X_PM1B_CONTROL 184
#define FADT_SLEEP_CONTROL  244

#define FLAG_RESET          BIT(10)
#define FLAG_REDUCED        BIT(20)

/* MCFG (PCI Firmware 3.2, 4.1.2): its entries, each of this size. */
#define MCFG_ENTRIES        44
#define MCFG_ENTRY_SIZE     16
#define MCFG_SEGMENT        8
#define MCFG_FIRST_BUS      10
#define MCFG_LAST_BUS       11

/* The Generic Address Structure (5.2.3.2). */
#define GAS_ADDRESS         4

/* The BIOS areas (5.2.5.1). */
#define BIOS_START          0xe0000u
#define BIOS_END            0x100000u
#define EBDA_SEGMENT        0x40eu /* the word there, times 16, is its address */
#define EBDA_SIZE           1024u
#define RSDP_ALIGNMENT      16u

/* A table that is mapped, with its checksum right. */
struct table {
    const uint8_t *bytes; /* NULL: there is none */
    size_t size;
};

static bool is_checksum_right(const uint8_t *bytes, size_t size)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum == 0;
}

/* The little-endian number of SIZE bytes at OFFSET, 0 past the table's end:
 * older tables are shorter. */
static uint64_t number_at(const struct table *table, size_t offset, size_t size)
{
    uint64_t value = 0;
    if (table->size < size || offset > table->size - size) {
        return 0;
    }
    memcpy(&value, table->bytes + offset, size);
    return value;
}

static bool has_signature(const struct table *table, const char *signature)
{
    return table->bytes != NULL &&
           memcmp(table->bytes, signature, SIGNATURE_SIZE) == 0;
}

/* The table at ADDRESS, or none when it is broken. */
static struct table map_table(paddr_t address)
{
    const struct table none = {.bytes = NULL};
    if (address == 0) {
        return none;
    }
    struct table table = {
        .bytes = acpi_map(address, TABLE_HEADER_SIZE),
        .size = TABLE_HEADER_SIZE,
    };
    if (table.bytes == NULL) {
        return none;
    }
    table.size = number_at(&table, TABLE_LENGTH, 4);
    if (table.size < TABLE_HEADER_SIZE || table.size > ACPI_TABLE_MAX) {
        return none;
    }
    table.bytes = acpi_map(address, table.size);
    if (table.bytes == NULL || !is_checksum_right(table.bytes, table.size)) {
        return none;
    }
    return table;
}

/* The root table: the addresses of the others, 4 or 8 bytes each. */
struct root {
    struct table table;
    size_t entry_size;
    size_t count;
};

static bool map_root(paddr_t address, const char *signature, size_t entry_size,
                     struct root *root)
{
    root->table = map_table(address);
    if (!has_signature(&root->table, signature)) {
        return false;
    }
    root->entry_size = entry_size;
    root->count = (root->table.size - TABLE_HEADER_SIZE) / entry_size;
    return true;
}

static struct table root_entry(const struct root *root, size_t index)
{
    return map_table(number_at(&root->table,
                               TABLE_HEADER_SIZE + index * root->entry_size,
                               root->entry_size));
}

/* The first table with SIGNATURE from entry *INDEX on, which moves past it. */
static struct table next_table(const struct root *root, const char *signature,
                               size_t *index)
{
    while (*index < root->count) {
        struct table table = root_entry(root, (*index)++);
        if (has_signature(&table, signature)) {
            return table;
        }
    }
    return (struct table){.bytes = NULL};
}

static struct acpi_register port(uint64_t number)
{
    return (struct acpi_register){
        .space = ACPI_SPACE_PORT,
        .address = number & 0xffff,
    };
}

/* Memory is mapped now, because a panic may want to switch off later. */
static struct acpi_register register_at(const struct table *fadt, size_t offset)
{
    struct acpi_register found = {
        .space = (uint8_t)number_at(fadt, offset, 1),
        .address = number_at(fadt, offset + GAS_ADDRESS, 8),
    };
    if (found.space == ACPI_SPACE_MEMORY && found.address != 0) {
        found.memory = acpi_map(found.address, sizeof(uint16_t));
    }
    return found;
}

/* The longer form, or where it is missing the port number. */
static struct acpi_register either_register(const struct table *fadt,
                                            size_t long_offset,
                                            size_t port_offset)
{
    struct acpi_register extended = register_at(fadt, long_offset);
    return extended.address != 0 ? extended
                                 : port(number_at(fadt, port_offset, 4));
}

static void read_fadt(const struct table *fadt, struct acpi_machine *machine)
{
    uint64_t flags = number_at(fadt, FADT_FLAGS, 4);
    *machine = (struct acpi_machine){
        .is_hardware_reduced = (flags & FLAG_REDUCED) != 0,
        .reset = register_at(fadt, FADT_RESET),
        .reset_value = (uint8_t)number_at(fadt, FADT_RESET_VALUE, 1),
        .pm1a_control =
            either_register(fadt, FADT_X_PM1A_CONTROL, FADT_PM1A_CONTROL),
        .pm1b_control =
            either_register(fadt, FADT_X_PM1B_CONTROL, FADT_PM1B_CONTROL),
        .sleep_control = register_at(fadt, FADT_SLEEP_CONTROL),
        .smi_command = (uint16_t)number_at(fadt, FADT_SMI_COMMAND, 4),
        .enable_value = (uint8_t)number_at(fadt, FADT_ACPI_ENABLE, 1),
    };
    machine->has_reset =
        (flags & FLAG_RESET) != 0 && machine->reset.address != 0;
}

static bool find_s5_in(const struct table *table, struct acpi_machine *machine)
{
    return table->bytes != NULL &&
           acpi_find_s5(table->bytes + TABLE_HEADER_SIZE,
                        table->size - TABLE_HEADER_SIZE, &machine->s5_type_a,
                        &machine->s5_type_b);
}

/* _S5_ is in the DSDT, or in one of the SSDTs that belong to it. */
static bool find_s5(const struct root *root, const struct table *fadt,
                    struct acpi_machine *machine)
{
    paddr_t address = number_at(fadt, FADT_X_DSDT, 8);
    if (address == 0) {
        address = number_at(fadt, FADT_DSDT, 4);
    }
    struct table table = map_table(address);
    size_t index = 0;
    do {
        if (find_s5_in(&table, machine)) {
            return true;
        }
        table = next_table(root, "SSDT", &index);
    } while (table.bytes != NULL);
    return false;
}

static bool is_rsdp(const uint8_t *rsdp, size_t size)
{
    return size >= RSDP_SIZE_1 &&
           memcmp(rsdp, RSDP_SIGNATURE, sizeof(RSDP_SIGNATURE) - 1) == 0 &&
           is_checksum_right(rsdp, RSDP_SIZE_1);
}

/* The XSDT where there is a good one, else the RSDT. */
static bool find_root(const struct table *rsdp, struct root *root)
{
    bool is_extended = rsdp->size >= RSDP_SIZE_2 &&
                       rsdp->bytes[RSDP_REVISION] >= 2 &&
                       is_checksum_right(rsdp->bytes, RSDP_SIZE_2);
    if (is_extended &&
        map_root(number_at(rsdp, RSDP_XSDT, 8), "XSDT", 8, root)) {
        return true;
    }
    return map_root(number_at(rsdp, RSDP_RSDT, 4), "RSDT", 4, root);
}

static void read_ecam(const struct root *root, struct acpi_machine *machine)
{
    size_t index = 0;
    struct table mcfg = next_table(root, "MCFG", &index);
    size_t at = MCFG_ENTRIES;

    if (mcfg.bytes == NULL) {
        return;
    }
    for (; at + MCFG_ENTRY_SIZE <= mcfg.size; at += MCFG_ENTRY_SIZE) {
        if (machine->ecam_count == ACPI_ECAM_MAX) {
            return;
        }
        machine->ecam[machine->ecam_count++] = (struct acpi_ecam){
            .address = number_at(&mcfg, at, 8),
            .segment = (uint16_t)number_at(&mcfg, at + MCFG_SEGMENT, 2),
            .first_bus = (uint8_t)number_at(&mcfg, at + MCFG_FIRST_BUS, 1),
            .last_bus = (uint8_t)number_at(&mcfg, at + MCFG_LAST_BUS, 1),
        };
    }
}

int acpi_read_tables(const void *rsdp, size_t size,
                     struct acpi_machine *machine)
{
    struct table start = {.bytes = rsdp, .size = size};
    struct root root;
    if (!is_rsdp(rsdp, size) || !find_root(&start, &root)) {
        return -EINVAL;
    }
    size_t index = 0;
    struct table fadt = next_table(&root, "FACP", &index);
    if (fadt.bytes == NULL) {
        return -EINVAL;
    }
    read_fadt(&fadt, machine);
    read_ecam(&root, machine);
    machine->has_s5 = find_s5(&root, &fadt, machine);
    if (!machine->has_s5) {
        log_warn("acpi: no _S5_ package, can't switch the machine off");
    }
    return 0;
}

static const void *search_area(paddr_t start, size_t size)
{
    const uint8_t *area = acpi_map(start, size);
    if (area == NULL) {
        return NULL;
    }
    for (size_t i = 0; i + RSDP_SIZE_2 <= size; i += RSDP_ALIGNMENT) {
        if (is_rsdp(area + i, RSDP_SIZE_2)) {
            return area + i;
        }
    }
    return NULL;
}

const void *acpi_find_rsdp(void)
{
    uint16_t segment = 0;
    const void *word = acpi_map(EBDA_SEGMENT, sizeof(segment));
    const void *rsdp = NULL;
    if (word != NULL) {
        memcpy(&segment, word, sizeof(segment));
    }
    if (segment != 0) {
        rsdp = search_area((paddr_t)segment << 4, EBDA_SIZE);
    }
    return rsdp != NULL ? rsdp : search_area(BIOS_START, BIOS_END - BIOS_START);
}
