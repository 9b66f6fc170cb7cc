/* Random memory calls: see operation.h. */
#include "test/conformance/operation.h"

#include "kernel/abi/resource.h"
#include "test/conformance/case.h"

/* Shorter than 2 MiB, which Brix would align: where the kernel chooses. */
#define PLACED_PAGES  24

/* Where the first break is, and how far operations move it, in pages. */
#define BREAK_PAGES   40

/* Of a range, pages from its start; and what a touch keeps away from. */
#define TOUCHED_PAGES 64
#define IMAGE_START   0x400000ul
#define OWN_STACK     (1ul << 20)

struct operation {
    struct range (*run)(void);
    uint32_t weight;
};

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
static struct range map_at_place(void)
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
static struct range map_anywhere(void)
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

static struct range unmap(void)
{
    struct range range = draw_hostile_range();
    CALL(munmap, range.start, range.length);
    return range;
}

static struct range protect(void)
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

static struct range remap(void)
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

static struct range advise(void)
{
    static const unsigned char advices[] = {
        MADV_NORMAL,
        MADV_RANDOM,
        MADV_SEQUENTIAL,
        MADV_WILLNEED,
        MADV_DONTNEED,
        MADV_DONTNEED,
        MADV_DONTNEED,
        MADV_DONTNEED,
        MADV_FREE,
        MADV_REMOVE,
        MADV_DONTFORK,
        MADV_DOFORK,
        MADV_HUGEPAGE,
        MADV_NOHUGEPAGE,
        MADV_DONTDUMP,
        MADV_DODUMP,
        MADV_WIPEONFORK,
        MADV_KEEPONFORK,
        MADV_COLD,
        MADV_POPULATE_READ,
        MADV_POPULATE_WRITE,
        MADV_POPULATE_READ,
        MADV_POPULATE_WRITE,
        MADV_DONTNEED_LOCKED,
        MADV_MERGEABLE,
        MADV_UNMERGEABLE,
        MADV_HWPOISON,
        MADV_SOFT_OFFLINE,
        7,
        26,
        103,
    };
    struct range range = draw_hostile_range();
    unsigned long advice = DRAW_OF(advices);
    if (range.length > OWN_STACK * 128) {
        advice = draw(3); /* what discards would reach the program's stack */
    }
    CALL(madvise, range.start, range.length, advice);
    return range;
}

/* Only in the small window: elsewhere a large page may be resident where Linux
 * has single ones. */
static struct range ask_resident(void)
{
    static unsigned char vector[128];
    struct range range = draw_range_in(WINDOW_SMALL);
    unsigned long to = (unsigned long)vector;
    if (draw_one_in(16)) {
        to = draw_one_in(2) ? draw_hostile_address() : draw_range().start;
    }
    long error = CALL(mincore, range.start, range.length, to);
    if (error == 0 && to == (unsigned long)vector) {
        for (size_t i = 0; i < range.length / PAGE_SIZE; i++) {
            text_byte((char)('0' + vector[i]));
        }
        text_line();
    }
    return range;
}

static struct range synchronise(void)
{
    struct range range = draw_hostile_range();
    CALL(msync, range.start, range.length, draw(9));
    return range;
}

static struct range lock(void)
{
    struct range range = draw_hostile_range();
    switch (draw(3)) {
    case 0:
        CALL(mlock, range.start, range.length);
        break;
    case 1:
        CALL(mlock2, range.start, range.length, draw(3));
        break;
    default:
        CALL(munlock, range.start, range.length);
    }
    return range;
}

static struct range lock_all(void)
{
    if (draw_one_in(3)) {
        CALL(mlockall, draw(9));
    } else {
        CALL(munlockall);
    }
    return draw_range();
}

static struct range change_break(void)
{
    unsigned long first = case_first_break();
    unsigned long wanted = first + PAGES(draw(BREAK_PAGES));
    if (draw_one_in(4)) {
        wanted += draw(PAGE_SIZE);
    }
    if (draw_one_in(24)) {
        wanted = draw_one_in(2) ? first - draw(100) : draw_hostile_address();
    }
    CALL(brk, wanted);
    return (struct range){first, PAGES(BREAK_PAGES)};
}

/* What lies in the heap, or is placed there. */
static struct range change_heap(void)
{
    unsigned long start =
        (unsigned long)brk(NULL) / PAGE_SIZE * PAGE_SIZE - PAGES(draw(8));
    unsigned long length = PAGES(1 + draw(4));
    struct range range = {start, length};
    if (start < case_first_break()) {
        return range; /* the program itself is there */
    }
    switch (draw(4)) {
    case 0:
        CALL(munmap, start, length);
        break;
    case 1:
        CALL(mprotect, start, length, draw_protection());
        break;
    case 2:
        map_fixed(start, length, draw_protection());
        break;
    default:
        CALL(madvise, start, length, MADV_DONTNEED);
    }
    return range;
}

static struct range change_limit(void)
{
    static const unsigned char resources[] = {RLIMIT_AS, RLIMIT_DATA,
                                              RLIMIT_STACK, RLIMIT_MEMLOCK};
    static const uint64_t values[] = {
        RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY,
        RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY,
        1ul << 20,       2ul << 20,       4ul << 20,       100000,
    };
    unsigned long resource = DRAW_OF(resources);
    limit(resource, DRAW_OF(values));
    return draw_range();
}

static struct range remap_file(void)
{
    struct range range = draw_range();
    CALL(remap_file_pages, range.start, range.length, draw(20) == 0, draw(6),
         0);
    return range;
}

static struct range only_touch(void)
{
    return draw_range();
}

static const struct operation operations[] = {
    {map_at_place, 24}, {map_anywhere, 12}, {unmap, 7},        {protect, 16},
    {remap, 14},        {advise, 12},       {ask_resident, 4}, {synchronise, 3},
    {lock, 5},          {lock_all, 1},      {change_break, 6}, {change_heap, 3},
    {change_limit, 1},  {remap_file, 1},    {only_touch, 12},
};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static uint32_t sum_of_weights(void)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < OPERATIONS; i++) {
        sum += operations[i].weight;
    }
    return sum;
}

struct range operation_do(void)
{
    uint32_t number = draw(sum_of_weights());
    size_t chosen = 0;
    while (number >= operations[chosen].weight) {
        number -= operations[chosen].weight;
        chosen++;
    }
    return operations[chosen].run();
}

/* Would a touch of PAGE hurt the program? */
static bool is_own(unsigned long page)
{
    bool is_image = page >= IMAGE_START && page < case_first_break();
    bool is_stack = page >= TASK_END - OWN_STACK && page < TASK_END;
    return is_image || is_stack;
}

void operation_touch(struct range range, uint32_t value)
{
    unsigned long pages = range.length / PAGE_SIZE;
    uint32_t count = pages < TOUCHED_PAGES ? (uint32_t)pages : TOUCHED_PAGES;
    unsigned long page = range.start / PAGE_SIZE * PAGE_SIZE;
    page += PAGES(draw(count + 2)) - PAGES(draw(2));
    if (is_own(page)) {
        return;
    }
    switch (draw(4)) {
    case 0:
        touch_read(page);
        break;
    case 1:
        touch_all(page, value);
        break;
    default:
        touch_write(page, value);
    }
}
