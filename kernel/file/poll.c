/* Waiting for several files at once. */
#include "kernel/file/poll.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct poll_entry);

static void wake(struct watcher *watcher)
{
    struct poll *poll = list_entry(watcher, struct poll_entry, watcher)->poll;

    poll->is_woken = true;
    thread_wake_all(&poll->sleeper);
}

unsigned poll_file(struct file *file, struct poll *poll)
{
    const struct inode_operations *operations = file->inode->operations;

    return operations != NULL && operations->poll != NULL
               ? operations->poll(file, poll)
               : POLL_ALWAYS;
}

static bool is_own(const struct poll *poll, const struct poll_entry *entry)
{
    return entry >= poll->own && entry < poll->own + POLL_OWN_COUNT;
}

void poll_watch(struct poll *poll, struct file *file, struct wait_queue *queue)
{
    if (poll != NULL) {
        poll->add(poll, file, queue);
    }
}

static void add_entry(struct poll *poll, struct file *file,
                      struct wait_queue *queue)
{
    struct poll_entry *entry = poll->own_used < POLL_OWN_COUNT
                                   ? &poll->own[poll->own_used++]
                                   : object_alloc(&cache);
    ASSERT(poll->own_used <= POLL_OWN_COUNT);
    if (entry == NULL) {
        poll->error = -ENOMEM;
        return;
    }
    file_hold(file);
    *entry = (struct poll_entry){
        .watcher = {.wake = wake},
        .poll = poll,
        .file = file,
        .next = poll->entries,
    };
    poll->entries = entry;
    wait_queue_watch(queue, &entry->watcher);
}

static void begin(struct poll *poll)
{
    poll->add = add_entry;
    wait_queue_init(&poll->sleeper);
    poll->is_woken = false;
    poll->error = 0;
    poll->entries = NULL;
    poll->own_used = 0;
}

/* Sleeps until something that is watched changes. Returns 0, -ETIMEDOUT at
 * DEADLINE, or -ERESTARTSYS. */
static int sleep(struct poll *poll, uint64_t deadline)
{
    int error = thread_interruption();

    ASSERT_CMP(poll->error, ==, 0);
    if (!poll->is_woken) {
        error = deadline == TIMER_NEVER
                    ? thread_wait(&poll->sleeper)
                    : thread_wait_until(&poll->sleeper, deadline);
    }
    poll->is_woken = false;
    return error;
}

/* Watches nothing any more. */
static void end(struct poll *poll)
{
    while (poll->entries != NULL) {
        struct poll_entry *entry = poll->entries;
        poll->entries = entry->next;
        list_remove(&entry->watcher.node);
        file_release(entry->file);
        if (!is_own(poll, entry)) {
            object_free(&cache, entry);
        }
    }
}

int64_t poll_wait(poll_look *look, void *what, uint64_t deadline)
{
    struct poll poll;

    begin(&poll);
    int64_t result = look(what, deadline == 0 ? NULL : &poll);
    while (result == 0 && deadline != 0) {
        result = poll.error;
        if (result == 0) {
            result = sleep(&poll, deadline);
        }
        if (result == 0 || result == -ETIMEDOUT) {
            deadline = result == 0 ? deadline : 0;
            result = look(what, NULL);
        }
    }
    end(&poll);
    return result;
}
