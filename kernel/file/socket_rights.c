/* Open files that travel, and sockets that nobody can reach any more.
 *
 * A socket may travel in a message to itself, or in a circle with others. When
 * the last descriptors are closed their references do not become 0. Such
 * sockets are found as Linux finds them: suspect is who is held by messages
 * alone; if not all of these lie in suspects, it is reached, and so is all that
 * lies in it. What is left is lost.
 */
#include "kernel/file/socket_priv.h"
#include "kernel/lib.h"
#include "mm/frame.h"

static struct list flying = LIST_EMPTY(flying);
static unsigned travelling;

/* How many sockets have ended since lost ones were looked for; one may cost to
 * look at so many files that travel. */
static unsigned ended;
#define FILES_PER_END 64

static_assert(sizeof(struct socket_rights) <= FRAME_SIZE, "a frame");

struct socket_rights *socket_rights_create(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    if (frame == PADDR_NONE) {
        return NULL;
    }
    struct socket_rights *rights = direct_map(frame);
    rights->count = 0;
    return rights;
}

void socket_rights_free(struct socket_rights *rights)
{
    if (rights == NULL) {
        return;
    }
    for (unsigned i = 0; i < rights->count; i++) {
        file_put(rights->files[i]);
    }
    int error = frame_free(direct_map_address(rights));
    ASSERT_CMP(error, ==, 0);
}

struct socket_rights *socket_rights_copy(const struct socket_rights *rights)
{
    struct socket_rights *copy = socket_rights_create();

    if (copy != NULL) {
        copy->count = rights->count;
        for (unsigned i = 0; i < rights->count; i++) {
            copy->files[i] = file_get(rights->files[i]);
        }
    }
    return copy;
}

unsigned socket_rights_travelling(void)
{
    return travelling;
}

/* The socket that FILE is and could use, or NULL. */
static struct socket *socket_in(const struct file *file)
{
    return socket_is(file) && (file->flags & O_PATH) == 0 ? socket_of(file)
                                                          : NULL;
}

void socket_rights_depart(const struct socket_rights *rights)
{
    travelling += rights->count;
    for (unsigned i = 0; i < rights->count; i++) {
        struct socket *socket = socket_in(rights->files[i]);
        if (socket != NULL && socket->in_flight++ == 0) {
            list_append(&flying, &socket->flying);
        }
    }
}

void socket_rights_arrive(const struct socket_rights *rights)
{
    ASSERT_CMP(travelling, >=, rights->count);
    travelling -= rights->count;
    for (unsigned i = 0; i < rights->count; i++) {
        struct socket *socket = socket_in(rights->files[i]);
        if (socket != NULL && --socket->in_flight == 0) {
            list_remove(&socket->flying);
        }
    }
}

/* Calls VISIT with each suspect that lies in SOCKET. */
static void visit_suspects(const struct socket *socket,
                           void (*visit)(struct socket *suspect))
{
    list_for_each(node, &socket->messages)
    {
        const struct socket_rights *rights =
            list_entry(node, struct message, node)->rights;
        for (unsigned i = 0; rights != NULL && i < rights->count; i++) {
            struct socket *inner = socket_in(rights->files[i]);
            if (inner != NULL && inner->is_suspect) {
                visit(inner);
            }
        }
    }
}

static void explain(struct socket *suspect)
{
    ASSERT(suspect->unexplained > 0);
    suspect->unexplained--;
}

/* SUSPECT is reached, and goes to the end of the list, where what lies in it
 * will be looked at. */
static void reach(struct socket *suspect)
{
    suspect->is_suspect = false;
    list_remove(&suspect->flying);
    list_append(&flying, &suspect->flying);
}

static void find_suspects(void)
{
    list_for_each(node, &flying)
    {
        struct socket *socket = list_entry(node, struct socket, flying);
        socket->is_suspect = socket->file->references == socket->in_flight;
        socket->unexplained = socket->in_flight;
    }
    list_for_each(node, &flying)
    {
        const struct socket *socket = list_entry(node, struct socket, flying);
        if (socket->is_suspect) {
            visit_suspects(socket, explain);
        }
    }
}

static void clear_reached(void)
{
    list_for_each(node, &flying)
    {
        struct socket *socket = list_entry(node, struct socket, flying);
        if (socket->unexplained > 0) {
            socket->is_suspect = false;
        }
        if (!socket->is_suspect) {
            visit_suspects(socket, reach);
        }
    }
}

void socket_collect(void)
{
    ended = 0;
    if (list_is_empty(&flying) || message_is_freeing()) {
        return;
    }
    find_suspects();
    clear_reached();
    list_for_each(node, &flying)
    {
        struct socket *socket = list_entry(node, struct socket, flying);
        if (socket->is_suspect) {
            message_condemn_all(socket);
        }
    }
    message_free_condemned();
}

void socket_note_end(void)
{
    if (++ended * FILES_PER_END >= travelling) {
        socket_collect();
    }
}

unsigned socket_rights_count(const struct socket *socket,
                             const struct file *file)
{
    unsigned count = 0;

    list_for_each(node, &socket->messages)
    {
        const struct socket_rights *rights =
            list_entry(node, struct message, node)->rights;
        for (unsigned i = 0; rights != NULL && i < rights->count; i++) {
            count += rights->files[i] == file;
        }
    }
    return count;
}
