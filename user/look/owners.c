/* Whose the large pages are: see owners.h. */
#include "user/look/owners.h"

#include "kernel/abi/bytemap.h"
#include "user/lib/string.h"

#define FRAME_SIZE 4096u

void owners_begin(struct owners *owners)
{
    memset(owners->pages, 0, owners->count * sizeof(owners->pages[0]));
    owners->touched_count = 0;
}

static bool counts(const struct owners *owners, const struct run *run,
                   size_t page)
{
    bool is_programs =
        (owners->bytes[page] & BYTE_MAP_OWNER_MASK) == BYTE_MAP_PROGRAM;

    return run->whose == RUN_OWN || run->whose == RUN_SHARED ||
           (run->whose == RUN_OBJECT && is_programs);
}

void owners_add(struct owners *owners, const struct run *run)
{
    uint64_t at = run->memory;
    uint64_t end = at + (run->end - run->start);

    while (at < end && at / BYTE_MAP_PAGE_SIZE < owners->count) {
        size_t page = at / BYTE_MAP_PAGE_SIZE;
        uint64_t page_end = (page + 1) * (uint64_t)BYTE_MAP_PAGE_SIZE;
        uint64_t part = (page_end < end ? page_end : end) - at;
        if (counts(owners, run, page)) {
            if (owners->frames[page] == 0) {
                owners->touched[owners->touched_count] = (uint32_t)page;
                owners->touched_count++;
            }
            owners->frames[page] += (uint32_t)(part / FRAME_SIZE);
        }
        at += part;
    }
}

void owners_end(struct owners *owners, int pid)
{
    for (size_t i = 0; i < owners->touched_count; i++) {
        size_t page = owners->touched[i];
        struct page_owner *owner = &owners->pages[page];
        owner->is_several = owner->pid != 0;
        if (owners->frames[page] > owner->frames) {
            owner->pid = pid;
            owner->frames = owners->frames[page];
        }
        owners->frames[page] = 0;
    }
    owners->touched_count = 0;
}
