/* Windows on texts that are made when they are read. */
#include "kernel/file/window.h"

#include "kernel/lib/assert.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

void window_init(struct window *window, char *text, size_t room, uint64_t start,
                 const struct window_mark *mark)
{
    *window = (struct window){.text = text, .room = room, .start = start};
    if (mark->position <= start) {
        window->mark = *mark;
        window->position = mark->position;
    }
}

bool window_is_full(const struct window *window)
{
    return window->used == window->room;
}

void window_write(struct window *window, const void *bytes, size_t size)
{
    const char *from = bytes;

    if (window->position < window->start) {
        size_t skipped = MIN(size, window->start - window->position);
        window->position += skipped;
        from += skipped;
        size -= skipped;
    }
    size_t taken = MIN(size, window->room - window->used);
    memcpy(window->text + window->used, from, taken);
    window->used += taken;
    window->position += size;
}

static void write_formatted(void *context, const char *text, size_t size)
{
    window_write(context, text, size);
}

void window_print(struct window *window, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_to(write_formatted, window, format, arguments);
    va_end(arguments);
}

uint64_t window_first_key(const struct window *window)
{
    return window->mark.key;
}

void window_item(struct window *window, uint64_t key)
{
    ASSERT_CMP(key, >=, window->mark.key);
    if (window->position <= window->start + window->used) {
        window->mark = (struct window_mark){window->position, key};
    }
}
