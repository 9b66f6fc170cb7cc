/* Joins the names of one file. Each has a link; that of the first name stands
 * for the file, has its data, and is found by a hash. */
#include "kernel/file/initrd_links.h"

#include "kernel/abi/errno.h"
#include "kernel/file/hash_table.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"

struct link {
    uint32_t ino, dev_major, dev_minor; /* what the archive calls the file */
    unsigned archive;
    struct inode *inode;
    struct link *first;
    struct hash_node by_file; /* of a first one */
    const void *data;         /* of a first one: the file's */
    size_t size;
};

/* Links fill frames, the last one in part. */
struct link_frame {
    struct link_frame *next;
    size_t count;
    struct link links[];
};

#define LINKS_PER_FRAME                                                        \
    ((FRAME_SIZE - sizeof(struct link_frame)) / sizeof(struct link))

static struct link_frame *frames;
static struct hash_table files;

static struct link *link_alloc(void)
{
    if (frames == NULL || frames->count == LINKS_PER_FRAME) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return NULL;
        }
        struct link_frame *fresh = direct_map(frame);
        *fresh = (struct link_frame){.next = frames};
        frames = fresh;
    }
    return &frames->links[frames->count++];
}

static uint64_t hash_of(const struct link *link)
{
    const uint32_t words[] = {link->ino, link->dev_major, link->dev_minor,
                              link->archive};
    uint64_t hash = hash_begin(&files.key);

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        hash = hash_add(hash, words[i]);
    }
    return hash;
}

static struct link *of_node(struct hash_node *node)
{
    return list_entry(node, struct link, by_file);
}

static bool is_same_file(const struct link *a, const struct link *b)
{
    return a->ino == b->ino && a->dev_major == b->dev_major &&
           a->dev_minor == b->dev_minor && a->archive == b->archive;
}

/* Sets the first link of LINK's file: LINK itself if it is new. Returns 0 or
 * -ENOMEM. */
static int find_first(struct link *link)
{
    uint64_t hash = hash_of(link);
    struct hash_node *node = hash_table_first(&files, hash);

    while (node != NULL && !is_same_file(of_node(node), link)) {
        node = node->next;
    }
    link->first = node != NULL ? of_node(node) : link;
    return node != NULL ? 0 : hash_table_insert(&files, &link->by_file, hash);
}

int initrd_links_add(struct inode *inode, const struct cpio_entry *entry,
                     unsigned archive)
{
    struct link *link = link_alloc();

    if (link == NULL) {
        return -ENOMEM;
    }
    *link = (struct link){
        .ino = entry->ino,
        .dev_major = entry->dev_major,
        .dev_minor = entry->dev_minor,
        .archive = archive,
        .inode = inode,
    };
    int error = find_first(link);
    inode->number = link->first->inode->number;
    if (entry->size > 0) {
        link->first->data = entry->data;
        link->first->size = entry->size;
    }
    return error;
}

static void give_data(const struct link_frame *frame)
{
    for (size_t i = 0; i < frame->count; i++) {
        const struct link *link = &frame->links[i];
        link->inode->data = link->first->data;
        link->inode->size = link->first->size;
    }
}

void initrd_links_finish(void)
{
    for (const struct link_frame *f = frames; f != NULL; f = f->next) {
        give_data(f);
    }
    while (frames != NULL) {
        struct link_frame *next = frames->next;
        int error = frame_free(direct_map_address(frames));
        ASSERT_CMP(error, ==, 0);
        frames = next;
    }
    hash_table_clear(&files);
}
