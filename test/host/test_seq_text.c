/* kernel/file/seq_text.c: texts read in pieces of any size, at any offset,
 * while what they tell of changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "kernel/file/seq_text.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/panic.h"
#include "kernel/thread/thread.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user_copy.h"
#include "test/host/random.h"

#define SEED      0x77d0a11ull
#define ROUNDS    2000
#define RECORDS   50
#define TEXT_MAX  (RECORDS * 32)
#define LONG_SIZE 5000

static bool is_interrupted;
static size_t memory_left = SIZE_MAX; /* what the program's buffer can take */
static size_t frames_left = SIZE_MAX;
static size_t frames_used;
static size_t made;

void panic(const char *format, ...)
{
    fail_msg("%s", format);
    abort();
}

paddr_t frame_alloc(enum byte_map_owner owner)
{
    (void)owner;
    if (frames_left == 0) {
        return PADDR_NONE;
    }
    frames_left--;
    frames_used++;
    return direct_map_address(aligned_alloc(FRAME_SIZE, FRAME_SIZE));
}

int frame_free(paddr_t frame)
{
    frames_used--;
    free(direct_map(frame));
    return 0;
}

size_t copy_to_user_partly(uaddr_t to, const void *from, size_t size)
{
    size_t copied = MIN(size, memory_left);
    memcpy((void *)to, from, copied);
    memory_left -= memory_left == SIZE_MAX ? 0 : copied;
    return copied;
}

bool thread_is_interrupted(void)
{
    return is_interrupted;
}

/* Records at the keys that are set, of different lengths. */
static int make_record(struct seq_text *text, const void *subject,
                       uint64_t *key)
{
    const bool *is_there = subject;

    while (*key < RECORDS && !is_there[*key]) {
        ++*key;
    }
    if (*key >= RECORDS) {
        return 0;
    }
    seq_print(text, "%llu:%*s\n", (unsigned long long)*key, (int)(*key % 13),
              "");
    ++*key;
    made++;
    return 1;
}

static int make_long(struct seq_text *text, const void *subject, uint64_t *key)
{
    const char *letters = subject;
    char letter = letters[*key];

    for (int i = 0; letter != '\0' && i < LONG_SIZE; i++) {
        seq_write(text, &letter, 1);
    }
    *key += letter != '\0';
    return letter != '\0' ? 1 : 0;
}

static int64_t read_at(struct seq_text *text, seq_maker *make,
                       const void *subject, uint64_t offset, char *to,
                       size_t size)
{
    assert_int_equal(seq_prepare(text), 0);
    return seq_read(text, make, subject, offset, (uaddr_t)to, size);
}

static size_t whole_text(const bool *is_there, char *to)
{
    struct seq_text text = {0};
    size_t size = 0;
    int64_t got;

    while ((got = read_at(&text, make_record, is_there, size, to + size,
                          TEXT_MAX)) > 0) {
        size += (size_t)got;
    }
    seq_release(&text);
    return size;
}

static void any_offset_and_size(void **unused)
{
    (void)unused;
    uint64_t state = SEED;
    struct seq_text text = {0};
    bool is_there[RECORDS];
    char whole[TEXT_MAX], part[TEXT_MAX];

    memset(is_there, true, sizeof(is_there));
    size_t whole_size = whole_text(is_there, whole);
    for (int i = 0; i < ROUNDS; i++) {
        size_t offset = random_below(&state, whole_size + 50);
        size_t size = 1 + random_below(&state, 200);
        size_t there = offset < whole_size ? whole_size - offset : 0;
        int64_t got = read_at(&text, make_record, is_there, offset, part, size);
        assert_in_range(got, there > 0 ? 1 : 0, MIN(size, there));
        assert_memory_equal(part, whole + MIN(offset, whole_size), (size_t)got);
    }
    seq_release(&text);
}

static void reading_on_makes_each_record_once(void **unused)
{
    (void)unused;
    bool is_there[RECORDS];
    char whole[TEXT_MAX], part[TEXT_MAX];

    memset(is_there, true, sizeof(is_there));
    size_t whole_size = whole_text(is_there, whole);
    for (size_t size = 1; size <= 100; size++) {
        struct seq_text text = {0};
        size_t offset = 0;
        int64_t got;

        made = 0;
        while ((got = read_at(&text, make_record, is_there, offset,
                              part + offset, size)) > 0) {
            offset += (size_t)got;
        }
        assert_int_equal(offset, whole_size);
        assert_memory_equal(part, whole, whole_size);
        assert_int_equal(made, RECORDS);
        seq_release(&text);
    }
}

