/* Numbers, ranges and hostile arguments: see draw.h. */
#include "test/conformance/draw.h"

#include "test/conformance/case.h"

#define REMEMBERED     16
#define LENGTH_MAX     6 /* pages of most ranges */
#define LONG_MAX       32
#define LONG_ONE_IN    8 /* ranges may be longer than that */
#define HOSTILE_ONE_IN 24
#define ODD_ONE_IN     10 /* lengths are no multiple of a page */

struct place {
    unsigned long start;
    uint32_t pages;
    uint32_t unit; /* pages that starts and lengths are multiples of */
};

/* No aligned 2 MiB lie within the small window. */
static const struct place places[] = {
    [WINDOW_SMALL] = {0x50010000, 64, 1},
    [WINDOW_STACK] = {0x54000000, 4096, 16},
    [WINDOW_LARGE] = {0x60000000, 2048, 64},
    [WINDOW_HUGE] = {0x70000000, 32 * 512, 128},
};

static uint32_t state;
static struct range remembered[REMEMBERED];
static uint32_t next_remembered;

void draw_init(uint32_t seed)
{
    state = seed * 2654435761u + 12345;
    if (state == 0) {
        state = 1;
    }
}

/* Marsaglia's xorshift, 32 bits. */
uint32_t draw(uint32_t count)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (uint32_t)(((uint64_t)state * count) >> 32);
}

enum window draw_window(void)
{
    uint32_t number = draw(32);
    if (number == 0) {
        return WINDOW_LARGE;
    }
    return number < 4 ? WINDOW_STACK : WINDOW_SMALL;
}

struct range draw_range_in(enum window window)
{
    const struct place *place = &places[window];
    uint32_t units = place->pages / place->unit;
    uint32_t start = draw(units);
    uint32_t length =
        1 + draw(draw_one_in(LONG_ONE_IN) ? LONG_MAX : LENGTH_MAX);
    if (length > units - start) {
        length = units - start;
    }
    return (struct range){place->start + PAGES(start * place->unit),
                          PAGES(length * place->unit)};
}

bool draw_is_in(enum window window, unsigned long address)
{
    const struct place *place = &places[window];
    return address >= place->start &&
           address < place->start + PAGES(place->pages);
}

struct range draw_remembered(void)
{
    struct range range = remembered[draw(REMEMBERED)];
    if (range.length == 0) {
        return draw_range_in(WINDOW_SMALL);
    }
    uint32_t pages = (uint32_t)(range.length / PAGE_SIZE);
    uint32_t skipped = draw_one_in(2) ? draw(pages) : 0;
    range.start += PAGES(skipped);
    range.length = PAGES(1 + draw(pages - skipped + 2));
    return range;
}

struct range draw_range(void)
{
    struct range range =
        draw_one_in(6) ? draw_remembered() : draw_range_in(draw_window());
    if (draw_one_in(ODD_ONE_IN)) {
        range.length -= draw(PAGE_SIZE);
    }
    return range;
}

unsigned long draw_hostile_address(void)
{
    static const unsigned long addresses[] = {
        0,
        1,
        PAGES(1),
        PAGES(15),
        PAGES(16),
        TASK_END,
        ~0ul,
        TASK_END + PAGES(1),
        0x50010001,
        0x50010fff,
        1ul << 31,
        ~0ul - PAGE_SIZE + 1,
        ~(~0ul >> 1),
#ifdef __x86_64__
        1ul << 47,
        (1ul << 47) - PAGE_SIZE,
        1ul << 32,
#endif
    };
    return DRAW_OF(addresses);
}

unsigned long draw_hostile_length(void)
{
    static const unsigned long lengths[] = {
        0,
        1,
        ~0ul,
        ~0ul - PAGE_SIZE + 1,
        ~0ul - PAGE_SIZE,
        TASK_END,
        ~0ul - 0x3fff0000,
    };
    return DRAW_OF(lengths);
}

struct range draw_hostile_range(void)
{
    struct range range = draw_range();
    if (!draw_one_in(HOSTILE_ONE_IN)) {
        return range;
    }
    if (draw_one_in(2)) {
        range = draw_range_in(WINDOW_SMALL);
        range.start = draw_hostile_address();
    } else {
        /* From lower down, where the kernel may have placed something, it
         * could reach the program. */
        range = draw_range_in(draw_window());
        range.length = draw_hostile_length();
    }
    return range;
}

void draw_remember(unsigned long start, unsigned long length)
{
    struct range *place = &remembered[next_remembered];
    if (place->length != 0) {
        CALL(munmap, place->start, place->length);
    }
    *place = (struct range){start, length};
    next_remembered = (next_remembered + 1) % REMEMBERED;
}

void draw_forget(void)
{
    for (size_t i = 0; i < REMEMBERED; i++) {
        remembered[i].length = 0;
    }
    next_remembered = 0;
}

unsigned long draw_protection(void)
{
    static const unsigned char protections[] = {
        PROT_READ | PROT_WRITE,
        PROT_READ | PROT_WRITE,
        PROT_READ | PROT_WRITE,
        PROT_READ | PROT_WRITE,
        PROT_READ | PROT_WRITE,
        PROT_READ,
        PROT_READ,
        PROT_NONE,
        PROT_READ | PROT_EXEC,
        PROT_READ | PROT_WRITE | PROT_EXEC,
        PROT_WRITE,
        PROT_EXEC,
    };
    return DRAW_OF(protections);
}
