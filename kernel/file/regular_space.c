/* Pages of regular files: had before they are written, and given back. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/attributes.h"
#include "kernel/file/regular.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/layout.h"
#include "mm/object.h"

static uint64_t page_behind(uint64_t offset)
{
    return (offset >> PAGE_SHIFT) + ((offset & (PAGE_SIZE - 1)) != 0);
}

/* Makes the pages [first, end), all of which INODE has. Returns 0, -EINTR or as
 * object_page. */
static int make_pages(struct inode *inode, uint64_t first, uint64_t end)
{
    for (uint64_t index = first; index < end; index++) {
        paddr_t frame;
        int error = object_is_resident(inode->object, index)
                        ? 0
                        : object_page(inode->object, index, &frame);
        if (error != 0) {
            return error;
        }
        if (thread_is_interrupted()) {
            return -EINTR;
        }
    }
    return 0;
}

/* Would all pages of [first, end) that are missing fit into what files may
 * have? So that what can't be is refused before anything is done. */
static bool fits(const struct inode *inode, uint64_t first, uint64_t end)
{
    const struct object_account *account = inode->object->account;
    uint64_t has = MIN(end - first, inode->object->frames);

    return account == NULL ||
           end - first - has <=
               account->limit - MIN(account->frames, account->limit);
}

int regular_allocate(struct inode *inode, uint64_t start, uint64_t end,
                     enum regular_growth growth)
{
    uint64_t old_size = inode->size;
    bool grows = end > old_size && growth == REGULAR_GROWS;
    uint64_t limit = end;
    int error = grows ? file_limit_end(end - 1, &limit) : 0;

    if (error != 0) {
        return error;
    }
    if (grows && (inode->seals & F_SEAL_GROW) != 0) {
        return -EPERM;
    }
    if (!fits(inode, start >> PAGE_SHIFT, page_behind(end))) {
        return -ENOSPC;
    }
    if (grows) {
        object_truncate(inode->object, end);
    }
    uint64_t pages = MIN(page_behind(end), object_pages(inode->object));
    error = make_pages(inode, start >> PAGE_SHIFT, pages);
    if (error != 0) {
        object_truncate(inode->object, old_size);
        return error;
    }
    inode->size = inode->object->size;
    regular_changed(inode);
    return 0;
}

int regular_punch(struct inode *inode, uint64_t start, uint64_t end)
{
    if ((inode->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0) {
        return -EPERM;
    }
    int error = object_punch(inode->object, start, end);
    if (error == 0) {
        regular_changed(inode);
    }
    return error;
}
