/* What lies between two sockets. */
#include "kernel/abi/errno.h"
#include "kernel/file/socket_priv.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct message);

/* Messages that are to be freed: a socket that ends with one frees others, and
 * those go behind it in the list instead of deeper into the stack. */
static struct list condemned = LIST_EMPTY(condemned);
static bool is_freeing;

/* Where the byte at OFFSET lies, and how many behind it. */
static char *bytes_at(struct message *message, size_t offset, size_t *size)
{
    if (message->page_count == 0) {
        *size = MESSAGE_OWN - offset;
        return message->own + offset;
    }
    *size = PAGE_SIZE - offset % PAGE_SIZE;
    return message->pages[offset / PAGE_SIZE] + offset % PAGE_SIZE;
}

static int add_pages(struct message *message, size_t size)
{
    while (message->page_count * PAGE_SIZE < size) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return -ENOBUFS;
        }
        message->pages[message->page_count++] = direct_map(frame);
    }
    return 0;
}

static int fill(struct message *message, struct pieces *from, size_t size)
{
    while (message->end < size) {
        size_t room;
        char *to = bytes_at(message, message->end, &room);
        size_t part = MIN(room, size - message->end);
        if (pieces_copy_from(to, from, part) != part) {
            return -EFAULT;
        }
        message->end += (uint32_t)part;
    }
    return 0;
}

int message_create(struct pieces *from, size_t size, uint32_t charge,
                   struct message **created)
{
    struct message *message = object_alloc(&cache);

    ASSERT(size <= MESSAGE_PAGES * PAGE_SIZE);
    if (message == NULL) {
        return -ENOBUFS;
    }
    message->charge = charge;
    int error = size > MESSAGE_OWN ? add_pages(message, size) : 0;
    if (error == 0) {
        error = fill(message, from, size);
    }
    if (error != 0) {
        message_free(message);
        return error;
    }
    *created = message;
    return 0;
}

int message_copy(const struct message *message, size_t size, struct pieces *to)
{
    size_t done = 0;

    ASSERT(size <= message_size(message));
    while (done < size) {
        size_t room;
        const char *from =
            bytes_at((struct message *)message, message->start + done, &room);
        size_t part = MIN(room, size - done);
        if (pieces_copy_to(to, from, part) != part) {
            return -EFAULT;
        }
        done += part;
    }
    return 0;
}

struct message *message_first(const struct socket *socket)
{
    struct list *node = list_next(&socket->messages, &socket->messages);

    return node != NULL ? list_entry(node, struct message, node) : NULL;
}

static void free_one(struct message *message)
{
    if (message->rights != NULL) {
        socket_rights_arrive(message->rights);
        socket_rights_free(message->rights);
    }
    for (uint32_t i = 0; i < message->page_count; i++) {
        int error = frame_free(direct_map_address(message->pages[i]));
        ASSERT_CMP(error, ==, 0);
    }
    object_free(&cache, message);
}

void message_free_condemned(void)
{
    struct list *node;

    if (is_freeing) {
        return;
    }
    is_freeing = true;
    while ((node = list_next(&condemned, &condemned)) != NULL) {
        list_remove(node);
        free_one(list_entry(node, struct message, node));
    }
    is_freeing = false;
}

void message_free(struct message *message)
{
    list_append(&condemned, &message->node);
    message_free_condemned();
}

static void take_out(struct socket *socket, struct message *message)
{
    ASSERT_CMP(socket->charge, >=, message->charge);
    socket->charge -= message->charge;
    list_remove(&message->node);
}

void message_drop(struct socket *socket, struct message *message)
{
    take_out(socket, message);
    message_free(message);
}

void message_condemn_all(struct socket *socket)
{
    struct message *message;

    while ((message = message_first(socket)) != NULL) {
        take_out(socket, message);
        list_append(&condemned, &message->node);
    }
}

void message_drop_all(struct socket *socket)
{
    message_condemn_all(socket);
    message_free_condemned();
}

bool message_is_freeing(void)
{
    return is_freeing;
}
