/* A program's buffer of several pieces. */
#include "kernel/file/pieces.h"

#include "kernel/lib.h"
#include "mm/user_copy.h"

/* Goes on to the next piece. Returns whether there is one. */
static bool advance(struct pieces *pieces)
{
    struct linux_iovec vector;

    if (pieces->next == pieces->count ||
        pieces->fetch(pieces->vectors, pieces->next, &vector) != 0) {
        return false;
    }
    pieces->next++;
    pieces->at = vector.iov_base;
    pieces->size = MIN(vector.iov_len, pieces->total);
    return true;
}

static void skip(struct pieces *pieces, size_t size)
{
    if (pieces->kernel != NULL) {
        pieces->kernel += size;
    } else {
        pieces->at += size;
    }
    pieces->size -= size;
    pieces->total -= size;
}

static size_t copy_some(void *to, const struct pieces *from, size_t size)
{
    if (from->kernel == NULL) {
        return copy_from_user_partly(to, from->at, size);
    }
    memcpy(to, from->kernel, size);
    return size;
}

size_t pieces_copy_from(void *to, struct pieces *from, size_t size)
{
    char *bytes = to;
    size_t done = 0;

    while (done < size) {
        size_t wanted = MIN(size - done, from->size);
        size_t copied = copy_some(bytes + done, from, wanted);
        skip(from, copied);
        done += copied;
        if (copied < wanted || (done < size && !advance(from))) {
            break;
        }
    }
    return done;
}

size_t pieces_copy_to(struct pieces *to, const void *from, size_t size)
{
    const char *bytes = from;
    ASSERT(to->kernel == NULL);
    size_t done = 0;

    while (done < size) {
        size_t wanted = MIN(size - done, to->size);
        size_t copied = copy_to_user_partly(to->at, bytes + done, wanted);
        skip(to, copied);
        done += copied;
        if (copied < wanted || (done < size && !advance(to))) {
            break;
        }
    }
    return done;
}
