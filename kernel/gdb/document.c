/* Documents in XML: text that is made whole and kept in part, and names in it
 * that nobody has chosen for XML. */
#include <stdarg.h>

#include "kernel/gdb/target.h"
#include "kernel/lib.h"

static void document_sink(void *context, const char *text, size_t size)
{
    struct gdb_document *document = context;

    for (size_t i = 0; i < size; i++, document->made++) {
        if (document->made >= document->offset &&
            document->made - document->offset < document->out->room) {
            gdb_put_char(document->out, text[i]);
        }
    }
}

void gdb_document_print(struct gdb_document *document, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_to(document_sink, document, format, arguments);
    va_end(arguments);
}

/* How many bytes a character of UTF-8 has that begins with FIRST; 0: none. */
static size_t size_by_first(uint8_t first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc0 || first >= 0xf8) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The characters of XML (XML 1.0, 2.2), but for the first few. */
static bool is_xml(uint32_t character)
{
    bool is_surrogate = character >= 0xd800 && character < 0xe000;
    bool is_none = (character & 0xfffe) == 0xfffe;

    return character >= ' ' && character != 0x7f && character < 0x110000 &&
           !is_surrogate && !is_none;
}

/* The size of the character that TEXT begins with; 0: none that XML has. */
static size_t character_size(const char *text)
{
    static const uint32_t least[] = {
        [1] = 0, [2] = 0x80, [3] = 0x800, [4] = 0x10000};
    const uint8_t *bytes = (const uint8_t *)text;
    size_t size = size_by_first(bytes[0]);
    uint32_t character = size <= 1 ? bytes[0] : bytes[0] & (0x7fu >> size);

    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        character = character << 6 | (bytes[i] & 0x3f);
    }
    bool is_shortest = size != 0 && character >= least[size];
    return is_shortest && is_xml(character) ? size : 0;
}

/* Five characters mean something in XML (XML 1.0, 2.4). */
static const char *entity_of(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    default:
        return NULL;
    }
}

void gdb_document_name(struct gdb_document *document, const char *name)
{
    while (*name != '\0') {
        size_t size = character_size(name);
        const char *entity = size == 0 ? "?" : entity_of(*name);
        if (entity != NULL) {
            document_sink(document, entity, strlen(entity));
        } else {
            document_sink(document, name, size);
        }
        name += MAX(size, (size_t)1);
    }
}
