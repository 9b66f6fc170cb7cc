/* sh: map, which draws the byte map.
 *
 *     0x000000000000 sKR-....................................... 64 letters
 *                    ... 4032 more free
 *
 * One letter is a large page, 2 MiB; a row is 128 MiB. The rows that follow a
 * row of one letter alone, and are the same, are folded into one line. Where
 * that is still more than the screen has rows for, a letter stands for several
 * pages, and the legend says so. */
#include "kernel/abi/bytemap.h"
#include "user/lib/linux.h"
#include "user/lib/malloc.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define BYTE_MAP        "/proc/bytemap"
#define BUFFER_SIZE     4096
#define ROW_LENGTH      64
#define ADDRESS_WIDTH   14 /* of 0x and 12 digits */
#define FRAMES_PER_PAGE (BYTE_MAP_PAGE_SIZE / PAGE_SIZE)
#define PAGE_MIB        (BYTE_MAP_PAGE_SIZE / 1024 / 1024)
#define NO_COLOUR       "\033[0m"
#define COLOUR_LENGTH   8 /* the longest escape sequence below */

/* Rows of a screen that are not the map's: command, legend and prompt. */
#define OTHER_ROWS      14

/* What a byte means to a reader: each kind has its letter. Where pages share a
 * letter it is the kind of the last of them in this list. */
enum kind {
    KIND_HOLE,
    KIND_FREE,
    KIND_RESERVED,
    KIND_HELD,
    KIND_SPLIT,
    KIND_SPLIT_FULL,
    KIND_PAGE_TABLES,
    KIND_KERNEL,
    KIND_PROGRAM,
    KIND_SOME, /* map PID: some frames are that program's */
    KIND_ALL,
    KIND_UNKNOWN,
    KINDS,
};

struct legend {
    char letter;
    const char *colour;
    const char *name;
    const char *meaning;
};

