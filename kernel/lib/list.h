/* Doubly linked lists of structures that have a struct list as a member.
 *
 *     head <-> first <-> second <-> head
 *
 * A list is its head, a struct list that no element has. An element that is in
 * no list is alone: its own neighbour on both sides, as the head of an empty
 * list is. */
#pragma once

#include "kernel/lib/types.h"

struct list {
    struct list *next;
    struct list *prev;
};

/* An empty list NAME, where it is defined. */
#define LIST_EMPTY(name)                                                       \
    {                                                                          \
        &(name), &(name)                                                       \
    }

/* The structure of TYPE whose MEMBER is at NODE. */
#define list_entry(node, type, member)                                         \
    ((type *)((char *)(node)-offsetof(type, member)))

/* Goes through the list of HEAD; NODE may not leave it meanwhile. */
#define list_for_each(node, head)                                              \
    for (struct list *node = (head)->next; node != (head); node = node->next)

static inline void list_init(struct list *list)
{
    list->next = list;
    list->prev = list;
}

/* Of an element: is it in no list? */
static inline bool list_is_empty(const struct list *list)
{
    return list->next == list;
}

/* Puts NODE, which is in no list, behind PLACE: an element or the head. */
static inline void list_insert(struct list *place, struct list *node)
{
    node->prev = place;
    node->next = place->next;
    place->next->prev = node;
    place->next = node;
}

static inline void list_append(struct list *list, struct list *node)
{
    list_insert(list->prev, node);
}

/* Takes NODE out of its list, if it is in one. */
static inline void list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* The element behind NODE in LIST, or NULL; from LIST itself, the first. */
static inline struct list *list_next(const struct list *list,
                                     const struct list *node)
{
    return node->next != list ? node->next : NULL;
}
