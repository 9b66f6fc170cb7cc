/* Memory objects that change while mappings show them, against a model of all
 * bytes: writes through the file and through mappings, truncates, punches and
 * pins at random, with memory that ends at any of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "mm/object_priv.h"
#include "test/host/object_host.h"
#include "test/host/random.h"

#define PAGES      40
#define BYTES      ((uint64_t)PAGES * PAGE_SIZE)
#define DATA_SIZE  (12 * PAGE_SIZE + 100)
#define MAPPINGS   4
#define STEPS      30000
#define STEPS_KEPT 37

/* What a mapping shows of a page. */
enum leaf_kind {
    LEAF_NONE,
    LEAF_READ, /* the object's page, not to be written */
    LEAF_WRITE,
    LEAF_COPY, /* of a private mapping */
};

struct leaf {
    enum leaf_kind kind;
    paddr_t frame;
    uint8_t copy[PAGE_SIZE];
};

struct mapping {
    bool is_private;
    struct leaf leaves[PAGES + 2];
};

static uint64_t seed = 5;
static uint8_t data[DATA_SIZE + PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static uint8_t data_before[sizeof(data)];
static uint8_t model[BYTES]; /* all zeros behind the end */
static struct mapping mappings[MAPPINGS];
static struct memory_object *object;
static struct object_pin pin; /* of a page that is kept for a while */
static bool has_pin;

static bool goes(const struct leaf *leaf, uint64_t index,
                 enum object_leaves leaves)
{
    switch (leaves) {
    case OBJECT_LEAVES_REMOVED:
        return leaf->kind != LEAF_COPY && object_is_removed(object, index);
    case OBJECT_LEAVES_SHOWN:
        return leaf->kind != LEAF_COPY;
    default:
        return true;
    }
}

void object_unmap(struct memory_object *of, uint64_t first, uint64_t end,
                  enum object_leaves leaves)
{
    assert_ptr_equal(of, object);
    for (size_t m = 0; m < MAPPINGS; m++) {
        for (uint64_t i = first; i < MIN(end, (uint64_t)PAGES + 2); i++) {
            struct leaf *leaf = &mappings[m].leaves[i];
            leaf->kind = goes(leaf, i, leaves) ? LEAF_NONE : leaf->kind;
        }
    }
}

static void fill_at_random(uint8_t *bytes, size_t size)
{
    uint8_t byte = (uint8_t)random_next(&seed);

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(byte + i % 251);
    }
}

/* Memory ends soon, or does not. */
static void limit_memory(void)
{
    host_frames_left =
        random_below(&seed, 4) == 0 ? random_below(&seed, 4) : SIZE_MAX;
}

static void random_range(uint64_t *start, uint64_t *end)
{
    *start = random_below(&seed, BYTES);
    *end =
        *start + random_below(&seed, random_below(&seed, 2) == 0 ? 3 * PAGE_SIZE
                                                                 : BYTES);
    if (random_below(&seed, 3) == 0) {
        *start = align_down(*start, PAGE_SIZE);
        *end = align_up(*end, PAGE_SIZE);
    }
}

/* As a file's write does it. */
static void write_file(void)
{
    uint64_t index = random_below(&seed, PAGES + 1);
    size_t from = random_below(&seed, PAGE_SIZE);
    size_t count = 1 + random_below(&seed, PAGE_SIZE - from);
    struct object_pin page;

    limit_memory();
    int error = object_get_page(object, index, OBJECT_WRITE, &page);
    if (index >= object_pages(object)) {
        assert_int_equal(error, -EIO);
        return;
    }
    if (error != 0) {
        assert_int_equal(error, -ENOMEM);
        return;
    }
    uint8_t *bytes = direct_map(page.frame);
    fill_at_random(bytes + from, count);
    memcpy(model + index * PAGE_SIZE + from, bytes + from, count);
    object_put_page(&page);
}

static void read_file(void)
{
    uint64_t index = random_below(&seed, PAGES + 1);
    size_t before = object->frames;
    bool was_there = object_is_resident(object, index);
    struct object_pin page;

    limit_memory();
    int error = object_get_page(object, index, OBJECT_READ, &page);
    if (error != 0) {
        assert_int_equal(error, index < object_pages(object) ? -ENOMEM : -EIO);
        return;
    }
    assert_memory_equal(direct_map(page.frame), model + index * PAGE_SIZE,
                        PAGE_SIZE);
    assert_true(was_there || object->frames <= before);
    object_put_page(&page);
}

/* The fault of a write to a shared mapping, or to what is not private yet. */
static void write_mapping(struct mapping *mapping, uint64_t index)
{
    struct leaf *leaf = &mapping->leaves[index];
    uint8_t *bytes = leaf->copy;
    paddr_t frame;

    if (leaf->kind == LEAF_WRITE) {
        bytes = direct_map(leaf->frame);
    } else if (!mapping->is_private) {
        if (object_page_to_write(object, index, &frame) != 0) {
            return;
        }
        *leaf = (struct leaf){.kind = LEAF_WRITE, .frame = frame};
        bytes = direct_map(frame);
    } else if (leaf->kind != LEAF_COPY) {
        if (object_copy_page(object, index, leaf->copy) != 0) {
            return;
        }
        leaf->kind = LEAF_COPY;
    }
    fill_at_random(bytes + random_below(&seed, PAGE_SIZE - 16), 16);
    if (!mapping->is_private) {
        memcpy(model + index * PAGE_SIZE, bytes, PAGE_SIZE);
    }
}

