/* Access to an address space from outside, by the direct map. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"

static bool find_leaf(const struct aspace *aspace, uaddr_t page,
                      struct page_table_leaf *leaf)
{
    return page_table_next_leaf(aspace->root, page, page + PAGE_SIZE, leaf);
}

/* Can the page at PAGE be read as it is, in *LEAF? Then nothing changes, and a
 * pt that others share stays shared. */
static bool is_readable(const struct aspace *aspace, uaddr_t page,
                        struct page_table_leaf *leaf)
{
    return page < aspace->end && find_leaf(aspace, page, leaf) &&
           (*leaf->entry & PTE_PRESENT) != 0;
}

/* Where the kernel sees the byte at ADDRESS, touched for ACCESS; in *ROOM the
 * bytes up to the end of its page. */
static int reach(struct aspace *aspace, uaddr_t address, uint32_t access,
                 char **at, size_t *room)
{
    uaddr_t page = align_down(address, PAGE_SIZE);
    struct page_table_leaf leaf;

    if (access != AREA_READ || !is_readable(aspace, page, &leaf)) {
        int error = aspace_fault(aspace, address, access);
        if (error != 0) {
            return error;
        }
        bool found = find_leaf(aspace, page, &leaf);
        ASSERT(found);
    }
    paddr_t target = page_table_leaf_target(&leaf);
    *at = (char *)direct_map(target) + (address - leaf.start);
    *room = page + PAGE_SIZE - address;
    return 0;
}

int aspace_read(struct aspace *aspace, uaddr_t address, void *to, size_t size)
{
    char *bytes = to;

    while (size > 0) {
        char *from;
        size_t room;
        int error = reach(aspace, address, AREA_READ, &from, &room);
        if (error != 0) {
            return error;
        }
        size_t part = MIN(size, room);
        memcpy(bytes, from, part);
        bytes += part;
        address += part;
        size -= part;
    }
    return 0;
}

int aspace_write(struct aspace *aspace, uaddr_t address, const void *from,
                 size_t size)
{
    const char *bytes = from;

    while (size > 0) {
        char *to;
        size_t room;
        int error = reach(aspace, address, AREA_WRITE, &to, &room);
        if (error != 0) {
            return error;
        }
        size_t part = MIN(size, room);
        memcpy(to, bytes, part);
        bytes += part;
        address += part;
        size -= part;
    }
    return 0;
}

int aspace_clear(struct aspace *aspace, uaddr_t address, size_t size)
{
    while (size > 0) {
        char *to;
        size_t room;
        int error = reach(aspace, address, AREA_WRITE, &to, &room);
        if (error != 0) {
            return error;
        }
        size_t part = MIN(size, room);
        memset(to, 0, part);
        address += part;
        size -= part;
    }
    return 0;
}

int64_t aspace_string_length(struct aspace *aspace, uaddr_t address,
                             size_t limit)
{
    size_t length = 0;

    while (length < limit) {
        char *at;
        size_t room;
        int error = reach(aspace, address + length, AREA_READ, &at, &room);
        if (error != 0) {
            return error;
        }
        size_t part = strnlen(at, room);
        length += part;
        if (part < room) {
            return (int64_t)length;
        }
    }
    return -E2BIG;
}
