/* The areas of a process: a part of sample.h. */
#include "user/lib/format.h"
#include "user/lib/lines.h"
#include "user/lib/string.h"
#include "user/see/sample.h"

#define PATH_SIZE    64
#define FIELDS_AHEAD 3 /* offset, device, inode: behind the rights */

/* The last letters of TEXT, as many as there is room for. */
static void keep_end(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);
    size_t skipped = length < size ? 0 : length - (size - 1);
    memcpy(to, text + skipped, length - skipped + 1);
}

static const char *skip_field(const char *text)
{
    while (*text != ' ' && *text != '\0') {
        text++;
    }
    while (*text == ' ') {
        text++;
    }
    return text;
}

/* "START-END rwxp OFFSET DEVICE INODE   NAME" */
static void parse(const char *line, struct area *area)
{
    area->start = take_hexadecimal(&line);
    area->end = take_hexadecimal(&line);
    sprint(area->rights, sizeof(area->rights), "%s", line);
    for (unsigned i = 0; i <= FIELDS_AHEAD; i++) {
        line = skip_field(line);
    }
    keep_end(area->name, sizeof(area->name), line);
}

void sample_areas(struct sample *sample)
{
    static struct lines lines;
    char path[PATH_SIZE];

    sample->area_count = 0;
    if (sample->pid == 0) {
        return;
    }
    sprint(path, sizeof(path), "/proc/%d/maps", sample->pid);
    if (lines_open(&lines, path) != 0) {
        return;
    }
    const char *line;
    while (sample->area_count < AREAS_MAX &&
           (line = lines_next(&lines)) != NULL) {
        parse(line, &sample->areas[sample->area_count]);
        sample->area_count++;
    }
    lines_close(&lines);
}
