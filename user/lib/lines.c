/* Lines of a file: see lines.h. */
#include "user/lib/lines.h"

#include "user/lib/linux.h"
#include "user/lib/string.h"

long lines_open(struct lines *lines, const char *path)
{
    long file = open_file(path);

    lines->file = (int)file;
    lines->first = lines->end = 0;
    return is_error(file) ? file : 0;
}

void lines_close(struct lines *lines)
{
    close(lines->file);
}

/* Where the first line ends, or NULL when it is not read to its end. */
static char *find_end(struct lines *lines)
{
    for (size_t i = lines->first; i < lines->end; i++) {
        if (lines->text[i] == '\n') {
            return &lines->text[i];
        }
    }
    return NULL;
}

/* Reads on. False at the end of the file, or when there is no room. */
static bool read_on(struct lines *lines)
{
    size_t left = lines->end - lines->first;

    memmove(lines->text, lines->text + lines->first, left);
    lines->first = 0;
    lines->end = left;
    long size = read(lines->file, lines->text + left, LINES_MAX - 1 - left);
    if (size <= 0) {
        return false;
    }
    lines->end += (size_t)size;
    return true;
}

char *lines_next(struct lines *lines)
{
    char *end = find_end(lines);
    while (end == NULL && read_on(lines)) {
        end = find_end(lines);
    }
    if (lines->first == lines->end) {
        return NULL;
    }
    char *line = lines->text + lines->first;
    end = end != NULL ? end : lines->text + lines->end;
    lines->first = (size_t)(end - lines->text) + 1;
    lines->first = lines->first < lines->end ? lines->first : lines->end;
    *end = '\0';
    return line;
}