static const struct legend legends[KINDS] = {
    [KIND_FREE] = {'.', "\033[32m", "free", "whole, and nobody's"},
    [KIND_PROGRAM] = {'P', "\033[1;33m", "program", "whole, a program's"},
    [KIND_ALL] = {'#', "\033[35m", "its own", "all of it the program's"},
    [KIND_SOME] = {'+', "\033[33m", "shown", "some frames the program's"},
    [KIND_KERNEL] = {'K', "\033[1;31m", "kernel", "the kernel's own"},
    [KIND_PAGE_TABLES] = {'T', "\033[1;35m", "tables", "page tables"},
    [KIND_SPLIT] = {'s', "\033[36m", "split", "in frames of 4 KiB, some free"},
    [KIND_SPLIT_FULL] = {'S', "\033[1;36m", "full", "in frames, none free"},
    [KIND_HELD] = {'h', "\033[1;32m", "held", "free, kept ready by a CPU"},
    [KIND_RESERVED] = {'R', "\033[1;37m", "reserved", "the firmware's"},
    [KIND_HOLE] = {'-', "\033[37m", "hole", "no memory here"},
    [KIND_UNKNOWN] = {'?', "\033[31m", "unknown", "a state without a name"},
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

static enum kind kind_of(uint8_t byte)
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

/* The same of the large page PAGE, if OWNED says nothing of it. */
static enum kind kind_for(const struct owned *owned, size_t page, uint8_t byte)
{
    uint32_t frames = page < owned->pages ? owned->frames[page] : 0;
    if (frames == 0) {
        return kind_of(byte);
    }
    return frames < FRAMES_PER_PAGE ? KIND_SOME : KIND_ALL;
}

/* The drawing while the bytes come in. */
struct drawing {
    bool has_colours;
    bool is_shown; /* else its lines are only counted */
    size_t lines;
    size_t share;   /* pages that a letter stands for, a power of two */
    size_t taken;   /* pages of the next letter so far */
    enum kind next; /* what it is so far */
    enum kind row[ROW_LENGTH];
    size_t used;        /* letters in the row so far */
    uint64_t letters;   /* in the rows before it */
    enum kind previous; /* the one kind of the row before, or KINDS */
    size_t folded;      /* letters that were not drawn since then */
};

static bool is_uniform(const struct drawing *drawing)
{
    for (size_t i = 1; i < drawing->used; i++) {
        if (drawing->row[i] != drawing->row[0]) {
            return false;
        }
    }
    return true;
}

static void end_fold(struct drawing *drawing)
{
    drawing->lines += drawing->folded != 0 ? 1 : 0;
    if (drawing->folded != 0 && drawing->is_shown) {
        printf("%*s ... %zu more %s\n", ADDRESS_WIDTH, "",
               drawing->folded * drawing->share,
               legends[drawing->previous].name);
    }
    drawing->folded = 0;
}

static size_t append(char *text, size_t used, const char *more)
{
    memcpy(text + used, more, strlen(more));
    return used + strlen(more);
}

/* One row: a colour is named only where it changes. */
static void print_row(const struct drawing *drawing)
{
    char text[ROW_LENGTH * (COLOUR_LENGTH + 1) + COLOUR_LENGTH];
    size_t length = 0;
    for (size_t i = 0; i < drawing->used; i++) {
        const struct legend *legend = &legends[drawing->row[i]];
        bool is_change = i == 0 || drawing->row[i] != drawing->row[i - 1];
        if (drawing->has_colours && is_change) {
            length = append(text, length, legend->colour);
        }
        text[length] = legend->letter;
        length++;
    }
    if (drawing->has_colours) {
        length = append(text, length, NO_COLOUR);
    }
    text[length] = '\0';
    printf("0x%012lx %s\n",
           drawing->letters * drawing->share * BYTE_MAP_PAGE_SIZE, text);
}

static void end_row(struct drawing *drawing)
{
    if (drawing->used == 0) {
        return;
    }
    bool uniform = is_uniform(drawing);
    if (uniform && drawing->row[0] == drawing->previous) {
        drawing->folded += drawing->used;
    } else {
        end_fold(drawing);
        drawing->lines++;
        if (drawing->is_shown) {
            print_row(drawing);
        }
        drawing->previous = uniform ? drawing->row[0] : KINDS;
    }
    drawing->letters += drawing->used;
    drawing->used = 0;
}

static void end_letter(struct drawing *drawing)
{
    if (drawing->taken == 0) {
        return;
    }
    drawing->row[drawing->used] = drawing->next;
    drawing->used++;
    drawing->taken = 0;
    if (drawing->used == ROW_LENGTH) {
        end_row(drawing);
    }
}

static void draw(struct drawing *drawing, enum kind kind)
{
    bool is_first = drawing->taken == 0;
    drawing->next = is_first || kind > drawing->next ? kind : drawing->next;
    drawing->taken++;
    if (drawing->taken == drawing->share) {
        end_letter(drawing);
    }
}

static void end_drawing(struct drawing *drawing)
{
    end_letter(drawing);
    end_row(drawing);
    end_fold(drawing);
}

/* Where a map comes from, and what of it is one program's. */
struct source {
    const char *path;
    struct owned owned;
};

/* Reads the byte map, counts its pages by kind, and draws it if there is a
 * DRAWING. Returns 0 or an error. */
static long read_map(const struct source *source, uint64_t *counts,
                     struct drawing *drawing)
{
    uint8_t buffer[BUFFER_SIZE];
    size_t page = 0;
    memset(counts, 0, KINDS * sizeof(counts[0]));
    long file = open_file(source->path);
    if (is_error(file)) {
        return file;
    }
    long size;
    while ((size = read((int)file, buffer, sizeof(buffer))) > 0) {
        for (long i = 0; i < size; i++, page++) {
            enum kind kind = kind_for(&source->owned, page, buffer[i]);
            counts[kind]++;
            if (drawing != NULL) {
                draw(drawing, kind);
            }
        }
    }
    close((int)file);
    return size;
}

static void print_legend(const uint64_t *counts, const struct drawing *drawing)
{
    bool has_colours = drawing->has_colours;
    if (drawing->share > 1) {
        printf(
            "A letter stands for %zu pages (%lu MiB): the kind that is last in "
            "this list.\n",
            drawing->share, drawing->share * PAGE_MIB);
    }
    uint64_t total = 0;
    for (size_t i = 0; i < KINDS; i++) {
        const struct legend *legend = &legends[i];
        total += counts[i];
        if (counts[i] == 0 && i >= KIND_SOME) {
            continue;
        }
        printf("  %s%c%s  %-9s %-30s %7lu  %8lu MiB\n",
               has_colours ? legend->colour : "", legend->letter,
               has_colours ? NO_COLOUR : "", legend->name, legend->meaning,
               counts[i], counts[i] * PAGE_MIB);
    }
    printf("     %-40s %7lu  %8lu MiB\n", "large pages of 2 MiB in all", total,
           total * PAGE_MIB);
}

void map_print_totals(void)
{
    uint64_t counts[KINDS];
    const struct source source = {.path = BYTE_MAP};
    if (is_error(read_map(&source, counts, NULL))) {
        return;
    }
    printf("large pages:");
    for (size_t i = 0; i < KINDS; i++) {
        if (counts[i] != 0) {
            printf(" %lu %s", counts[i], legends[i].name);
        }
    }
    printf("\n");
}

void map_print_page(uint64_t address)
{
    uint64_t number = address / BYTE_MAP_PAGE_SIZE;
    uint8_t byte = 0;
    long file = open_file(BYTE_MAP);
    long size = is_error(file) ? 0
                               : __syscall4(SYS(pread64), file, (long)&byte,
                                            sizeof(byte), (long)number);
    close((int)file);
    const struct legend *legend =
        &legends[size == sizeof(byte) ? kind_of(byte) : KIND_UNKNOWN];
    printf("%lu: %s, %s\n", number, legend->name, legend->meaning);
}

/* Draws the map with as few pages to a letter as the screen has rows for; with
 * one if there is no screen. */
static long draw_map(const struct source *source, uint64_t *counts,
                     struct drawing *drawing)
{
    size_t rows = terminal_rows(STDOUT_FILENO);
    size_t share = 1;
    struct drawing draft;
    do {
        draft = (struct drawing){.share = share, .previous = KINDS};
        long error = read_map(source, counts, &draft);
        if (error != 0) {
            return error;
        }
        end_drawing(&draft);
        drawing->share = share;
        share *= 2;
    } while (rows != 0 && draft.lines > 1 && draft.lines + OTHER_ROWS > rows);
    long error = read_map(source, counts, drawing);
    end_drawing(drawing);
    return error;
}

/* Room for what is one program's of all memory, or of what there is room for.
 */
static long make_owned(struct source *source, const char *pid)
{
    uint64_t counts[KINDS];
    long error = read_map(source, counts, NULL);
    if (is_error(error)) {
        return error;
    }
    size_t pages = 0;
    for (size_t i = 0; i < KINDS; i++) {
        pages += counts[i];
    }
    source->owned.frames = calloc(pages, sizeof(source->owned.frames[0]));
    if (source->owned.frames == NULL) {
        return -ENOMEM;
    }
    source->owned.pages = pages;
    return owned_count(&source->owned, pid);
}

static bool is_number(const char *text)
{
    while (*text >= '0' && *text <= '9') {
        text++;
    }
    return *text == '\0';
}

/* map [FILE | PID]: a FILE with such bytes may come from another machine. */
int builtin_map(int count, char **words)
{
    bool has_pid = count > 1 && is_number(words[1]);
    uint64_t counts[KINDS];
    struct source source = {
        .path = count > 1 && !has_pid ? words[1] : BYTE_MAP,
    };
    struct drawing drawing = {
        .has_colours = is_terminal(STDOUT_FILENO),
        .is_shown = true,
        .previous = KINDS,
    };
    long error = has_pid ? make_owned(&source, words[1]) : 0;
    if (error == 0) {
        error = draw_map(&source, counts, &drawing);
    }
    free(source.owned.frames);
    if (error == -ENOENT && count == 1) {
        printf("map: no %s here: only Brix has a byte map\n", BYTE_MAP);
        return SH_FAILURE;
    }
    if (is_error(error)) {
        return report_error(count > 1 ? words[1] : BYTE_MAP, error);
    }
    printf("\n");
    print_legend(counts, &drawing);
    return SH_SUCCESS;
}
