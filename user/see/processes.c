/* The processes, and what memory they show: a part of sample.h. */
#include "kernel/abi/dirent.h"
#include "user/lib/format.h"
#include "user/lib/lines.h"
#include "user/lib/malloc.h"
#include "user/lib/string.h"
#include "user/see/sample.h"

#define PROC        "/proc"
#define PATH_SIZE   64
#define BUFFER_SIZE 4096
#define DECIMAL     10
#define ROOM_FIRST  64

/* The number that NAME is, or 0. */
static int number_of(const char *name)
{
    int number = 0;
    for (; *name >= '0' && *name <= '9'; name++) {
        number = number * DECIMAL + (*name - '0');
    }
    return *name == '\0' ? number : 0;
}

static void take_name(struct process *process)
{
    char path[PATH_SIZE];
    sprint(path, sizeof(path), PROC "/%d/comm", process->pid);
    long file = open_file(path);
    long size = read((int)file, process->name, NAME_SIZE - 1);
    close((int)file);
    size = size > 0 ? size : 0;
    process->name[size] = '\0';
    char *end = strchr(process->name, '\n');
    if (end != NULL) {
        *end = '\0';
    }
}

static void add_process(struct sample *sample, int pid)
{
    if (pid == 0 || sample->process_count == PROCESSES_MAX) {
        return;
    }
    struct process *process = &sample->processes[sample->process_count];
    *process = (struct process){.pid = pid};
    take_name(process);
    sample->process_count++;
}

static void list_processes(struct sample *sample)
{
    _Alignas(struct linux_dirent64) char buffer[BUFFER_SIZE];
    long file = open_file(PROC);
    long size;
    sample->process_count = 0;
    while (sample->process_count < PROCESSES_MAX &&
           (size = __syscall3(SYS(getdents64), file, (long)buffer,
                              sizeof(buffer))) > 0) {
        for (long offset = 0; offset < size;) {
            const struct linux_dirent64 *entry =
                (const struct linux_dirent64 *)(const void *)(buffer + offset);
            add_process(sample, number_of(entry->name));
            offset += entry->length;
        }
    }
    close((int)file);
}

/* Keeps RUN; as many as there is room for. */
static void keep_run(struct sample *sample, const struct run *run)
{
    if (sample->run_count == sample->run_room) {
        size_t room = sample->run_room != 0 ? 2 * sample->run_room : ROOM_FIRST;
        struct run *runs = realloc(sample->runs, room * sizeof(*run));
        if (runs == NULL) {
            return;
        }
        sample->runs = runs;
        sample->run_room = room;
    }
    sample->runs[sample->run_count] = *run;
    sample->run_count++;
}

/* Notes for each frame of the large page that is looked at what of RUN shows
 * it. A table is one frame, whatever it is for. */
static void note_frames(struct sample *sample, int pid, const struct run *run)
{
    uint64_t page_start = sample->page * LARGE_PAGE_SIZE;
    bool is_table = run->whose == RUN_TABLE;
    uint64_t size = is_table ? PAGE_SIZE : run->end - run->start;

    for (unsigned i = 0; i < FRAMES_PER_PAGE; i++) {
        uint64_t inside = page_start + i * PAGE_SIZE - run->memory;
        struct frame_use *use = &sample->uses[i];
        if (inside >= size) {
            continue;
        }
        use->users++;
        if (use->users == 1) {
            use->pid = pid;
            use->run = *run;
            use->run.start += is_table ? 0 : inside;
        }
    }
}

static bool touches_page(const struct sample *sample, const struct run *run)
{
    uint64_t start = sample->page * LARGE_PAGE_SIZE;
    uint64_t size = run->whose == RUN_TABLE ? PAGE_SIZE : run->end - run->start;

    return sample->page != NO_PAGE && run->memory < start + LARGE_PAGE_SIZE &&
           run->memory + size > start && run->whose != RUN_ZEROS;
}

static void take_run(struct sample *sample, struct process *process,
                     const struct run *run)
{
    uint64_t frames = (run->end - run->start) / PAGE_SIZE;

    if (run->whose == RUN_TABLE) {
        process->tables++;
    } else if (run->whose <= RUN_OBJECT) {
        process->frames += frames;
        process->large += run->level > 1 ? frames / FRAMES_PER_PAGE : 0;
    }
    owners_add(&sample->owners, run);
    if (touches_page(sample, run)) {
        note_frames(sample, process->pid, run);
    }
    if (process->pid == sample->pid) {
        keep_run(sample, run);
    }
}

/* Goes through all that PROCESS has in memory. */
static void take_process(struct sample *sample, struct process *process)
{
    static struct lines lines;
    char path[PATH_SIZE];
    struct run run;

    sprint(path, sizeof(path), PROC "/%d/frames", process->pid);
    if (lines_open(&lines, path) != 0) {
        return;
    }
    for (const char *line; (line = lines_next(&lines)) != NULL;) {
        if (run_parse(line, &run)) {
            take_run(sample, process, &run);
        }
    }
    lines_close(&lines);
    owners_end(&sample->owners, process->pid);
}

void sample_processes(struct sample *sample)
{
    owners_begin(&sample->owners);
    sample->run_count = 0;
    memset(sample->uses, 0, sizeof(sample->uses));
    list_processes(sample);
    for (unsigned i = 0; i < sample->process_count; i++) {
        take_process(sample, &sample->processes[i]);
    }
}
