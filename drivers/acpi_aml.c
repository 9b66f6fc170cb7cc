/* The one object of AML that we need, found by its bytes rather than by an
 * interpreter: Name (_S5_, Package () {a, b, ...}). (ACPI 6.5, 20.2.) */
#include "drivers/acpi_priv.h"
#include "kernel/lib.h"

#define AML_ZERO    0x00
#define AML_ONE     0x01
#define AML_NAME    0x08
#define AML_BYTE    0x0a
#define AML_WORD    0x0b
#define AML_DWORD   0x0c
#define AML_PACKAGE 0x12
#define AML_ROOT    '\\'

#define NAME_SIZE   4

/* Bytes of AML that are not read yet. */
struct cursor {
    const uint8_t *next;
    const uint8_t *end;
};

static bool take_byte(struct cursor *cursor, uint8_t *byte)
{
    if (cursor->next >= cursor->end) {
        return false;
    }
    *byte = *cursor->next++;
    return true;
}

static bool skip(struct cursor *cursor, size_t count)
{
    if ((size_t)(cursor->end - cursor->next) < count) {
        return false;
    }
    cursor->next += count;
    return true;
}

/* Takes an integer, of which the lowest byte counts. */
static bool take_integer(struct cursor *cursor, uint8_t *value)
{
    uint8_t prefix;
    if (!take_byte(cursor, &prefix)) {
        return false;
    }
    switch (prefix) {
    case AML_ZERO:
    case AML_ONE:
        *value = prefix;
        return true;
    case AML_BYTE:
        return take_byte(cursor, value);
    case AML_WORD:
        return take_byte(cursor, value) && skip(cursor, 1);
    case AML_DWORD:
        return take_byte(cursor, value) && skip(cursor, 3);
    default:
        return false;
    }
}

/* Takes PackageOp, PkgLength (its top two bits count further bytes) and the
 * number of elements. */
static bool take_package(struct cursor *cursor, uint8_t *elements)
{
    uint8_t op;
    uint8_t length;
    return take_byte(cursor, &op) && op == AML_PACKAGE &&
           take_byte(cursor, &length) && skip(cursor, length >> 6) &&
           take_byte(cursor, elements);
}

/* Is the name at OFFSET the one that a Name defines? */
static bool is_defined(const uint8_t *aml, size_t offset)
{
    if (offset >= 1 && aml[offset - 1] == AML_NAME) {
        return true;
    }
    return offset >= 2 && aml[offset - 1] == AML_ROOT &&
           aml[offset - 2] == AML_NAME;
}

static bool read_s5(struct cursor cursor, uint8_t *type_a, uint8_t *type_b)
{
    uint8_t elements;
    if (!take_package(&cursor, &elements) || elements == 0 ||
        !take_integer(&cursor, type_a)) {
        return false;
    }
    if (elements == 1) {
        *type_b = *type_a;
        return true;
    }
    return take_integer(&cursor, type_b);
}

bool acpi_find_s5(const uint8_t *aml, size_t size, uint8_t *type_a,
                  uint8_t *type_b)
{
    for (size_t i = 0; i + NAME_SIZE <= size; i++) {
        if (memcmp(aml + i, "_S5_", NAME_SIZE) != 0 || !is_defined(aml, i)) {
            continue;
        }
        struct cursor rest = {.next = aml + i + NAME_SIZE, .end = aml + size};
        if (read_s5(rest, type_a, type_b)) {
            return true;
        }
    }
    return false;
}
