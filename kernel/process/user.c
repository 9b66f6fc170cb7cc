/* Users: a list of those that have processes. */
#include "kernel/process/user.h"

#include "kernel/abi/errno.h"
#include "kernel/process/process.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct user);
static struct list users = LIST_EMPTY(users);

static struct user *find(uint32_t uid)
{
    list_for_each(node, &users)
    {
        struct user *user = list_entry(node, struct user, all);
        if (user->uid == uid) {
            return user;
        }
    }
    return NULL;
}

static struct user *find_or_make(uint32_t uid)
{
    struct user *user = find(uid);

    if (user == NULL && (user = object_alloc(&cache)) != NULL) {
        user->uid = uid;
        list_append(&users, &user->all);
    }
    return user;
}

void user_drop_process(struct process *process)
{
    struct user *user = process->user;

    process->user = NULL;
    if (user != NULL && --user->processes == 0) {
        ASSERT_CMP(user->threads, ==, 0u);
        list_remove(&user->all);
        object_free(&cache, user);
    }
}

int user_take_process(struct process *process, uint32_t uid)
{
    struct user *user = find_or_make(uid);
    unsigned threads = process_thread_count(process);

    if (user == NULL) {
        return -EAGAIN;
    }
    user->processes++;
    user->threads += threads;
    if (process->user != NULL) {
        process->user->threads -= threads;
        user_drop_process(process);
    }
    process->user = user;
    return 0;
}

bool user_may_add_thread(void)
{
    const struct process *process = process_current();

    return process->user->threads < process->limits[RLIMIT_NPROC].current ||
           process->user->uid == ID_ROOT ||
           credentials_are_privileged(&process->credentials);
}