static void read_mapping(struct mapping *mapping, uint64_t index)
{
    struct leaf *leaf = &mapping->leaves[index];
    bool tells = object_tells_writes(object) || mapping->is_private;

    if (leaf->kind == LEAF_NONE &&
        object_page(object, index, &leaf->frame) == 0) {
        leaf->kind = tells ? LEAF_READ : LEAF_WRITE;
    }
}

static void touch_mapping(void)
{
    struct mapping *mapping = &mappings[random_below(&seed, MAPPINGS)];
    uint64_t index = random_below(&seed, PAGES + 2);

    limit_memory();
    if (random_below(&seed, 2) == 0) {
        read_mapping(mapping, index);
    } else {
        write_mapping(mapping, index);
    }
}

/* On tmpfs what was written behind the end of the last page can be seen when
 * the file grows: it is cleared when it shrinks. */
static void truncate_at_random(void)
{
    uint64_t old_size = object->size;
    uint64_t size = random_below(&seed, BYTES + 1);

    size = random_below(&seed, 3) == 0 ? align_down(size, PAGE_SIZE) : size;
    size = random_below(&seed, 3) == 0 ? BYTES : size;
    limit_memory();
    host_frames_left = random_below(&seed, 2) == 0 ? 0 : host_frames_left;
    object_truncate(object, size);
    assert_int_equal(object->size, size);
    if (size < old_size) {
        memset(model + size, 0, BYTES - size);
    }
}

static void punch_at_random(void)
{
    uint64_t start, end;

    random_range(&start, &end);
    end = random_below(&seed, 9) == 0 ? random_edge(&seed) : end;
    limit_memory();
    int error = object_punch(object, start, end);
    host_frames_left = SIZE_MAX;
    if (error != 0) {
        assert_int_equal(error, -ENOMEM);
        error = object_punch(object, start, end);
        assert_int_equal(error, 0);
    }
    end = end >= object->size ? object_pages(object) * PAGE_SIZE : end;
    if (start < end && start < object->size) {
        memset(model + start, 0, end - start);
    }
}

static void change_pin(void)
{
    host_frames_left = SIZE_MAX;
    if (has_pin) {
        object_put_page(&pin);
        has_pin = false;
    } else {
        enum object_access access =
            random_below(&seed, 2) == 0 ? OBJECT_READ : OBJECT_WRITE;
        has_pin = object_get_page(object, random_below(&seed, PAGES), access,
                                  &pin) == 0;
    }
}

static void reclaim_at_random(void)
{
    uint64_t clean = object->clean;
    uint64_t frames = object->frames;
    size_t wanted = random_below(&seed, 6);
    size_t done = object_reclaim(wanted);

    assert_true(done <= wanted && done <= clean);
    assert_int_equal(object->frames, frames - done);
    assert_int_equal(object->clean, clean - done);
}

static void expect_leaf(const struct leaf *leaf, uint64_t index)
{
    if (leaf->kind == LEAF_NONE) {
        return;
    }
    assert_true(index < object_pages(object));
    if (leaf->kind == LEAF_COPY) {
        return;
    }
    assert_int_equal(leaf->frame, object_find(object, index));
    assert_memory_equal(direct_map(leaf->frame), model + index * PAGE_SIZE,
                        PAGE_SIZE);
}

static void expect_all(void)
{
    static uint8_t copy[PAGE_SIZE];

    for (uint64_t i = 0; i < PAGES + 2; i++) {
        for (size_t m = 0; m < MAPPINGS; m++) {
            expect_leaf(&mappings[m].leaves[i], i);
        }
        int error = object_copy_page(object, i, copy);
        assert_int_equal(error, i < object_pages(object) ? 0 : -EIO);
        if (error == 0) {
            assert_memory_equal(copy, model + i * PAGE_SIZE, PAGE_SIZE);
        }
    }
    assert_null(object_validate(object));
    assert_memory_equal(data, data_before, sizeof(data));
}

static void step_at_random(void)
{
    static void (*const steps[])(void) = {
        write_file,    write_file,         read_file,       touch_mapping,
        touch_mapping, touch_mapping,      touch_mapping,   touch_mapping,
        change_pin,    truncate_at_random, punch_at_random, reclaim_at_random,
    };

    host_reclaims = random_below(&seed, 3);
    steps[random_below(&seed, ARRAY_COUNT(steps))]();
    host_frames_left = SIZE_MAX;
    host_reclaims = 0;
}

/* An object that shows DATA_SIZE bytes from SHIFT on at first, or none. */
static void run(const uint8_t *bytes)
{
    memset(mappings, 0, sizeof(mappings));
    memset(model, 0, sizeof(model));
    if (bytes != NULL) {
        memcpy(model, bytes, DATA_SIZE);
    }
    for (size_t m = 0; m < MAPPINGS; m++) {
        mappings[m].is_private = m % 2 == 0;
    }
    object = object_create(bytes != NULL ? DATA_SIZE : 0, bytes);
    for (size_t step = 0; step < STEPS; step++) {
        step_at_random();
        if (step % STEPS_KEPT == 0) {
            expect_all();
        }
    }
    object_put(object);
    if (has_pin) {
        change_pin();
    }
    assert_int_equal(host_frames, 0);
}

static void object_without_data_is_as_its_model(void **state)
{
    (void)state;
    run(NULL);
}

static void object_with_data_is_as_its_model(void **state)
{
    (void)state;
    for (size_t round = 0; round < 10; round++) {
        fill_at_random(data, sizeof(data));
        memcpy(data_before, data, sizeof(data));
        run(round % 2 == 0 ? data : data + 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object_without_data_is_as_its_model),
        cmocka_unit_test(object_with_data_is_as_its_model),
    };
    return cmocka_run_group_tests_name("object_change", tests, NULL, NULL);
}
