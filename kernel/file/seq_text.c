/* Texts that are made when they are read. */
#include "kernel/file/seq_text.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

/* As many bytes as one read answers; a longer record is an answer alone. */
#define ANSWER_SIZE PAGE_SIZE

int seq_prepare(struct seq_text *text)
{
    for (size_t i = 0; i < SEQ_FRAMES; i++) {
        if (text->frames[i] != NULL) {
            continue;
        }
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return -ENOMEM;
        }
        text->frames[i] = direct_map(frame);
    }
    return 0;
}

void seq_release(struct seq_text *text)
{
    for (size_t i = 0; i < SEQ_FRAMES; i++) {
        if (text->frames[i] != NULL) {
            int error = frame_free(direct_map_address(text->frames[i]));
            ASSERT_CMP(error, ==, 0);
            text->frames[i] = NULL;
        }
    }
}

/* The byte of TEXT's memory at AT, and how many follow it in the same frame. */
static char *byte_at(const struct seq_text *text, size_t at, size_t *rest)
{
    size_t in_frame = at % FRAME_SIZE;
    *rest = FRAME_SIZE - in_frame;
    return text->frames[at / FRAME_SIZE] + in_frame;
}

void seq_write(struct seq_text *text, const void *bytes, size_t size)
{
    const char *from = bytes;
    size_t room = SEQ_FRAMES * FRAME_SIZE - text->end;

    for (size_t left = MIN(size, room); left > 0;) {
        size_t rest;
        char *to = byte_at(text, text->end, &rest);
        size_t part = MIN(left, rest);
        memcpy(to, from, part);
        from += part;
        left -= part;
        text->end += part;
    }
}

static void write_formatted(void *context, const char *text, size_t size)
{
    seq_write(context, text, size);
}

void seq_print(struct seq_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_to(write_formatted, text, format, arguments);
    va_end(arguments);
}

/* FROM with each byte of SPECIAL as INSTEAD has it. */
static void write_escaped(struct seq_text *text, const char *from,
                          const char *special, const char *const instead[])
{
    const char *at = from;

    for (; *at != '\0'; at++) {
        const char *found = strchr(special, *at);
        if (found != NULL) {
            const char *escape = instead[found - special];
            seq_write(text, from, (size_t)(at - from));
            seq_write(text, escape, strlen(escape));
            from = at + 1;
        }
    }
    seq_write(text, from, (size_t)(at - from));
}

void seq_path(struct seq_text *text, const char *path)
{
    static const char *const instead[] = {"\\012"};

    write_escaped(text, path, "\n", instead);
}

void seq_name(struct seq_text *text, const char *name)
{
    static const char *const instead[] = {"\\n", "\\\\"};

    write_escaped(text, name, "\n\\", instead);
}

/* Makes the records of one answer: whole ones, until there are SIZE bytes.
 * Nothing is left of an earlier one. Returns 0, or -EXXX when there is none. */
static int make_answer(struct seq_text *text, seq_maker *make,
                       const void *subject, size_t size)
{
    text->first = 0;
    text->end = 0;
    while (text->end < size) {
        size_t end = text->end;
        uint64_t key = text->key;
        int result = make(text, subject, &text->key);
        if (result <= 0) {
            return end > 0 ? 0 : result;
        }
        if (end > 0 && text->end >= ANSWER_SIZE) {
            text->end = end; /* one too many: the next answer begins with it */
            text->key = key;
            break;
        }
    }
    return 0;
}

static void take(struct seq_text *text, size_t size)
{
    text->first += size;
    text->position += size;
}

/* Copies what is left, SIZE bytes at most. Returns how much it was: less where
 * the program's memory ends. */
static size_t copy_left(struct seq_text *text, uaddr_t to, size_t size)
{
    size_t done = 0;

    while (done < size && text->first < text->end) {
        size_t rest;
        const char *from = byte_at(text, text->first, &rest);
        size_t left = MIN(text->end - text->first, size - done);
        size_t part = MIN(rest, left);
        size_t copied = copy_to_user_partly(to + done, from, part);
        take(text, copied);
        done += copied;
        if (copied < part) {
            break;
        }
    }
    return done;
}

/* Makes OFFSET the position, or the end of the text if that comes first.
 * Returns 0 or -EXXX. */
static int go_to(struct seq_text *text, seq_maker *make, const void *subject,
                 uint64_t offset)
{
    text->position = 0;
    text->key = 0;
    text->first = 0;
    text->end = 0;
    while (text->position < offset) {
        if (thread_is_interrupted()) {
            return -EINTR;
        }
        int error = make_answer(text, make, subject, 1);
        if (error != 0 || text->end == 0) {
            return error;
        }
        take(text, MIN(text->end, offset - text->position));
    }
    return 0;
}

int64_t seq_read(struct seq_text *text, seq_maker *make, const void *subject,
                 uint64_t offset, uaddr_t to, size_t size)
{
    int error = 0;

    if (offset == 0 || offset != text->position) {
        error = go_to(text, make, subject, offset);
    }
    if (error != 0 || size == 0 || text->position != offset) {
        return error;
    }
    size_t done = copy_left(text, to, size);
    if (text->first == text->end && done < size) {
        error = make_answer(text, make, subject, size - done);
        done += copy_left(text, to + done, size - done);
    }
    if (done > 0) {
        return (int64_t)done;
    }
    return text->first < text->end ? -EFAULT : error;
}
