/* Memory objects against a model of their bytes, one number a page. */
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

#define PAGES     1200
#define STEPS     20000
#define DATA_SIZE (5 * PAGE_SIZE + 100)

static uint64_t seed = 1;
static uint8_t data[DATA_SIZE + PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

void object_unmap(struct memory_object *object, uint64_t first, uint64_t end,
                  enum object_leaves leaves)
{
    (void)object;
    (void)first;
    (void)end;
    (void)leaves;
}

static uint8_t *page_at(struct memory_object *object, uint64_t index)
{
    paddr_t frame;
    assert_int_equal(object_page(object, index, &frame), 0);
    assert_int_equal(object_find(object, index), frame);
    return direct_map(frame);
}

/* All that can be asked of the page at INDEX, which holds BYTE. */
static void expect_page(struct memory_object *object, uint64_t index,
                        uint8_t byte, bool is_resident)
{
    static uint8_t copy[PAGE_SIZE];

    assert_int_equal(object_is_resident(object, index), is_resident);
    assert_int_equal(object_find(object, index) != PADDR_NONE, is_resident);
    assert_int_equal(object_copy_page(object, index, copy), 0);
    assert_int_equal(copy[0], byte);
    assert_int_equal(copy[PAGE_SIZE - 1], byte);
}

static void random_write(struct memory_object *object, uint8_t *model)
{
    uint64_t index = random_below(&seed, PAGES);
    size_t before = host_frames;
    paddr_t frame;

    if (random_below(&seed, 8) == 0) {
        host_frames_left = random_below(&seed, 3);
    }
    int error = object_page(object, index, &frame);
    host_frames_left = SIZE_MAX;
    if (error != 0) {
        assert_int_equal(error, -ENOMEM);
        assert_int_equal(host_frames, before);
        return;
    }
    uint8_t *page = direct_map(frame);
    assert_int_equal(page[0], model[index]);
    assert_int_equal(page[PAGE_SIZE - 1], model[index]);
    model[index] = (uint8_t)(1 + random_below(&seed, 255));
    memset(page, model[index], PAGE_SIZE);
}

/* Some parts, which may overlap; some reach behind the end. */
static void random_removals(struct memory_object *object, uint8_t *model)
{
    struct list removals = LIST_EMPTY(removals);
    bool was_there[PAGES] = {false};

    for (size_t n = random_below(&seed, 4); n > 0; n--) {
        uint64_t first = random_below(&seed, PAGES);
        uint64_t end = first + random_below(&seed, 100);
        end = random_below(&seed, 9) == 0 ? random_edge(&seed) : end;
        int error = object_remove(object, first, end, &removals);
        assert_int_equal(error, 0);
        for (uint64_t i = first; i < MIN(end, (uint64_t)PAGES); i++) {
            was_there[i] = model[i] != 0;
        }
    }
    bool has_removals = false;
    for (size_t i = 0; i < PAGES; i++) {
        has_removals |= was_there[i];
        assert_int_equal(object_is_removed(object, i), was_there[i]);
        model[i] = was_there[i] ? 0 : model[i];
    }
    assert_int_equal(list_is_empty(&removals), !has_removals);
    object_finish_removals(&removals);
    assert_true(list_is_empty(&removals));
}

/* Where the first page that is there lies, behind a random one, and where the
 * first that is not. */
static void expect_holes(struct memory_object *object, const uint8_t *model)
{
    uint64_t first = random_below(&seed, PAGES + 2);
    uint64_t page = MIN(first, (uint64_t)PAGES);
    uint64_t hole = page;

    while (page < PAGES && model[page] == 0) {
        page++;
    }
    while (hole < PAGES && model[hole] != 0) {
        hole++;
    }
    assert_int_equal(object_find_page(object, first), page);
    assert_int_equal(object_find_hole(object, first), hole);
}

static void object_is_as_its_model(void **state)
{
    (void)state;
    static uint8_t model[PAGES];
    struct memory_object *object = object_create(PAGES * PAGE_SIZE, NULL);

    for (size_t step = 0; step < STEPS; step++) {
        if (random_below(&seed, 20) != 0) {
            random_write(object, model);
        } else {
            random_removals(object, model);
        }
        uint64_t index = random_below(&seed, PAGES);
        expect_page(object, index, model[index], model[index] != 0);
        expect_holes(object, model);
        assert_null(step % 100 == 0 ? object_validate(object) : NULL);
    }
    object_put(object);
    assert_int_equal(host_frames, 0);
}

static void object_refuses_what_lies_behind_its_end(void **state)
{
    (void)state;
    static uint8_t copy[PAGE_SIZE];
    struct memory_object *object = object_create(2 * PAGE_SIZE + 1, data);
    paddr_t frame;

    assert_int_equal(object_page(object, 2, &frame), 0);
    for (unsigned bit = 2; bit < 64; bit++) {
        for (uint64_t index = BIT(bit) - 1; index <= BIT(bit) + 2; index++) {
            if (index < 3) {
                continue;
            }
            assert_int_equal(object_page(object, index, &frame), -EIO);
            assert_int_equal(object_copy_page(object, index, copy), -EIO);
            assert_int_equal(object_find(object, index), PADDR_NONE);
            assert_false(object_is_resident(object, index));
            assert_false(object_is_removed(object, index));
        }
    }
    object_put(object);
    object = object_create(0, data);
    assert_int_equal(object_page(object, 0, &frame), -EIO);
    object_put(object);
    assert_int_equal(host_frames, 0);
}

/* The largest file that there is, with a page at its end. */
static void object_may_be_of_any_size(void **state)
{
    (void)state;
    struct memory_object *object = object_create(UINT64_MAX, NULL);
    uint64_t last = UINT64_MAX >> PAGE_SHIFT;

    page_at(object, last)[5] = 9;
    assert_int_equal(page_at(object, last)[5], 9);
    assert_false(object_is_resident(object, 0));
    assert_int_equal(object->frames, 1);
    assert_null(object_validate(object));
    object_put(object);
    assert_int_equal(host_frames, 0);
}

/* Whole pages of data that are aligned are shown where they lie, and the last
 * one is a copy without what lies behind it; of others each is a copy. */
static void object_shows_data(void **state)
{
    (void)state;
    memset(data, 0xee, sizeof(data));
    for (size_t shift = 0; shift < 8; shift += 4) {
        uint8_t *bytes = data + shift;
        struct memory_object *object = object_create(DATA_SIZE, bytes);
        for (size_t i = 0; i < DATA_SIZE; i++) {
            bytes[i] = (uint8_t)(i / PAGE_SIZE + i % 7);
        }
        for (uint64_t i = 0; i < 5; i++) {
            const uint8_t *page = page_at(object, i);
            assert_memory_equal(page, bytes + i * PAGE_SIZE, PAGE_SIZE);
            assert_int_equal(page == bytes + i * PAGE_SIZE, shift == 0);
        }
        const uint8_t *last = page_at(object, 5);
        assert_memory_equal(last, bytes + 5 * PAGE_SIZE, 100);
        for (size_t i = 100; i < PAGE_SIZE; i++) {
            assert_int_equal(last[i], 0);
        }
        assert_int_equal(object->frames, shift == 0 ? 1 : 6);
        assert_null(object_validate(object));
        object_put(object);
        assert_int_equal(host_frames, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object_is_as_its_model),
        cmocka_unit_test(object_refuses_what_lies_behind_its_end),
        cmocka_unit_test(object_may_be_of_any_size),
        cmocka_unit_test(object_shows_data),
    };
    return cmocka_run_group_tests_name("object", tests, NULL, NULL);
}
