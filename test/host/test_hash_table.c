/* kernel/file/hash_table.c: random insertions and removals against a plain
 * array, and what a full machine does to growth. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/file/hash_table.h"
#include "kernel/lib/list.h"
#include "mm/frame.h"
#include "test/host/random.h"

#define SEED       0x4a54ull
#define ELEMENTS   6000
#define STEPS      60000
#define FEW_HASHES 50 /* elements that share them */

struct element {
    struct hash_node node;
    uint64_t hash;
    bool is_in;
};

static struct element elements[ELEMENTS];
static struct hash_table table;
static size_t frames;
static size_t frames_left;

paddr_t frame_alloc(enum byte_map_owner owner)
{
    (void)owner;
    if (frames_left == 0) {
        return PADDR_NONE;
    }
    frames_left--;
    frames++;
    void *frame = aligned_alloc(FRAME_SIZE, FRAME_SIZE);
    return direct_map_address(memset(frame, 0xa5, FRAME_SIZE));
}

int frame_free(paddr_t frame)
{
    frames--;
    free(direct_map(frame));
    return 0;
}

void random_bytes(void *to, size_t size);
void random_bytes(void *to, size_t size)
{
    memset(to, 0x5a, size);
}

static bool is_found(const struct element *element)
{
    struct hash_node *node = hash_table_first(&table, element->hash);

    while (node != NULL && node != &element->node) {
        node = node->next;
    }
    return node != NULL;
}

static void check_all(size_t count)
{
    assert_int_equal(table.count, count);
    assert_null(hash_table_validate(&table));
    for (size_t i = 0; i < ELEMENTS; i++) {
        assert_int_equal(is_found(&elements[i]), elements[i].is_in);
    }
}

static int begin(void **unused)
{
    (void)unused;
    uint64_t state = SEED;

    memset(elements, 0, sizeof(elements));
    for (size_t i = 0; i < ELEMENTS; i++) {
        uint64_t word = i % 8 == 0 ? random_below(&state, FEW_HASHES) : i;
        elements[i].hash = hash_add(hash_begin(&table.key), word);
    }
    frames_left = SIZE_MAX;
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    hash_table_clear(&table);
    assert_int_equal(frames, 0);
    assert_null(hash_table_first(&table, 0));
    return 0;
}

static void insert(struct element *element)
{
    assert_int_equal(hash_table_insert(&table, &element->node, element->hash),
                     0);
    element->is_in = true;
}

static void random_changes(void **unused)
{
    (void)unused;
    uint64_t state = SEED;
    size_t count = 0;

    check_all(0);
    for (size_t i = 0; i < STEPS; i++) {
        struct element *element = &elements[random_below(&state, ELEMENTS)];
        if (!element->is_in) {
            insert(element);
            count++;
        } else if (i > STEPS / 2 || random_below(&state, 4) == 0) {
            hash_table_remove(&table, &element->node);
            element->is_in = false;
            count--;
        }
        if (i % 1000 == 0) {
            check_all(count);
        }
    }
    check_all(count);
}

/* As many buckets as elements, and the elements spread over them. */
static void buckets_stay_short(void **unused)
{
    (void)unused;
    size_t looked_at = 0;

    for (size_t i = 0; i < ELEMENTS; i++) {
        elements[i].hash = hash_add_text(table.key, (const char *)&i, 3);
        insert(&elements[i]);
    }
    assert_int_equal(table.bucket_count, ELEMENTS);
    for (size_t i = 0; i < ELEMENTS; i++) {
        struct hash_node *node = hash_table_first(&table, elements[i].hash);
        for (; node != &elements[i].node; node = node->next) {
            looked_at++;
        }
    }
    assert_true(looked_at < ELEMENTS);
    for (size_t i = 0; i < ELEMENTS; i++) {
        hash_table_remove(&table, &elements[i].node);
    }
    assert_int_equal(table.bucket_count, HASH_TABLE_SEGMENT);
    assert_int_equal(frames, 2);
    assert_null(hash_table_validate(&table));
}

static void without_memory_it_stays_small(void **unused)
{
    (void)unused;

    for (frames_left = 0; frames_left < 2; frames_left++) {
        size_t left = frames_left;
        assert_int_equal(hash_table_insert(&table, &elements[0].node, 0),
                         -ENOMEM);
        assert_int_equal(frames, 0);
        check_all(0);
        frames_left = left;
    }
    for (size_t i = 0; i < ELEMENTS - 1; i++) {
        insert(&elements[i]);
    }
    assert_int_equal(table.bucket_count, HASH_TABLE_SEGMENT);
    check_all(ELEMENTS - 1);
    frames_left = SIZE_MAX;
    insert(&elements[ELEMENTS - 1]);
    assert_int_equal(table.bucket_count, HASH_TABLE_SEGMENT + 1);
    check_all(ELEMENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_changes, begin, end),
        cmocka_unit_test_setup_teardown(buckets_stay_short, begin, end),
        cmocka_unit_test_setup_teardown(without_memory_it_stays_small, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
