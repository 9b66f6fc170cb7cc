/* Kinds of pages, and the letters of processes: see kind.h. */
#include "user/look/kind.h"

#include "kernel/abi/bytemap.h"
#include "user/look/colour.h"

const struct kind_legend kind_legends[KINDS] = {
    [KIND_FREE] = {'.', GREEN, "free", "whole, and nobody's"},
    [KIND_PROGRAM] = {'P', BRIGHT | YELLOW, "program", "whole, a program's"},
    [KIND_ALL] = {'#', MAGENTA, "its own", "all of it the program's"},
    [KIND_SOME] = {'+', YELLOW, "shown", "some frames the program's"},
    [KIND_KERNEL] = {'K', BRIGHT | RED, "kernel", "the kernel's own"},
    [KIND_PAGE_TABLES] = {'T', BRIGHT | MAGENTA, "tables", "page tables"},
    [KIND_SPLIT] = {'s', CYAN, "split", "in frames of 4 KiB, some free"},
    [KIND_SPLIT_FULL] = {'S', BRIGHT | CYAN, "full", "in frames, none free"},
    [KIND_HELD] = {'h', BRIGHT | GREEN, "held", "free, kept ready by a CPU"},
    [KIND_RESERVED] = {'R', BRIGHT | GREY, "reserved", "the firmware's"},
    [KIND_HOLE] = {'-', GREY, "hole", "no memory here"},
    [KIND_UNKNOWN] = {'?', RED, "unknown", "a state without a name"},
};

static enum kind kind_of_used(uint8_t owner)
{
    switch (owner) {
    case BYTE_MAP_PROGRAM:
        return KIND_PROGRAM;
    case BYTE_MAP_KERNEL:
        return KIND_KERNEL;
    case BYTE_MAP_PAGE_TABLES:
        return KIND_PAGE_TABLES;
    default:
        return KIND_UNKNOWN;
    }
}

enum kind kind_of(uint8_t byte)
{
    switch (byte & ~BYTE_MAP_OWNER_MASK) {
    case BYTE_MAP_HOLE:
        return KIND_HOLE;
    case BYTE_MAP_FREE:
        return KIND_FREE;
    case BYTE_MAP_USED:
        return kind_of_used(byte & BYTE_MAP_OWNER_MASK);
    case BYTE_MAP_SPLIT:
        return KIND_SPLIT;
    case BYTE_MAP_SPLIT_FULL:
        return KIND_SPLIT_FULL;
    case BYTE_MAP_HELD:
        return KIND_HELD;
    case BYTE_MAP_RESERVED:
        return KIND_RESERVED;
    default:
        return KIND_UNKNOWN;
    }
}

char process_letter(int pid)
{
    static const char letters[] = "abcdefgijklmnopqrtuvwxyz";
    const unsigned count = sizeof(letters) - 1;

    return letters[((unsigned)pid - 1) % count];
}

static uint8_t hue(int pid)
{
    static const uint8_t hues[] = {CYAN, YELLOW, MAGENTA, GREEN, BLUE, RED};

    return hues[((unsigned)pid - 1) % sizeof(hues)];
}

uint8_t process_colour(int pid)
{
    return BRIGHT | hue(pid);
}

uint8_t process_colour_whole(int pid)
{
    return ON(hue(pid)) | BRIGHT | GREY;
}
