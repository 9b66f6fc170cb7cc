/* The first line of a script. */
#include "kernel/exec/script.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* The first byte from AT on that is no blank. */
static char *skip_blanks(char *at)
{
    while (is_blank(*at)) {
        at++;
    }
    return at;
}

/* The first byte from AT on that is a blank or zero. */
static char *word_end(char *at)
{
    while (!is_blank(*at) && *at != '\0') {
        at++;
    }
    return at;
}

bool script_is_one(const void *bytes, size_t size)
{
    return size >= SCRIPT_MARK_SIZE &&
           memcmp(bytes, SCRIPT_MARK, SCRIPT_MARK_SIZE) == 0;
}

/* Ends the first line in HEAD by a zero byte, without the blanks before it.
 * Returns 0, or -ENOEXEC for a line that is so long that the interpreter's name
 * may be cut off. */
static int end_line(char *head)
{
    char *start = head + SCRIPT_MARK_SIZE;
    char *limit = head + SCRIPT_HEAD_SIZE;
    char *end = start;

    while (end < limit && *end != '\n') {
        end++;
    }
    if (end == limit) {
        end = limit - 1;
        if (word_end(skip_blanks(start)) == limit) {
            return -ENOEXEC;
        }
    }
    while (end > start && is_blank(end[-1])) {
        end--;
    }
    *end = '\0';
    return end > start ? 0 : -ENOEXEC;
}

int script_parse(struct script *script, const void *bytes, size_t size)
{
    char *head = script->head;

    memset(head, 0, sizeof(script->head));
    memcpy(head, bytes, MIN(size, (size_t)SCRIPT_HEAD_SIZE));
    int error = end_line(head);
    if (error != 0) {
        return error;
    }
    char *name = skip_blanks(head + SCRIPT_MARK_SIZE);
    char *behind = word_end(name);
    bool has_more = *behind != '\0';
    *behind = '\0';
    script->interpreter = name;
    script->argument = has_more ? skip_blanks(behind + 1) : NULL;
    return 0;
}
