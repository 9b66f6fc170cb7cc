/* See test/fuzz/draw.h. */
#define _GNU_SOURCE /* RLIMIT_MSGQUEUE */

#include "draw.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define NOTES        16
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t state;
static word notes[NOTES];
static char *buffer;

void draw_seed(uint64_t seed)
{
    state = seed;
    if (buffer == NULL) {
        buffer = mmap(NULL, 2 * BUFFER_SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        munmap(buffer + BUFFER_SIZE, BUFFER_SIZE);
    }
}

/* SplitMix64. */
static uint64_t next(void)
{
    uint64_t mixed = state += 0x9e3779b97f4a7c15ull;

    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ull;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebull;
    return mixed ^ mixed >> 31;
}

word draw_below(word limit)
{
    return (word)(next() % limit);
}

int draw_one_of(word n)
{
    return draw_below(n) == 0;
}

static word power(void)
{
    return (word)(1ull << draw_below(64));
}

word draw_number(void)
{
    switch (draw_below(8)) {
    case 0:
        return draw_below(4);
    case 1:
        return draw_below(64);
    case 2:
        return -draw_below(64);
    case 3:
        return power();
    case 4:
        return power() - draw_below(4);
    case 5:
        return power() | power() | draw_below(PAGE);
    case 6:
        return draw_below(1024) * PAGE;
    default:
        return (word)next();
    }
}

word draw_length(void)
{
    switch (draw_below(4)) {
    case 0:
        return draw_below(2 * PAGE);
    case 1:
        return draw_below(64) * PAGE;
    case 2:
        return draw_below(16) * 512 * PAGE;
    default:
        return draw_number();
    }
}

/* The edges of all that there is: see mm/layout.h. On i386 the lower half. */
static const uint64_t edges[] = {
    0,
    0x10000,
    0x8048000,
    0x400000,
    0xbffff000,
    0xffffd000,
    0xffffe000,
    0xfffff000,
    0x100000000,
    0x7ffffffff000,
    0x7fffffffffff,
    0x800000000000,
    0xffff7fffffffffff,
    0xffff800000000000,
    0xffffc00000000000,
    0xffffd00000000000,
    0xffffffff80000000,
    0xffffffffff600000,
    0xfffffffffffff000,
    0xffffffffffffffff,
};

/* Where areas meet and overlap each other. */
static word crowded_place(void)
{
    return 0x20000000 + draw_below(1024) * PAGE * (draw_one_of(4) ? 512 : 1);
}

word draw_address(void)
{
    word near = draw_one_of(4) ? draw_below(2 * PAGE) - PAGE : 0;

    switch (draw_below(32)) {
    case 0: /* of the stack */
        return (word)&near - draw_below(64 * PAGE);
    case 1: /* of what this program is made of */
        return (word)&draw_address + draw_below(16 * PAGE) - 8 * PAGE;
    case 2:
        return (word)&state + draw_below(PAGE) - PAGE / 2;
    default:
        break;
    }
    switch (draw_below(4)) {
    case 0:
        return (word)edges[draw_below(COUNT(edges))] + near;
    case 1:
        return (word)buffer + draw_below(BUFFER_SIZE + 16);
    case 2:
        return crowded_place();
    default:
        return notes[draw_below(NOTES)] + near;
    }
}

void draw_note(word address)
{
    notes[draw_below(NOTES)] = address;
}

/* Structures that calls read: words of any kind beside small ones. */
word draw_buffer(void)
{
    word *words = (word *)buffer;
    size_t count = draw_below(64);

    for (size_t i = 0; i < count; i++) {
        words[i] = draw_one_of(4) ? draw_address() : draw_number();
    }
    return (word)buffer + (draw_one_of(8) ? BUFFER_SIZE - draw_below(64) : 0);
}

word draw_bits(void)
{
    word bits = draw_below(4);

    while (draw_one_of(2)) {
        bits |= (word)1 << draw_below(24);
    }
    return bits;
}

/* Linux's struct user_desc: entry, base, limit, flags. */
word draw_descriptor(void)
{
    uint32_t *fields = (uint32_t *)buffer;

    fields[0] = (uint32_t)draw_below(draw_one_of(8) ? 9000 : 20);
    fields[1] = draw_one_of(2) ? 0 : (uint32_t)draw_address();
    fields[2] = draw_one_of(2) ? 0xfffff : (uint32_t)draw_number();
    fields[3] = (uint32_t)draw_below(0x100) | !draw_one_of(8);
    return (word)buffer;
}

word draw_path(void)
{
    static const char *const paths[] = {
        "/",
        "/proc/self/maps",
        "/proc/self/fail-nth",
        "/dev/zero",
        "/proc/self/smaps",
        "/proc/self/fd/3",
        "/dev/null",
        "/proc/self/cmdline",
        "/proc/self/environ",
        "/dev/random",
        "/proc/self/exe",
        "/proc/self/stat",
        "/proc",
        "/proc/self/status",
        "/proc/self/cwd/../proc/2/maps",
        "/bin/hello64",
        "/bin/hello32",
        "/proc/meminfo",
        "/dev/full",
        "/proc/bytemap",
        "/proc/dmesg",
        "/dev",
        "/proc/self/limits",
        "/proc/3/smaps",
        "/proc/self",
        "/proc/freeruns",
        "/proc/self/statm",
        "/bin",
        "/sys/kernel/mm",
        "/proc/sys/vm/max_map_count",
        "/none",
        "",
        "/proc/self/root/dev/kmsg",
    };

    if (draw_one_of(8)) {
        return draw_one_of(2) ? draw_address() : draw_buffer();
    }
    return (word)paths[draw_below(COUNT(paths))];
}

void draw_say_progress(unsigned calls)
{
    struct rlimit limit;

    if (getrlimit(PROGRESS_LIMIT, &limit) == 0) {
        limit.rlim_cur = calls;
        setrlimit(PROGRESS_LIMIT, &limit);
    }
}