/* Lines are whole, grow, and those that were there throughout come once. */
static void records_come_and_go(void **unused)
{
    (void)unused;
    uint64_t state = SEED;

    for (int round = 0; round < ROUNDS / 10; round++) {
        struct seq_text text = {0};
        bool is_there[RECORDS], was_there[RECORDS];
        char lines[TEXT_MAX + 1];
        size_t size = 0;
        int64_t got;

        memset(is_there, true, sizeof(is_there));
        memset(was_there, true, sizeof(was_there));
        while ((got = read_at(&text, make_record, is_there, size, lines + size,
                              1 + random_below(&state, 20))) > 0) {
            size_t key = random_below(&state, RECORDS);
            size += (size_t)got;
            was_there[key] = false;
            is_there[key] = !is_there[key];
        }
        seq_release(&text);
        lines[size] = '\0';
        int last = -1;
        for (char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
            int key = (int)strtol(line, &line, 10);
            assert_true(key > last && key < RECORDS);
            assert_int_equal(*line, ':');
            assert_int_equal(strspn(line + 1, " "), key % 13);
            while (++last < key) {
                assert_false(was_there[last]);
            }
        }
        while (++last < RECORDS) {
            assert_false(was_there[last]);
        }
    }
}

static void an_answer_is_a_page_of_whole_records(void **unused)
{
    (void)unused;
    struct seq_text text = {0};
    static char part[4 * LONG_SIZE];

    assert_int_equal(read_at(&text, make_long, "ab", 0, part, sizeof(part)),
                     LONG_SIZE);
    assert_int_equal(part[LONG_SIZE - 1], 'a');
    assert_int_equal(read_at(&text, make_long, "ab", LONG_SIZE, part, 100),
                     100);
    assert_int_equal(
        read_at(&text, make_long, "xyz", LONG_SIZE + 100, part, sizeof(part)),
        LONG_SIZE - 100 + LONG_SIZE);
    assert_int_equal(part[LONG_SIZE - 101], 'b');
    assert_int_equal(part[LONG_SIZE - 100], 'z');
    seq_release(&text);
}

static void memory_that_ends_loses_nothing(void **unused)
{
    (void)unused;
    struct seq_text text = {0};
    char part[LONG_SIZE];

    memory_left = 0;
    assert_int_equal(read_at(&text, make_long, "a", 0, part, 10), -EFAULT);
    memory_left = 7;
    assert_int_equal(read_at(&text, make_long, "a", 0, part, 10), 7);
    memory_left = 0;
    assert_int_equal(read_at(&text, make_long, "a", 7, part, 10), -EFAULT);
    memory_left = SIZE_MAX;
    assert_int_equal(read_at(&text, make_long, "a", 7, part, sizeof(part)),
                     LONG_SIZE - 7);
    seq_release(&text);
}

static void the_way_to_an_offset_can_be_cut_short(void **unused)
{
    (void)unused;
    struct seq_text text = {0};
    char part[1];

    is_interrupted = true;
    assert_int_equal(read_at(&text, make_long, "a", 5, part, 1), -EINTR);
    assert_int_equal(read_at(&text, make_long, "a", 0, part, 1), 1);
    is_interrupted = false;
    assert_int_equal(read_at(&text, make_long, "a", UINT64_MAX, part, 1), 0);
    seq_release(&text);
}

static void no_memory_is_an_error(void **unused)
{
    (void)unused;
    struct seq_text text = {0};

    frames_left = 1;
    assert_int_equal(seq_prepare(&text), -ENOMEM);
    seq_release(&text);
    assert_int_equal(frames_used, 0);
    frames_left = SIZE_MAX;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_offset_and_size),
        cmocka_unit_test(reading_on_makes_each_record_once),
        cmocka_unit_test(records_come_and_go),
        cmocka_unit_test(an_answer_is_a_page_of_whole_records),
        cmocka_unit_test(memory_that_ends_loses_nothing),
        cmocka_unit_test(the_way_to_an_offset_can_be_cut_short),
        cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
