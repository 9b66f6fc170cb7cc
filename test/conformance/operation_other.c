/* Random operations on what is mapped, on the heap and on limits: see
 * operation.h. */
#include "kernel/abi/resource.h"
#include "test/conformance/case.h"
#include "test/conformance/operation.h"

/* include/uapi/linux/personality.h */
#define READ_IMPLIES_EXEC 0x0400000ul

/* How far the break is moved, in pages. */
#define BREAK_PAGES       40

/* A stack that grows by more than all RAM is refused, and Brix has more of it.
 */
#define STACK_MOST        (64ul << 20)

/* Ranges that could reach from a window to the program's stack. */
#define VERY_LONG         (128ul << 20)

struct range operation_advise(void)
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
    if (draw_one_in(24) && draw_is_in(WINDOW_SMALL, range.start)) {
        advice = MADV_COLLAPSE; /* elsewhere there are large pages already */
    }
    if (range.length > VERY_LONG) {
        advice = draw(3); /* what discards would reach the program's stack */
    }
    CALL(madvise, range.start, range.length, advice);
    return range;
}

/* Only in the small window: elsewhere a large page may be resident where Linux
 * has single ones, so operation_remap moves nothing from there to here. */
struct range operation_ask_resident(void)
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

struct range operation_synchronise(void)
{
    struct range range = draw_hostile_range();
    CALL(msync, range.start, range.length, draw(9));
    return range;
}

struct range operation_lock(void)
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

struct range operation_lock_all(void)
{
    if (draw_one_in(3)) {
        CALL(mlockall, draw(9));
    } else {
        CALL(munlockall);
    }
    return draw_range();
}

struct range operation_change_break(void)
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
struct range operation_change_heap(void)
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

struct range operation_change_limit(void)
{
    static const unsigned char resources[] = {RLIMIT_AS, RLIMIT_DATA,
                                              RLIMIT_STACK, RLIMIT_MEMLOCK};
    static const uint64_t values[] = {
        RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY,
        RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY, RLIM64_INFINITY,
        1ul << 20,       2ul << 20,       4ul << 20,       100000,
    };
    unsigned long resource = DRAW_OF(resources);
    uint64_t value = DRAW_OF(values);
    if (resource == RLIMIT_STACK && value > STACK_MOST) {
        value = STACK_MOST;
    }
    limit(resource, value);
    return draw_range();
}

/* The kernel writes to memory. */
struct range operation_read_file(void)
{
    struct range range = draw_hostile_range();
    unsigned long start = range.start + draw(PAGE_SIZE);
    unsigned long length = draw_one_in(8) ? range.length : draw(3 * PAGE_SIZE);
    unsigned long offset = draw((DATA_PAGES + 2) * PAGE_SIZE);
    CALL(pread64, DATA_FILE, start, length, offset, 0);
    return range;
}

struct range operation_change_personality(void)
{
    CALL(personality, draw_one_in(2) ? READ_IMPLIES_EXEC : 0);
    return draw_range();
}

struct range operation_remap_file(void)
{
    struct range range = draw_range();
    CALL(remap_file_pages, range.start, range.length, draw(20) == 0, draw(6),
         0);
    return range;
}
