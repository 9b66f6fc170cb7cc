/* Pipes: how they begin, how large they are, and how they end. */
#include "kernel/abi/errno.h"
#include "kernel/base.h"
#include "kernel/file/pipe_priv.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/object_cache.h"

#define NAME           "pipe"
#define PERMISSIONS    0600 /* as Linux gives them */

/* The largest size that Linux's F_SETPIPE_SZ takes for a number. */
#define SIZE_MAX_ASKED BIT(31)

static struct object_cache cache = OBJECT_CACHE(cache, struct pipe);

static_assert(PIPE_SLOTS_MAX * sizeof(struct pipe_slot) <= FRAME_SIZE,
              "all slots fit into a frame");

static bool has_too_many(const struct pipe_account *account, unsigned more)
{
    return account->pages + more > PIPE_USER_PAGES_MAX;
}

struct pipe_user pipe_user_of(const struct credentials *who)
{
    return (struct pipe_user){
        .uid = who->user.file,
        .gid = who->group.file,
        .is_privileged = credentials_are_privileged(who),
    };
}

struct pipe *pipe_alloc(const struct pipe_user *user)
{
    struct pipe *pipe = object_alloc(&cache);

    if (pipe == NULL) {
        return NULL;
    }
    pipe->account = pipe_account_open(user->uid);
    if (pipe->account == NULL) {
        object_free(&cache, pipe);
        return NULL;
    }
    bool is_limited =
        !user->is_privileged && has_too_many(pipe->account, PIPE_SLOTS);
    pipe->slots = pipe->own_slots;
    pipe->slot_count = is_limited ? PIPE_SLOTS_AT_LEAST : PIPE_SLOTS;
    pipe->account->pages += pipe->slot_count;
    wait_queue_init(&pipe->to_read);
    wait_queue_init(&pipe->to_write);
    wait_queue_init(&pipe->to_open);
    return pipe;
}

static struct pipe *create(const struct pipe_user *user)
{
    struct pipe *pipe = pipe_alloc(user);

    if (pipe == NULL) {
        return NULL;
    }
    pipe->inode = (struct inode){
        .label = NAME,
        .number = inode_next_number(),
        .mode = S_IFIFO | PERMISSIONS,
        .links = 1,
        .uid = user->uid,
        .gid = user->gid,
        .operations = &pipe_operations,
        .pipe = pipe,
    };
    inode_begin_times(&pipe->inode);
    return pipe;
}

static void free_frame_of(void *bytes)
{
    int error = frame_free(direct_map_address(bytes));
    ASSERT_CMP(error, ==, 0);
}

static void free_slots(struct pipe *pipe)
{
    if (pipe->slots != pipe->own_slots) {
        free_frame_of(pipe->slots);
    }
}

void pipe_free(struct pipe *pipe)
{
    for (; pipe->emptied != pipe->filled; pipe->emptied++) {
        free_frame_of(pipe_slot(pipe, pipe->emptied)->page);
    }
    if (pipe->spare != NULL) {
        free_frame_of(pipe->spare);
    }
    free_slots(pipe);
    pipe->account->pages -= pipe->slot_count;
    pipe_account_close(pipe->account);
    object_free(&cache, pipe);
}

int pipe_create(const struct pipe_user *user, int flags, struct file *files[2])
{
    struct pipe *pipe = create(user);

    if (pipe == NULL) {
        return -ENFILE;
    }
    struct place place = {.inode = &pipe->inode};
    files[0] = file_create(place, O_RDONLY | (flags & O_NONBLOCK));
    if (files[0] == NULL) {
        pipe_free(pipe);
        return -ENOMEM;
    }
    files[1] = file_create(place, O_WRONLY | (flags & (O_NONBLOCK | O_DIRECT)));
    if (files[1] == NULL) {
        file_put(files[0]);
        return -ENOMEM;
    }
    return 0;
}

int64_t pipe_size(const struct file *file)
{
    if (!pipe_is(file)) {
        return -EBADF;
    }
    return (int64_t)(pipe_of(file)->slot_count * PAGE_SIZE);
}

/* A ring of COUNT slots, with what PIPE has. Returns 0 or -ENOMEM. */
static int replace_slots(struct pipe *pipe, unsigned count)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    if (frame == PADDR_NONE) {
        return -ENOMEM;
    }
    struct pipe_slot *slots = direct_map(frame);
    unsigned used = pipe_used(pipe);
    for (unsigned i = 0; i < used; i++) {
        slots[i] = *pipe_slot(pipe, pipe->emptied + i);
    }
    free_slots(pipe);
    pipe->slots = slots;
    pipe->slot_count = count;
    pipe->emptied = 0;
    pipe->filled = used;
    return 0;
}

/* May USER have COUNT slots in PIPE? */
static int check_size(const struct pipe *pipe, const struct pipe_user *user,
                      unsigned count)
{
    bool is_more = count > pipe->slot_count;

    if (is_more && count > PIPE_SLOTS_MAX) {
        return user->is_privileged ? -ENOMEM : -EPERM;
    }
    if (is_more && !user->is_privileged &&
        has_too_many(pipe->account, count - pipe->slot_count)) {
        return -EPERM;
    }
    return count < pipe_used(pipe) ? -EBUSY : 0;
}

int64_t pipe_resize(struct file *file, const struct pipe_user *user,
                    uint64_t size)
{
    if (!pipe_is(file)) {
        return -EBADF;
    }
    if (size > SIZE_MAX_ASKED) {
        return -EINVAL;
    }
    struct pipe *pipe = pipe_of(file);
    unsigned count = 1;
    while (count * PAGE_SIZE < size) {
        count *= 2;
    }
    int error = check_size(pipe, user, count);
    unsigned before = pipe->slot_count;
    if (error == 0 && count != before) {
        error = replace_slots(pipe, count);
    }
    if (error != 0) {
        return error;
    }
    pipe->account->pages += count - before;
    if (count > before) {
        thread_wake_all(&pipe->to_write);
    }
    return (int64_t)(count * PAGE_SIZE);
}
