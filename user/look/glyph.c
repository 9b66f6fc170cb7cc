/* How a large page is drawn: see glyph.h. */
#include "user/look/glyph.h"

#include "user/look/colour.h"

#define RANK_PROCESS KINDS
#define RANK_SEVERAL (KINDS + 1)

struct glyph glyph_of(const struct owners *owners, size_t page)
{
    const struct page_owner *owner = &owners->pages[page];
    enum kind kind = kind_of(owners->bytes[page]);

    if (owner->pid == 0) {
        return (struct glyph){
            .letter = kind_legends[kind].letter,
            .colour = kind_legends[kind].colour,
            .rank = kind,
        };
    }
    if (owner->is_several) {
        return (struct glyph){
            .letter = LETTER_SEVERAL,
            .colour = BRIGHT | GREY,
            .rank = RANK_SEVERAL,
        };
    }
    return (struct glyph){
        .letter = process_letter(owner->pid),
        .colour = kind == KIND_PROGRAM ? process_colour_whole(owner->pid)
                                       : process_colour(owner->pid),
        .rank = RANK_PROCESS,
    };
}

struct glyph glyph_of_pages(const struct owners *owners, size_t first,
                            size_t count)
{
    struct glyph highest = glyph_of(owners, first);

    for (size_t page = first + 1; page < first + count && page < owners->count;
         page++) {
        struct glyph glyph = glyph_of(owners, page);
        highest = glyph.rank > highest.rank ? glyph : highest;
    }
    return highest;
}
