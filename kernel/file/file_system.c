/* See kernel/file/file_system.h. */
#include "kernel/file/file_system.h"

#include "kernel/file/kept_text.h"
#include "kernel/file/name.h"
#include "mm/layout.h"
#include "mm/memory.h"

#define SHARE 2 /* one of so many pages */

struct file_system file_system = {
    .pages = {.limit = UINT64_MAX},
    .names_limit = UINT64_MAX,
};

void file_system_init(void)
{
    uint64_t pages = memory_total() / PAGE_SIZE / SHARE;

    file_system.pages.limit = pages;
    file_system.names_limit = pages;
}

bool file_system_take_target(size_t size)
{
    struct object_account *pages = &file_system.pages;

    if (kept_text_pages(size) > 0 && pages->frames >= pages->limit) {
        return false;
    }
    pages->frames += kept_text_pages(size);
    return true;
}

void file_system_give_target(size_t size)
{
    file_system.pages.frames -= kept_text_pages(size);
}

bool file_system_has_name(void)
{
    return name_count() < file_system.names_limit;
}
