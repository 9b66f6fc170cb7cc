/* The packets qXfer: documents, sent in the parts that gdb asks for. */
#include "kernel/gdb/registers.h"
#include "kernel/gdb/session_priv.h"
#include "kernel/lib.h"

#define ANNEX_MAX 32
#define NAME_MAX  32
#define STATE_MAX 64

static void threads(struct gdb_document *document)
{
    gdb_document_print(document, "<?xml version=\"1.0\"?><threads>");
    for (int thread = target_thread_next(0); thread != 0;
         thread = target_thread_next(thread)) {
        char name[NAME_MAX], state[STATE_MAX];
        target_thread_name(thread, name, sizeof(name));
        target_thread_state(thread, state, sizeof(state));
        gdb_document_print(document, "<thread id=\"%x\" name=\"",
                           (unsigned)thread);
        gdb_document_name(document, name);
        gdb_document_print(document, "\"");
        if (target_thread_is_cpu(thread)) {
            gdb_document_print(document, " core=\"%d\"", thread - 1);
        }
        gdb_document_print(document, ">");
        gdb_document_name(document, state);
        gdb_document_print(document, "</thread>");
    }
    gdb_document_print(document, "</threads>");
}

static void memory_map(struct gdb_document *document)
{
    gdb_document_print(document, "<?xml version=\"1.0\"?><memory-map>");
    target_memory_map(document);
    gdb_document_print(document, "</memory-map>");
}

static void libraries(struct gdb_document *document)
{
    gdb_session.has_libraries = true;
    gdb_document_print(document, "<?xml version=\"1.0\"?><library-list>");
    target_libraries(document);
    gdb_document_print(document, "</library-list>");
}

/* NAME:OFFSET,LENGTH at the end of the packet. */
static bool take_part(struct gdb_reader *in, char name[ANNEX_MAX],
                      uint64_t *offset, uint64_t *length)
{
    size_t size = 0;

    while (in->at < in->end && *in->at != ':') {
        if (size == ANNEX_MAX - 1) {
            return false;
        }
        name[size++] = *in->at++;
    }
    name[size] = '\0';
    return gdb_take_char(in, ':') && gdb_take_number(in, offset) &&
           gdb_take_char(in, ',') && gdb_take_number(in, length) &&
           gdb_left(in) == 0 && *length > 0;
}

/* The part's text is made in PART and sent with an 'm' when more follows. What
 * needs escapes may leave less room than asked for: gdb asks again. */
static void send_part(void (*make)(struct gdb_document *), uint64_t offset,
                      uint64_t length)
{
    static char part[GDB_PACKET_MAX / 2];
    struct gdb_writer out = {
        .text = part,
        .room = MIN(length, (uint64_t)sizeof(part)),
    };
    struct gdb_document document = {.out = &out, .offset = offset};

    make(&document);
    bool is_last = offset + out.used >= document.made;
    reply_text(is_last ? "l" : "m");
    gdb_put_binary(&gdb_session.reply, part, out.used);
}

static const char *description_text;

static void description(struct gdb_document *document)
{
    gdb_document_print(document, "%s", description_text);
}

static const struct {
    const char *name;
    void (*make)(struct gdb_document *);
} documents[] = {
    {"features:read:", description},
    {"threads:read:", threads},
    {"memory-map:read:", memory_map},
    {"libraries:read:", libraries},
};

void handle_transfer(struct gdb_reader *in)
{
    char annex[ANNEX_MAX];
    uint64_t offset, length;

    for (size_t i = 0; i < ARRAY_COUNT(documents); i++) {
        if (!gdb_take_word(in, documents[i].name)) {
            continue;
        }
        if (!take_part(in, annex, &offset, &length)) {
            reply_error(GDB_INVALID);
            return;
        }
        description_text = gdb_description(annex);
        bool is_known = documents[i].make == description
                            ? description_text != NULL
                            : annex[0] == '\0';
        if (!is_known) {
            reply_text("E00"); /* the manual's code for a bad annex */
            return;
        }
        send_part(documents[i].make, offset, length);
        return;
    }
}
