/* Where processes are in the tree of files. */
#include "kernel/file/file_context.h"

#include "kernel/file/file.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"
#include "mm/object_cache.h"

#define UMASK_AT_FIRST 022 /* Linux's */

static struct object_cache cache = OBJECT_CACHE(cache, struct file_context);

struct file_context *file_context_create(void)
{
    struct file_context *context = object_alloc(&cache);

    if (context != NULL) {
        context->references = 1;
        context->directory = place_get(file_root());
        context->umask = UMASK_AT_FIRST;
    }
    return context;
}

struct file_context *file_context_copy(const struct file_context *from)
{
    struct file_context *context = file_context_create();

    if (context != NULL) {
        file_context_enter(context, from->directory);
        context->umask = from->umask;
    }
    return context;
}

void file_context_enter(struct file_context *context, struct place directory)
{
    const struct place old = context->directory;

    context->directory = place_get(directory);
    place_put(old);
}

struct file_context *file_context_get(struct file_context *context)
{
    ASSERT_CMP(context->references, >, 0u);
    context->references++;
    return context;
}

void file_context_put(struct file_context *context)
{
    ASSERT_CMP(context->references, >, 0u);
    if (--context->references == 0) {
        place_put(context->directory);
        object_free(&cache, context);
    }
}
