/* Reads newc archives (Linux, Documentation/driver-api/early-userspace/
 * buffer-format.rst):
 *
 *   header, name with a zero byte, padding to 4, data, padding to 4
 *
 * and last an entry by the name TRAILER!!!. Offsets of 4 count from the start
 * of the memory: archives that follow each other are padded to 4 as well. */
#include "kernel/file/cpio.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/lib.h"

#define CPIO_ALIGN     4
#define CPIO_TRAILER   "TRAILER!!!"

/* As Linux's PATH_MAX: the name with its zero byte. */
#define CPIO_NAME_MAX  4096

#define MAGIC          "070701"
#define MAGIC_CHECKSUM "070702"
#define MAGIC_SIZE     6
#define FIELD_DIGITS   8

/* The fields behind the magic, each of 8 hexadecimal digits. */
enum field {
    FIELD_INO,
    FIELD_MODE,
    FIELD_UID,
    FIELD_GID,
    FIELD_NLINK,
    FIELD_MTIME,
    FIELD_SIZE,
    FIELD_DEV_MAJOR,
    FIELD_DEV_MINOR,
    FIELD_RDEV_MAJOR,
    FIELD_RDEV_MINOR,
    FIELD_NAME_SIZE,
    FIELD_CHECKSUM,
    FIELD_COUNT,
};

#define HEADER_SIZE (MAGIC_SIZE + FIELD_COUNT * FIELD_DIGITS)

static int refuse(struct cpio_reader *reader, size_t offset, const char *why)
{
    reader->why = why;
    reader->error_offset = offset;
    return -EINVAL;
}

static size_t bytes_left(const struct cpio_reader *reader)
{
    return reader->size - reader->offset;
}

/* The value of a hexadecimal digit, or -1. */
static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* Reads one field. Returns false when it is no number. */
static bool read_field(const char *text, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < FIELD_DIGITS; i++) {
        int digit = digit_value(text[i]);
        if (digit < 0) {
            return false;
        }
        *value = *value << 4 | (uint32_t)digit;
    }
    return true;
}

static bool has_magic(const char *header, const char *magic)
{
    return memcmp(header, magic, MAGIC_SIZE) == 0;
}

static int read_fields(struct cpio_reader *reader, uint32_t fields[FIELD_COUNT])
{
    const char *header = reader->archive + reader->offset;

    if (bytes_left(reader) < HEADER_SIZE) {
        return refuse(reader, reader->size, "a header is cut off");
    }
    if (!has_magic(header, MAGIC) && !has_magic(header, MAGIC_CHECKSUM)) {
        return refuse(reader, reader->offset, "no newc header (070701)");
    }
    if (!is_aligned(reader->offset, CPIO_ALIGN)) {
        return refuse(reader, reader->offset,
                      "a header not at a multiple of 4");
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        size_t place = MAGIC_SIZE + i * FIELD_DIGITS;
        if (!read_field(header + place, &fields[i])) {
            return refuse(reader, reader->offset + place,
                          "a field of a header is not hexadecimal");
        }
    }
    return 0;
}

/* Moves on by SIZE bytes and the padding behind them, which may be missing at
 * the very end. */
static void advance(struct cpio_reader *reader, size_t size)
{
    size_t next = align_up(reader->offset + size, CPIO_ALIGN);

    reader->offset = MIN(next, reader->size);
}

/* NAME without the "/" and "./" before it; "." is the root, "". */
static const char *strip_name(const char *name)
{
    while (name[0] == '/' || (name[0] == '.' && name[1] == '/')) {
        name++;
    }
    return strcmp(name, ".") == 0 ? "" : name;
}

static int read_name(struct cpio_reader *reader, uint32_t size,
                     const char **name)
{
    size_t start = reader->offset + HEADER_SIZE;
    const char *text = reader->archive + start;

    if (size == 0 || size > CPIO_NAME_MAX) {
        return refuse(reader, reader->offset, "a name is empty or too long");
    }
    if (size > reader->size - start) {
        return refuse(reader, reader->size, "a name is cut off");
    }
    if (text[size - 1] != '\0') {
        return refuse(reader, start + size - 1, "a name without a zero byte");
    }
    advance(reader, HEADER_SIZE + size);
    *name = text;
    return 0;
}

