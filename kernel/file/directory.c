/* See kernel/file/directory.h. */
#include "kernel/file/directory.h"

#include "kernel/abi/errno.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"

/* Offsets: of the entries of a directory that has operations to list more, it
 * has fewer names than there are before OFFSET_LISTED. */
#define OFFSET_SELF   0
#define OFFSET_PARENT 1
#define OFFSET_NAMES  2
#define OFFSET_LISTED 256 /* Linux's FIRST_PROCESS_ENTRY */

/* The name at OFFSET of DIRECTORY, or NULL. */
static struct name *name_at(const struct inode *directory, uint64_t offset)
{
    struct name *name = name_next(directory, NULL);

    for (uint64_t at = OFFSET_NAMES; name != NULL && at < offset; at++) {
        name = name_next(directory, name);
    }
    return name;
}

int directory_begin(struct directory_reader *reader, struct file *file)
{
    uint64_t offset = file->offset;

    if (file->cursor == NULL) {
        file->cursor = name_cursor_create();
        if (file->cursor == NULL) {
            return -ENOMEM;
        }
    }
    reader->file = file;
    reader->name = offset > OFFSET_NAMES && offset == file->cursor_offset
                       ? name_cursor_next(file->inode, file->cursor)
                       : name_at(file->inode, offset);
    return 0;
}

static void set_dots(struct directory_entry *entry, struct place directory,
                     uint64_t offset)
{
    bool is_self = offset == OFFSET_SELF;

    entry->place = is_self ? directory : place_parent(directory);
    entry->name = "..";
    entry->name_size = is_self ? 1 : 2;
    entry->next = offset + 1;
}

static void set_entry(struct directory_entry *entry, struct place place,
                      uint64_t offset)
{
    entry->place = place;
    entry->name_size = place_name(place, entry->text, &entry->name);
    entry->next = offset + 1;
}

bool directory_entry(const struct directory_reader *reader,
                     struct directory_entry *entry)
{
    const struct place directory = file_place(reader->file);
    const struct inode_operations *operations = directory.inode->operations;
    uint64_t offset = reader->file->offset;
    struct place found;

    if (offset < OFFSET_NAMES) {
        set_dots(entry, directory, offset);
        return true;
    }
    if (reader->name != NULL) {
        set_entry(entry, place_child(directory, reader->name), offset);
        return true;
    }
    if (operations == NULL || operations->list == NULL) {
        return false;
    }
    uint64_t listed = offset > OFFSET_LISTED ? offset - OFFSET_LISTED : 0;
    if (operations->list(directory, &listed, &found) != 0) {
        return false;
    }
    set_entry(entry, found, OFFSET_LISTED + listed);
    return true;
}

void directory_advance(struct directory_reader *reader,
                       const struct directory_entry *entry)
{
    struct file *file = reader->file;

    if (file->offset >= OFFSET_NAMES && reader->name != NULL) {
        reader->name = name_next(file->inode, reader->name);
    }
    file->offset = entry->next;
}

void directory_finish(struct directory_reader *reader)
{
    struct file *file = reader->file;

    name_cursor_place(file->cursor, reader->name);
    file->cursor_offset = file->offset;
}
