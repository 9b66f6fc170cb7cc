/* The packets vFile: files of the initrd, read only, so that gdb finds the
 * programs' symbols in the machine itself (GDB manual, E.7: File-I/O). */
#include "kernel/gdb/session_priv.h"
#include "kernel/lib.h"

#define FILES_OPEN_MAX 8
#define PATH_LENGTH    256

/* gdb's own numbers of errors. */
#define FILE_NOT_FOUND 2
#define FILE_BAD       9
#define FILE_READ_ONLY 30
#define FILE_MANY      24

#define ACCESS_MODE    3 /* O_RDONLY is 0 */

static struct gdb_file files[FILES_OPEN_MAX]; /* data == NULL: free */

void session_close_files(void)
{
    memset(files, 0, sizeof(files));
}

static void reply_failure(unsigned error)
{
    reply_text("F-1,");
    gdb_put_number(&gdb_session.reply, error);
}

static void reply_value(uint64_t value)
{
    reply_text("F");
    gdb_put_number(&gdb_session.reply, value);
}

static struct gdb_file *take_file(struct gdb_reader *in)
{
    uint64_t fd;

    if (!gdb_take_number(in, &fd) || fd >= FILES_OPEN_MAX ||
        files[fd].data == NULL) {
        reply_failure(FILE_BAD);
        return NULL;
    }
    return &files[fd];
}

/* NAME,FLAGS,MODE; the name in pairs of digits. */
static bool take_open(struct gdb_reader *in, char *path, uint64_t *flags)
{
    const char *end = in->at;
    uint64_t mode;

    while (end < in->end && *end != ',') {
        end++;
    }
    size_t size = (size_t)(end - in->at) / 2;
    if (size >= PATH_LENGTH || !gdb_take_bytes(in, (uint8_t *)path, size)) {
        return false;
    }
    path[size] = '\0';
    return gdb_take_char(in, ',') && gdb_take_number(in, flags) &&
           gdb_take_char(in, ',') && gdb_take_number(in, &mode) &&
           gdb_left(in) == 0;
}

void handle_file_open(struct gdb_reader *in)
{
    static char path[PATH_LENGTH];
    struct gdb_file opened;
    uint64_t flags;

    if (!take_open(in, path, &flags)) {
        reply_failure(FILE_NOT_FOUND);
        return;
    }
    if ((flags & ACCESS_MODE) != 0) {
        reply_failure(FILE_READ_ONLY);
        return;
    }
    if (!target_file_open(path, &opened) || opened.data == NULL) {
        reply_failure(FILE_NOT_FOUND);
        return;
    }
    for (unsigned fd = 0; fd < FILES_OPEN_MAX; fd++) {
        if (files[fd].data == NULL) {
            files[fd] = opened;
            reply_value(fd);
            return;
        }
    }
    reply_failure(FILE_MANY);
}

void handle_file_close(struct gdb_reader *in)
{
    struct gdb_file *file = take_file(in);

    if (file != NULL) {
        file->data = NULL;
        reply_value(0);
    }
}

/* FD,COUNT,OFFSET: the answer's count is of the bytes before they were
 * escaped, so they are written first, behind room for it. */
void handle_file_pread(struct gdb_reader *in)
{
    static char data[GDB_PACKET_MAX - 16];
    struct gdb_writer out = {.text = data, .room = sizeof(data)};
    struct gdb_file *file = take_file(in);
    uint64_t count, offset;

    if (file == NULL) {
        return;
    }
    if (!gdb_take_char(in, ',') || !gdb_take_number(in, &count) ||
        !gdb_take_char(in, ',') || !gdb_take_number(in, &offset)) {
        reply_failure(FILE_BAD);
        return;
    }
    offset = MIN(offset, file->size);
    count = MIN(count, file->size - offset);
    size_t sent = gdb_put_binary(&out, file->data + offset, count);
    reply_value(sent);
    gdb_put_char(&gdb_session.reply, ';');
    for (size_t i = 0; i < out.used; i++) {
        gdb_put_char(&gdb_session.reply, data[i]);
    }
}

/* struct stat of the protocol, all numbers big-endian. */
static void put_big(uint8_t **to, uint64_t value, size_t size)
{
    for (size_t i = size; i-- > 0;) {
        *(*to)++ = (uint8_t)(value >> (8 * i));
    }
}

void handle_file_fstat(struct gdb_reader *in)
{
    const uint64_t block = 512;
    uint8_t stat[64];
    uint8_t *to = stat;
    const struct gdb_file *file = take_file(in);

    if (file == NULL) {
        return;
    }
    const struct {
        uint64_t value;
        size_t size;
    } fields[] = {
        {0, 4},          {0, 4},
        {file->mode, 4}, {1, 4},
        {0, 4},          {0, 4},
        {0, 4},          {file->size, 8},
        {block, 8},      {(file->size + block - 1) / block, 8},
        {0, 4},          {0, 4},
        {0, 4},
    };
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
        put_big(&to, fields[i].value, fields[i].size);
    }
    reply_value(sizeof(stat));
    gdb_put_char(&gdb_session.reply, ';');
    gdb_put_binary(&gdb_session.reply, stat, sizeof(stat));
}

void handle_file_setfs(struct gdb_reader *in)
{
    (void)in;
    reply_value(0); /* there is one file system */
}