static int read_data(struct cpio_reader *reader, struct cpio_entry *entry)
{
    if (entry->size > bytes_left(reader)) {
        return refuse(reader, reader->size, "a file's data are cut off");
    }
    entry->data = reader->archive + reader->offset;
    advance(reader, entry->size);
    return 0;
}

static bool is_regular(const struct cpio_entry *entry)
{
    return (entry->mode & S_IFMT) == S_IFREG;
}

/* Compares the sum of the data's bytes with what the header says, which it
 * does for regular files alone. */
static int check_sum(struct cpio_reader *reader, const struct cpio_entry *entry,
                     uint32_t expected)
{
    const uint8_t *bytes = entry->data;
    uint32_t sum = 0;

    for (size_t i = 0; i < entry->size; i++) {
        sum += bytes[i];
    }
    if (sum != expected) {
        return refuse(reader,
                      (size_t)(bytes - (const uint8_t *)reader->archive),
                      "a file's data differ from their checksum");
    }
    return 0;
}

/* Reads one entry as it stands in the archive. */
static int read_entry(struct cpio_reader *reader, struct cpio_entry *entry)
{
    uint32_t fields[FIELD_COUNT];
    const char *header = reader->archive + reader->offset;
    int error = read_fields(reader, fields);

    if (error != 0) {
        return error;
    }
    *entry = (struct cpio_entry){
        .mode = fields[FIELD_MODE],
        .uid = fields[FIELD_UID],
        .gid = fields[FIELD_GID],
        .ino = fields[FIELD_INO],
        .nlink = fields[FIELD_NLINK],
        .mtime = fields[FIELD_MTIME],
        .dev_major = fields[FIELD_DEV_MAJOR],
        .dev_minor = fields[FIELD_DEV_MINOR],
        .rdev_major = fields[FIELD_RDEV_MAJOR],
        .rdev_minor = fields[FIELD_RDEV_MINOR],
        .size = fields[FIELD_SIZE],
    };
    error = read_name(reader, fields[FIELD_NAME_SIZE], &entry->name);
    if (error == 0) {
        error = read_data(reader, entry);
    }
    if (error == 0 && is_regular(entry) && has_magic(header, MAGIC_CHECKSUM)) {
        error = check_sum(reader, entry, fields[FIELD_CHECKSUM]);
    }
    return error;
}

static bool is_trailer(const struct cpio_entry *entry)
{
    return strcmp(entry->name, CPIO_TRAILER) == 0;
}

/* The zero bytes between and behind archives. */
static void skip_zeros(struct cpio_reader *reader)
{
    while (reader->offset < reader->size &&
           reader->archive[reader->offset] == '\0') {
        reader->offset++;
    }
}

void cpio_open(struct cpio_reader *reader, const void *archive, size_t size)
{
    *reader = (struct cpio_reader){.archive = archive, .size = size};
}

/* Reads the next entry that is no trailer. Returns as cpio_next. */
static int read_file(struct cpio_reader *reader, struct cpio_entry *entry)
{
    for (;;) {
        skip_zeros(reader);
        if (bytes_left(reader) == 0) {
            return reader->is_open ? refuse(reader, reader->size,
                                            "the archive has no trailer")
                                   : 0;
        }
        int error = read_entry(reader, entry);
        if (error != 0) {
            return error;
        }
        reader->is_open = !is_trailer(entry);
        if (reader->is_open) {
            return 1;
        }
        reader->trailers++;
    }
}

int cpio_next(struct cpio_reader *reader, struct cpio_entry *entry)
{
    int result = reader->why != NULL ? -EINVAL : read_file(reader, entry);

    if (result != 1) {
        return result;
    }
    entry->name = strip_name(entry->name);
    return 1;
}
