/* The model that copies of address spaces are compared with. */
#include "kernel/bench/copy_model.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"

struct model_file model_file;

static uint8_t *bytes_of(const struct model *model, size_t page)
{
    return model->bytes + page * PAGE_SIZE;
}

static void clear(struct model *model, size_t page)
{
    memset(bytes_of(model, page), 0, PAGE_SIZE);
}

void model_map(struct model *model, struct model_range range)
{
    for (size_t page = range.first; page < range.end; page++) {
        clear(model, page);
        model->pages[page] = (struct model_page){
            .is_mapped = true,
            .rights = AREA_READ | AREA_WRITE,
        };
    }
}

void model_map_file(struct model *model, struct model_range range, size_t index,
                    bool is_shared)
{
    model_map(model, range);
    for (size_t page = range.first; page < range.end; page++) {
        model->pages[page].is_of_file = true;
        model->pages[page].is_shared = is_shared;
        model->pages[page].index = (uint16_t)index++;
    }
}

uint8_t *model_bytes(const struct model *model, size_t page)
{
    const struct model_page *at = &model->pages[page];

    if (!at->is_of_file || at->is_copied) {
        return bytes_of(model, page);
    }
    uint64_t offset = at->index * PAGE_SIZE;
    return offset < model_file.size ? model_file.bytes + offset : NULL;
}

uint8_t *model_bytes_to_write(struct model *model, size_t page)
{
    struct model_page *at = &model->pages[page];
    uint8_t *bytes = model_bytes(model, page);

    if (bytes == NULL || !at->is_of_file || at->is_shared || at->is_copied) {
        return bytes;
    }
    at->is_copied = true;
    return memcpy(bytes_of(model, page), bytes, PAGE_SIZE);
}

bool model_has_file(const struct model *model, struct model_range range)
{
    bool found = false;

    for (size_t page = range.first; page < range.end; page++) {
        found |= model->pages[page].is_of_file;
    }
    return found;
}

void model_truncate(struct model *model, uint64_t size)
{
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        struct model_page *at = &model->pages[page];
        at->is_copied = at->is_copied && at->index * PAGE_SIZE < size;
    }
}

void model_unmap(struct model *model, struct model_range range)
{
    for (size_t page = range.first; page < range.end; page++) {
        model->pages[page] = (struct model_page){0};
    }
}

bool model_protect(struct model *model, struct model_range range,
                   uint8_t rights)
{
    size_t page = range.first;

    while (page < range.end && model->pages[page].is_mapped) {
        model->pages[page++].rights = rights;
    }
    return page == range.end;
}

void model_discard(struct model *model, struct model_range range)
{
    for (size_t page = range.first; page < range.end; page++) {
        clear(model, page);
        model->pages[page].is_copied = false;
    }
}

void model_advise(struct model *model, struct model_range range, uint32_t clear,
                  uint32_t set)
{
    for (size_t page = range.first; page < range.end; page++) {
        struct model_page *at = &model->pages[page];
        at->advice = at->is_mapped ? (at->advice & ~clear) | set : 0;
    }
}

void model_move(struct model *model, struct model_range range, size_t to)
{
    for (size_t page = range.first; page < range.end; page++, to++) {
        memcpy(bytes_of(model, to), bytes_of(model, page), PAGE_SIZE);
        model->pages[to] = model->pages[page];
        model->pages[page] = (struct model_page){0};
    }
}

void model_copy(struct model *child, const struct model *parent)
{
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        const struct model_page *from = &parent->pages[page];
        bool is_left_out = (from->advice & AREA_DONTFORK) != 0;

        child->pages[page] = is_left_out ? (struct model_page){0} : *from;
        if ((from->advice & AREA_WIPEONFORK) != 0) {
            clear(child, page);
        } else if (child->pages[page].is_mapped) {
            memcpy(bytes_of(child, page), bytes_of(parent, page), PAGE_SIZE);
        }
    }
}

/* What reading from PAGE answers. */
static int expected_error(const struct model *model, size_t page)
{
    const struct model_page *at = &model->pages[page];

    if (!at->is_mapped || at->rights == 0) {
        return at->is_mapped ? -EACCES : -EFAULT;
    }
    return model_bytes(model, page) == NULL ? -EIO : 0;
}

void model_compare(const struct model *model, size_t page)
{
    static uint8_t found[PAGE_SIZE];
    int expected = expected_error(model, page);
    int error =
        aspace_read(model->aspace, model_address(page), found, PAGE_SIZE);

    if (error != expected) {
        panic("selftest: page %zu answers %d, and should %d", page, error,
              expected);
    }
    if (error == 0 && memcmp(found, model_bytes(model, page), PAGE_SIZE) != 0) {
        panic("selftest: page %zu does not hold what was written", page);
    }
}
