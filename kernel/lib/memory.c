/* Copying, setting and comparing memory.
 *
 * Short copies move a few words that may overlap each other; long ones leave
 * the work to the CPU's string instructions, eight bytes a round. */
#include "kernel/lib/string.h"

/* Else the compiler turns the loops below into calls of themselves. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#define WORD_SIZE  sizeof(uint64_t)

/* From here on the start-up cost of the string instructions pays. */
#define LONG_SIZE  64

#define BYTES_ONES 0x0101010101010101ull

/* Loads and stores at any address and of any type. */
typedef uint16_t any16 __attribute__((may_alias, aligned(1)));
typedef uint32_t any32 __attribute__((may_alias, aligned(1)));
typedef uint64_t any64 __attribute__((may_alias, aligned(1)));

/* The value of type TYPE that ends at POINTER + SIZE. */
#define LAST(type, pointer, size)                                              \
    (*(type *)((char *)(pointer) + (size) - sizeof(type)))

/* Copies up to two words: everything is loaded before anything is stored. */
static inline void copy_short(void *to, const void *from, size_t size)
{
    if (size >= sizeof(any64)) {
        any64 head = *(const any64 *)from;
        any64 tail = LAST(const any64, from, size);
        *(any64 *)to = head;
        LAST(any64, to, size) = tail;
    } else if (size >= sizeof(any32)) {
        any32 head = *(const any32 *)from;
        any32 tail = LAST(const any32, from, size);
        *(any32 *)to = head;
        LAST(any32, to, size) = tail;
    } else if (size >= sizeof(any16)) {
        any16 head = *(const any16 *)from;
        any16 tail = LAST(const any16, from, size);
        *(any16 *)to = head;
        LAST(any16, to, size) = tail;
    } else if (size == 1) {
        *(char *)to = *(const char *)from;
    }
}

/* Copies upwards more than a word; TO may lie below FROM in the same memory,
 * so the tail is loaded first. */
static void copy_up(void *to, const void *from, size_t size)
{
    any64 tail = LAST(const any64, from, size);
    void *end = to;
    size_t words = size / WORD_SIZE;

    if (size < LONG_SIZE) {
        for (size_t i = 0; i < words; i++) {
            ((any64 *)to)[i] = ((const any64 *)from)[i];
        }
    } else {
        __asm__ volatile("rep movsq"
                         : "+D"(end), "+S"(from), "+c"(words)
                         :
                         : "memory");
    }
    LAST(any64, to, size) = tail;
}

/* The same downwards, for TO above FROM. */
static void copy_down(void *to, const void *from, size_t size)
{
    any64 head = *(const any64 *)from;

    for (size_t left = size; left >= WORD_SIZE; left -= WORD_SIZE) {
        LAST(any64, to, left) = LAST(const any64, from, left);
    }
    *(any64 *)to = head;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    if (size <= 2 * WORD_SIZE) {
        copy_short(to, from, size);
    } else {
        copy_up(to, from, size);
    }
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    bool from_is_overwritten = (uintptr_t)to - (uintptr_t)from < size;

    if (size <= 2 * WORD_SIZE) {
        copy_short(to, from, size);
    } else if (from_is_overwritten) {
        copy_down(to, from, size);
    } else {
        copy_up(to, from, size);
    }
    return to;
}

static void set_long(void *to, uint64_t pattern, size_t size)
{
    void *end = to;
    size_t words = size / WORD_SIZE;

    __asm__ volatile("rep stosq"
                     : "+D"(end), "+c"(words)
                     : "a"(pattern)
                     : "memory");
    LAST(any64, to, size) = pattern;
}

void *memset(void *to, int byte, size_t size)
{
    uint64_t pattern = (uint8_t)byte * BYTES_ONES;

    if (size >= LONG_SIZE) {
        set_long(to, pattern, size);
        return to;
    }
    size_t i = 0;
    for (; i + WORD_SIZE <= size; i += WORD_SIZE) {
        *(any64 *)((char *)to + i) = pattern;
    }
    for (; i < size; i++) {
        ((char *)to)[i] = (char)byte;
    }
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const uint8_t *a = left;
    const uint8_t *b = right;
    size_t i = 0;

    while (i + WORD_SIZE <= size &&
           *(const any64 *)(a + i) == *(const any64 *)(b + i)) {
        i += WORD_SIZE;
    }
    for (; i < size; i++) {
        if (a[i] != b[i]) {
            return a[i] - b[i];
        }
    }
    return 0;
}
