/* What the byte map says, and the numbers of the system: see sample.h. */
#include "user/see/sample.h"

#include "kernel/abi/bytemap.h"
#include "user/lib/lines.h"
#include "user/lib/malloc.h"
#include "user/lib/string.h"

#define BYTE_MAP    "/proc/bytemap"
#define FRAME_MAP   "/proc/framemap"
#define FREE_RUNS   "/proc/freeruns"
#define VMSTAT      "/proc/vmstat"
#define BUFFER_SIZE 4096
#define DECIMAL     10

static long read_at(int file, void *to, size_t size, uint64_t offset)
{
    return __syscall4(SYS(pread64), file, (long)to, (long)size, (long)offset);
}

/* Reads up to SIZE bytes of PATH from OFFSET on. Returns how many. */
static size_t read_file(const char *path, uint8_t *to, size_t size,
                        uint64_t offset)
{
    size_t done = 0;
    long file = open_file(path);
    if (is_error(file)) {
        return 0;
    }
    long part = 1;
    while (part > 0 && done < size) {
        part = read_at((int)file, to + done, size - done, offset + done);
        done += part > 0 ? (size_t)part : 0;
    }
    close((int)file);
    return done;
}

static size_t count_pages(void)
{
    uint8_t buffer[BUFFER_SIZE];
    size_t pages = 0;
    size_t part = sizeof(buffer);
    while (part == sizeof(buffer)) {
        part = read_file(BYTE_MAP, buffer, sizeof(buffer), pages);
        pages += part;
    }
    return pages;
}

long sample_init(struct sample *sample)
{
    struct owners *owners = &sample->owners;
    size_t pages = count_pages();

    memset(sample, 0, sizeof(*sample));
    sample->page = NO_PAGE;
    sample->has_map = pages > 0;
    sample->pages = pages;
    sample->bytes = calloc(pages + 1, 1);
    owners->count = pages;
    owners->bytes = sample->bytes;
    owners->pages = calloc(pages + 1, sizeof(owners->pages[0]));
    owners->frames = calloc(pages + 1, sizeof(owners->frames[0]));
    owners->touched = calloc(pages + 1, sizeof(owners->touched[0]));
    bool is_whole = sample->bytes != NULL && owners->pages != NULL &&
                    owners->frames != NULL && owners->touched != NULL;
    return is_whole ? 0 : -ENOMEM;
}

/* The first number behind the word NAME, which LINE begins with; or OLD. */
static uint64_t number_behind(const char *line, const char *name, uint64_t old)
{
    uint64_t number = 0;
    if (strncmp(line, name, strlen(name)) != 0) {
        return old;
    }
    line += strlen(name);
    while (*line != '\0' && (*line < '0' || *line > '9')) {
        line++;
    }
    for (; *line >= '0' && *line <= '9'; line++) {
        number = number * DECIMAL + (uint64_t)(*line - '0');
    }
    return number;
}

static void take_number(const char *path, const char *name, uint64_t *number)
{
    static struct lines lines;
    if (lines_open(&lines, path) != 0) {
        return;
    }
    for (const char *line; (line = lines_next(&lines)) != NULL;) {
        *number = number_behind(line, name, *number);
    }
    lines_close(&lines);
}

static void count_kinds(struct sample *sample)
{
    uint64_t run = 0;

    memset(sample->counts, 0, sizeof(sample->counts));
    sample->longest = 0;
    for (size_t page = 0; page < sample->pages; page++) {
        enum kind kind = kind_of(sample->bytes[page]);
        sample->counts[kind]++;
        run = kind == KIND_FREE || kind == KIND_HELD ? run + 1 : 0;
        sample->longest = run > sample->longest ? run : sample->longest;
    }
}

void sample_take(struct sample *sample)
{
    read_file(BYTE_MAP, sample->bytes, sample->pages, 0);
    count_kinds(sample);
    take_number(FREE_RUNS, "free frames in split large pages",
                &sample->free_frames);
    take_number(VMSTAT, "pgfault", &sample->faults);
    if (sample->page != NO_PAGE) {
        read_file(FRAME_MAP, sample->states, sizeof(sample->states),
                  sample->page * FRAMES_PER_PAGE);
    }
    sample_processes(sample);
    sample_areas(sample);
}

const struct process *sample_process(const struct sample *sample, int pid)
{
    for (unsigned i = 0; i < sample->process_count; i++) {
        if (sample->processes[i].pid == pid) {
            return &sample->processes[i];
        }
    }
    return NULL;
}

uint64_t sample_free(const struct sample *sample)
{
    uint64_t pages = sample->counts[KIND_FREE] + sample->counts[KIND_HELD];

    return pages * LARGE_PAGE_SIZE + sample->free_frames * PAGE_SIZE;
}
