/* Random operations that map, unmap, protect and move: see operation.h. */
#include "test/conformance/case.h"
#include "test/conformance/operation.h"

/* A descriptor that is not open. */
#define BAD_FILE     99ul

/* Shorter than 2 MiB, which Brix would align: where the kernel chooses. */
#define PLACED_PAGES 24

static unsigned long draw_file_flags(unsigned long *file)
{
    static const unsigned char types[] = {
        MAP_PRIVATE | MAP_ANONYMOUS,
        MAP_PRIVATE | MAP_ANONYMOUS,
        MAP_PRIVATE | MAP_ANONYMOUS,
        MAP_PRIVATE | MAP_ANONYMOUS,
        MAP_PRIVATE | MAP_ANONYMOUS,
        MAP_PRIVATE | MAP_ANONYMOUS,
        MAP_SHARED | MAP_ANONYMOUS,
        MAP_PRIVATE,
        MAP_PRIVATE,
        MAP_SHARED,
    };
    unsigned long type = DRAW_OF(types);
    bool is_anonymous = (type & MAP_ANONYMOUS) != 0;
    *file = is_anonymous ? NO_FILE : DATA_FILE;
    if (draw_one_in(200)) {
        *file = BAD_FILE;
    }
    return draw_one_in(200) ? draw(16) | (type & MAP_ANONYMOUS) : type;
}

static unsigned long draw_other_flags(struct range range)
{
    unsigned long flags = 0;
    bool is_in_stack = range.start >> 24 == 0x54;
    flags |= draw_one_in(is_in_stack ? 2 : 40) ? MAP_GROWSDOWN : 0;
    flags |= draw_one_in(12) ? MAP_NORESERVE : 0;
    flags |= draw_one_in(24) ? MAP_STACK : 0;
    flags |= draw_one_in(16) ? MAP_POPULATE : 0;
    flags |= draw_one_in(24) ? MAP_LOCKED : 0;
    return flags;
}

/* Maps where the program says. */
struct range operation_map_at_place(void)
{
    unsigned long file;
    struct range range = draw_hostile_range();
    unsigned long flags = draw_file_flags(&file) | draw_other_flags(range);
    flags |= draw_one_in(6) ? MAP_FIXED_NOREPLACE : MAP_FIXED;
    map(range.start, range.length, draw_protection(), flags, file,
        PAGES(draw(DATA_PAGES + 2)));
    return range;
}

/* Maps where the kernel says, with a hint or without. */
struct range operation_map_anywhere(void)
{
    unsigned long file;
    struct range range = {0, PAGES(1 + draw(PLACED_PAGES))};
    if (draw_one_in(3)) {
        range.start = draw_one_in(8) ? draw_hostile_address()
                                     : draw_range().start + draw(PAGE_SIZE);
    }
    unsigned long flags = draw_file_flags(&file) | draw_other_flags(range);
    flags |= draw_one_in(8) ? MAP_32BIT : 0;
    long start = map(range.start, range.length, draw_protection(), flags, file,
                     PAGES(draw(DATA_PAGES + 2)));
    if (!is_error(start)) {
        range.start = (unsigned long)start;
        draw_remember(range.start, range.length);
    }
    return range;
}

struct range operation_unmap(void)
{
    struct range range = draw_hostile_range();
    CALL(munmap, range.start, range.length);
    return range;
}

struct range operation_protect(void)
{
    struct range range = draw_hostile_range();
    unsigned long protection = draw_protection();
    if (draw_one_in(24)) {
        static const unsigned long bits[] = {PROT_GROWSDOWN, PROT_GROWSDOWN,
                                             PROT_GROWSUP, PROT_SEM, 0x10};
        protection |= DRAW_OF(bits);
    }
    CALL(mprotect, range.start, range.length, protection);
    return range;
}

/* A length like OLD, shorter or longer. */
static unsigned long draw_new_length(unsigned long old)
{
    switch (draw(4)) {
    case 0:
        return old;
    case 1:
        return old / 2 + draw(2);
    default:
        return old + PAGES(draw(8));
    }
}

struct range operation_remap(void)
{
    static const unsigned char flags_of[] = {
        0,
        MREMAP_MAYMOVE,
        MREMAP_MAYMOVE,
        MREMAP_MAYMOVE | MREMAP_FIXED,
        MREMAP_MAYMOVE | MREMAP_FIXED,
        MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
        MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED,
        MREMAP_FIXED,
    };
    struct range old = draw_hostile_range();
    unsigned long flags = DRAW_OF(flags_of);
    unsigned long length = draw_new_length(old.length);
    if ((flags & MREMAP_FIXED) == 0 && length > PAGES(PLACED_PAGES)) {
        flags = 0;
    }
    if ((flags & MREMAP_DONTUNMAP) != 0 && !draw_one_in(8)) {
        length = old.length;
    }
    if (old.length < PAGES(PLACED_PAGES) && draw_one_in(2)) {
        old.length = PAGES(1 + draw(2));
    }
    if (draw_one_in(24)) {
        old.length = 0;
    }
    struct range place = draw_range();
    if (!draw_is_in(WINDOW_SMALL, old.start) &&
        draw_is_in(WINDOW_SMALL, place.start)) {
        place = draw_range_in(WINDOW_STACK); /* mincore asks what is in SMALL */
    }
    if (draw_one_in(40) && length < PAGES(64)) {
        place.start = draw_hostile_address();
    }
    long start =
        CALL(mremap, old.start, old.length, length, flags, place.start);
    if (is_error(start)) {
        return old;
    }
    if ((flags & MREMAP_FIXED) == 0 && (unsigned long)start != old.start) {
        draw_remember((unsigned long)start, length);
    }
    return draw_one_in(2) ? (struct range){(unsigned long)start, length} : old;
}
