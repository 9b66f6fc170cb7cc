/* What a program wants done with its signals. */
#include "kernel/abi/sigaction.h"
#include "kernel/lib.h"
#include "kernel/signal/signal_state.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct signal_actions);

struct signal_actions *signal_actions_create(void)
{
    struct signal_actions *actions = object_alloc(&cache);

    if (actions != NULL) {
        actions->references = 1;
    }
    return actions;
}

struct signal_actions *signal_actions_copy(const struct signal_actions *from)
{
    struct signal_actions *actions = signal_actions_create();

    if (actions == NULL) {
        return NULL;
    }
    actions->changed = from->changed;
    for (uint64_t left = from->changed; left != 0; left &= left - 1) {
        unsigned first = (unsigned)__builtin_ctzll(left);
        actions->of[first] = from->of[first];
    }
    return actions;
}

void signal_actions_set(struct signal_actions *actions, int signal,
                        const struct signal_action *action)
{
    actions->of[signal - 1] = *action;
    actions->changed |= signal_bit(signal);
}

struct signal_actions *signal_actions_get(struct signal_actions *actions)
{
    ASSERT_CMP(actions->references, >, 0u);
    actions->references++;
    return actions;
}

void signal_actions_put(struct signal_actions *actions)
{
    ASSERT_CMP(actions->references, >, 0u);
    if (--actions->references == 0) {
        object_free(&cache, actions);
    }
}

void signal_actions_exec(struct signal_actions *actions)
{
    for (uint64_t left = actions->changed; left != 0; left &= left - 1) {
        struct signal_action *action = &actions->of[__builtin_ctzll(left)];
        bool is_ignored = action->handler == SIG_IGN;
        *action = (struct signal_action){
            .handler = is_ignored ? SIG_IGN : SIG_DFL,
        };
    }
}

const char *signal_actions_validate(const struct signal_actions *actions)
{
    for (int signal = 1; signal <= SIGNAL_MAX; signal++) {
        const struct signal_action *action = &actions->of[signal - 1];
        bool is_zero = (action->handler | action->flags | action->restorer |
                        action->mask) == 0;
        if (!is_zero && (actions->changed & signal_bit(signal)) == 0) {
            return "an action that was never set is zero";
        }
    }
    return actions->references > 0 ? NULL : "actions belong to a process";
}
