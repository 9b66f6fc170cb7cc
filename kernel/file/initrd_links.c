/* The files that have several names, found by a hash of what the archive calls
 * them. */
#include "kernel/file/initrd_links.h"

#include "kernel/abi/errno.h"
#include "kernel/file/hash_table.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"
#include "mm/object_cache.h"

struct link {
    uint32_t ino, dev_major, dev_minor;
    unsigned archive;
    struct name *name; /* its first; counted, for it may be replaced */
    struct hash_node by_file;
    struct link *next; /* of all */
};

static struct object_cache cache = OBJECT_CACHE(cache, struct link);
static struct link *links;
static struct hash_table table;

static struct link link_of(const struct cpio_entry *entry, unsigned archive)
{
    return (struct link){
        .ino = entry->ino,
        .dev_major = entry->dev_major,
        .dev_minor = entry->dev_minor,
        .archive = archive,
    };
}

static uint64_t hash_of(const struct link *link)
{
    const uint32_t words[] = {link->ino, link->dev_major, link->dev_minor,
                              link->archive};
    uint64_t hash = hash_begin(&table.key);

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

struct inode *initrd_links_find(const struct cpio_entry *entry,
                                unsigned archive)
{
    struct link link = link_of(entry, archive);
    struct hash_node *node = hash_table_first(&table, hash_of(&link));

    while (node != NULL && !is_same_file(of_node(node), &link)) {
        node = node->next;
    }
    return node != NULL ? of_node(node)->name->inode : NULL;
}

int initrd_links_add(struct inode *inode, const struct cpio_entry *entry,
                     unsigned archive)
{
    struct link *link = object_alloc(&cache);

    if (link == NULL) {
        return -ENOMEM;
    }
    *link = link_of(entry, archive);
    link->name = inode->name;
    int error = hash_table_insert(&table, &link->by_file, hash_of(link));
    if (error != 0) {
        object_free(&cache, link);
        return error;
    }
    name_get(link->name);
    link->next = links;
    links = link;
    return 0;
}

void initrd_links_finish(void)
{
    hash_table_clear(&table);
    while (links != NULL) {
        struct link *next = links->next;
        name_put(links->name);
        object_free(&cache, links);
        links = next;
    }
}
