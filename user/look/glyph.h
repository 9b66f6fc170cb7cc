/* How a large page is drawn: its letter and colours. Pure. */
#pragma once

#include "user/look/kind.h"
#include "user/look/owners.h"

struct glyph {
    char letter;
    uint8_t colour;
    unsigned rank; /* where pages share a letter, the highest is shown */
};

/* The letter of its process, if one alone shows frames of it, on the process's
 * colour when the page is whole; that of its kind, if none does. */
struct glyph glyph_of(const struct owners *owners, size_t page);

/* The one for the COUNT pages from FIRST on, as far as there are so many. */
struct glyph glyph_of_pages(const struct owners *owners, size_t first,
                            size_t count);
