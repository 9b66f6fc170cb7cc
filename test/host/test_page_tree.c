/* Page trees against the plainest model: a list of numbers and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/lib/panic.h"
#include "mm/page_tree.h"
#include "test/host/random.h"

#define WORDS_MAX 400
#define STEPS     60000

static uint64_t seed = 1;
static struct page_tree tree;
static size_t nodes;                 /* that are handed out */
static size_t nodes_left = SIZE_MAX; /* until there are none */

/* The model, in the order of the numbers. */
static struct {
    uint64_t index;
    uint64_t word;
} words[WORDS_MAX + 1];
static size_t count;

void panic(const char *format, ...)
{
    fputs(format, stderr);
    abort();
}

void *page_tree_node_alloc(void)
{
    if (nodes_left == 0) {
        return NULL;
    }
    nodes_left--;
    nodes++;
    return calloc(1, FRAME_SIZE);
}

void page_tree_node_free(void *node)
{
    nodes--;
    free(node);
}

/* The place of the first word at or behind INDEX. */
static size_t place_of(uint64_t index)
{
    size_t at = 0;
    while (at < count && words[at].index < index) {
        at++;
    }
    return at;
}

static uint64_t model_find(uint64_t index)
{
    size_t at = place_of(index);
    return at < count && words[at].index == index ? words[at].word : 0;
}

static void model_insert(uint64_t index, uint64_t word)
{
    size_t at = place_of(index);
    if (at == count || words[at].index != index) {
        memmove(&words[at + 1], &words[at], (count - at) * sizeof(words[0]));
        count++;
    }
    words[at].index = index;
    words[at].word = word;
}

static bool count_node(paddr_t frame)
{
    (void)frame;
    nodes_left++; /* which nobody asks meanwhile */
    return true;
}

static void check(void)
{
    size_t at = 0;
    uint64_t *word;

    for (uint64_t index = 0;
         (word = page_tree_next(&tree, &index, UINT64_MAX)) != NULL; index++) {
        assert_true(at < count);
        assert_int_equal(index, words[at].index);
        assert_int_equal(*word, words[at].word);
        at++;
    }
    assert_int_equal(at, count);
    size_t before = nodes_left;
    nodes_left = 0;
    assert_true(page_tree_for_nodes(&tree, count_node));
    assert_int_equal(nodes_left, nodes);
    nodes_left = before;
    assert_true(count > 0 || (nodes == 0 && tree.height == 0));
}

/* Near 0, near a number that is there, or anywhere. */
static uint64_t random_index(void)
{
    switch (random_below(&seed, 4)) {
    case 0:
        return random_below(&seed, 2000);
    case 1:
        return count == 0 ? 0
                          : (words[random_below(&seed, count)].index +
                             random_below(&seed, 5)) %
                                PAGE_TREE_END;
    case 2:
        return random_next(&seed) % PAGE_TREE_END;
    default:
        return random_edge(&seed) % PAGE_TREE_END;
    }
}

static void random_insert(void)
{
    uint64_t index = random_index();
    uint64_t word = random_next(&seed) | 1;
    size_t before = nodes;

    if (random_below(&seed, 8) == 0) {
        nodes_left = random_below(&seed, 5);
    }
    uint64_t *place = page_tree_place(&tree, index);
    if (place == NULL) {
        assert_int_equal(nodes_left, 0);
        assert_int_equal(nodes, before);
    } else {
        assert_int_equal(*place, model_find(index));
        *place = word;
        model_insert(index, word);
    }
    nodes_left = SIZE_MAX;
}

static void remove_range(uint64_t start, uint64_t end)
{
    uint64_t *word;

    for (uint64_t at = start; (word = page_tree_next(&tree, &at, end)) != NULL;
         at++) {
        *word = 0;
    }
    page_tree_trim(&tree, start, end);
    size_t first = place_of(start);
    size_t last = place_of(end);
    memmove(&words[first], &words[last], (count - last) * sizeof(words[0]));
    count -= last - first;
}

static void random_remove(void)
{
    uint64_t start = random_index();
    uint64_t length =
        random_below(&seed, 3) == 0 ? random_index() : random_below(&seed, 600);
    remove_range(start, start + length);
}

static void page_tree_is_as_its_model(void **state)
{
    (void)state;
    for (size_t step = 0; step < STEPS; step++) {
        if (count < WORDS_MAX && random_below(&seed, 3) != 0) {
            random_insert();
        } else {
            random_remove();
        }
        uint64_t index = random_index();
        assert_int_equal(page_tree_find(&tree, index), model_find(index));
        if (step % 50 == 0) {
            check();
        }
    }
    remove_range(0, UINT64_MAX);
    check();
    assert_int_equal(nodes, 0);
}

/* A number that the tree is too low for is none of those below it. */
static void page_tree_has_no_aliases(void **state)
{
    (void)state;
    for (uint64_t index = 0; index <= 1000; index += 500) {
        *page_tree_place(&tree, index) = 7;
        for (unsigned bit = 9; bit < 64; bit++) {
            assert_int_equal(page_tree_find(&tree, index | BIT(bit)),
                             (index | BIT(bit)) == index ? 7 : 0);
        }
        uint64_t at = BIT(52) - 1;
        assert_null(page_tree_next(&tree, &at, UINT64_MAX));
        at = UINT64_MAX;
        assert_null(page_tree_next(&tree, &at, UINT64_MAX));
        *page_tree_place(&tree, index) = 0;
        page_tree_trim(&tree, 0, UINT64_MAX);
        assert_int_equal(nodes, 0);
    }
}

static void page_tree_of_one_page_has_no_node(void **state)
{
    (void)state;
    *page_tree_place(&tree, 0) = 5;
    assert_int_equal(nodes, 0);
    assert_int_equal(page_tree_find(&tree, 0), 5);
    assert_int_equal(page_tree_find(&tree, 1), 0);
    *page_tree_place(&tree, PAGE_TREE_END - 1) = 6;
    assert_int_equal(tree.height, 6);
    assert_int_equal(page_tree_find(&tree, 0), 5);
    *page_tree_place(&tree, PAGE_TREE_END - 1) = 0;
    page_tree_trim(&tree, 1, PAGE_TREE_END);
    assert_int_equal(nodes, 0);
    assert_int_equal(page_tree_find(&tree, 0), 5);
    *page_tree_place(&tree, 0) = 0;
    page_tree_trim(&tree, 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_tree_is_as_its_model),
        cmocka_unit_test(page_tree_has_no_aliases),
        cmocka_unit_test(page_tree_of_one_page_has_no_node),
    };
    return cmocka_run_group_tests_name("page_tree", tests, NULL, NULL);
}
