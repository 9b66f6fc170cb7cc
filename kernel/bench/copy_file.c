/* The file that address spaces of the test of copies map. */
#include "kernel/bench/copy_file.h"

#include "kernel/bench/copy_random.h"
#include "kernel/file.h"
#include "kernel/lib.h"

static struct file *file;
static struct memory_object *object;
static struct model *models;
static size_t model_count;

void copy_file_begin(struct model *all, size_t count, uint8_t *bytes)
{
    models = all;
    model_count = count;
    file = file_create_shared(MODEL_FILE_SIZE);
    int error = file == NULL ? -1 : inode_object(file->inode, &object);
    ASSERT_CMP(error, ==, 0);
    model_file.bytes = memset(bytes, 0, MODEL_FILE_SIZE);
    model_file.size = MODEL_FILE_SIZE;
}

void copy_file_end(void)
{
    file_put(file);
}

void copy_file_do_map(struct model *model)
{
    struct model_range range = copy_random_range();
    size_t index = copy_random(MODEL_FILE_PAGES);
    bool is_shared = copy_random(3) == 0;
    range.end = MIN(range.end, range.first + MODEL_FILE_PAGES - index);
    const uint32_t rights =
        AREA_READ | AREA_WRITE | AREA_MAY_READ | AREA_MAY_WRITE;
    const struct aspace_request request = {
        .address = model_address(range.first),
        .length = (range.end - range.first) * PAGE_SIZE,
        .area_flags =
            rights | (is_shared ? AREA_SHARED | AREA_MAY_SHARE : AREA_ACCOUNT),
        .placement = ASPACE_FIXED,
        .file = file,
        .object = object,
        .file_page = index,
    };
    int64_t address = aspace_map(model->aspace, &request);

    ASSERT_CMP((uint64_t)address, ==, request.address);
    model_map_file(model, range, index, is_shared);
}

void copy_file_do_truncate(struct model *model)
{
    bool is_whole = copy_random(2) == 0;
    uint64_t size = is_whole ? MODEL_FILE_SIZE : copy_random(MODEL_FILE_SIZE);

    (void)model;
    object_truncate(object, size);
    model_file.size = size;
    memset(model_file.bytes + size, 0, MODEL_FILE_SIZE - size);
    for (size_t i = 0; i < model_count; i++) {
        model_truncate(&models[i], size);
    }
}

void copy_file_do_punch(struct model *model)
{
    uint64_t start = copy_random(MODEL_FILE_SIZE);
    uint64_t end = start + copy_random(8 * PAGE_SIZE);
    int error = object_punch(object, start, end);

    (void)model;
    ASSERT_CMP(error, ==, 0);
    end = end >= model_file.size ? align_up(model_file.size, PAGE_SIZE) : end;
    if (start < MIN(end, model_file.size)) {
        memset(model_file.bytes + start, 0, end - start);
    }
}

const char *copy_file_validate(void)
{
    return object_validate(object);
}
