/* What each user has in pipes: a list of those that have any. */
#include "kernel/file/pipe_account.h"

#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct pipe_account);
static struct list accounts = LIST_EMPTY(accounts);

static struct pipe_account *find(uint32_t uid)
{
    list_for_each(node, &accounts)
    {
        struct pipe_account *account =
            list_entry(node, struct pipe_account, all);
        if (account->uid == uid) {
            return account;
        }
    }
    return NULL;
}

struct pipe_account *pipe_account_open(uint32_t uid)
{
    struct pipe_account *account = find(uid);

    if (account == NULL) {
        account = object_alloc(&cache);
        if (account == NULL) {
            return NULL;
        }
        account->uid = uid;
        list_append(&accounts, &account->all);
    }
    account->pipes++;
    return account;
}

void pipe_account_close(struct pipe_account *account)
{
    if (--account->pipes == 0) {
        list_remove(&account->all);
        object_free(&cache, account);
    }
}
