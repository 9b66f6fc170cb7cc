/* user/look/: lines of /proc/PID/frames, whose a large page is by them, and how
 * it is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/bytemap.h"
#include "test/host/random.h"
#include "user/look/colour.h"
#include "user/look/glyph.h"
#include "user/look/owners.h"
#include "user/look/run.h"

#define PAGES     8
#define FRAME     4096ull
#define PAGE      ((uint64_t)BYTE_MAP_PAGE_SIZE)
#define PROCESSES 4
#define ROUNDS    500

static uint8_t bytes[PAGES];
static struct page_owner pages[PAGES];
static uint32_t frames[PAGES];
static uint32_t touched[PAGES];
static struct owners owners = {
    .count = PAGES,
    .pages = pages,
    .bytes = bytes,
    .frames = frames,
    .touched = touched,
};

static int begin(void **state)
{
    (void)state;
    memset(bytes, BYTE_MAP_SPLIT, sizeof(bytes));
    owners_begin(&owners);
    return 0;
}

static struct run run_at(uint64_t memory, uint64_t size, enum run_whose whose)
{
    return (struct run){
        .start = 0x400000,
        .end = 0x400000 + size,
        .memory = memory,
        .level = 1,
        .whose = whose,
    };
}

static void add(uint64_t memory, uint64_t size, enum run_whose whose)
{
    struct run run = run_at(memory, size, whose);
    owners_add(&owners, &run);
}

static void lines_are_read(void **state)
{
    (void)state;
    struct run run;
    assert_true(
        run_parse("00401000-00406000 000000364000 4k r-x object", &run));
    assert_int_equal(run.start, 0x401000);
    assert_int_equal(run.end, 0x406000);
    assert_int_equal(run.memory, 0x364000);
    assert_int_equal(run.level, 1);
    assert_int_equal(run.whose, RUN_OBJECT);
    assert_string_equal(run.rights, "r-x");
    assert_true(
        run_parse("7f0000000000-7f0000200000 00000fe00000 2m rw- own", &run));
    assert_int_equal(run.level, 2);
    assert_int_equal(run.whose, RUN_OWN);
    assert_true(run_parse("00000000-8000000000 00000fe79000 pdpt", &run));
    assert_int_equal(run.level, 3);
    assert_int_equal(run.whose, RUN_TABLE);
}

static void other_lines_are_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "hello",
        "00401000-00406000",
        "00401000-00406000 000000364000",
        "00401000-00406000 000000364000 4k",
        "00401000-00406000 000000364000 4k r-x",
        "00401000-00406000 000000364000 4k r-x ",
        "00401000-00406000 000000364000 4k r-x nobody",
        "00401000-00406000 000000364000 8k r-x own",
        "00401000-00406000 000000364000 ptx",
        "00406000-00401000 000000364000 4k r-x own",
        "00401000-00401000 000000364000 pt",
    };
    struct run run;
    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_false(run_parse(lines[i], &run));
    }
}

static void cut_and_changed_lines_do_no_harm(void **state)
{
    (void)state;
    static const char line[] = "00401000-00406000 000000364000 4k r-x object";
    uint64_t seed = 3;
    for (unsigned i = 0; i < ROUNDS; i++) {
        char *text = strdup(line);
        random_mutate(&seed, (uint8_t *)text, sizeof(line) - 1);
        text[random_below(&seed, sizeof(line))] = '\0';
        char *exact = strdup(text); /* so that ASan sees its end */
        struct run run;
        if (run_parse(exact, &run)) {
            owners_add(&owners, &run);
        }
        free(exact);
        free(text);
    }
}

static void who_shows_most_is_the_owner(void **state)
{
    (void)state;
    add(PAGE - 2 * FRAME, 5 * FRAME, RUN_OWN);
    owners_end(&owners, 2);
    assert_int_equal(pages[0].pid, 2);
    assert_int_equal(pages[0].frames, 2);
    assert_int_equal(pages[1].frames, 3);
    assert_false(pages[0].is_several);

    add(0, 3 * FRAME, RUN_SHARED);
    owners_end(&owners, 3);
    assert_int_equal(pages[0].pid, 3);
    assert_int_equal(pages[0].frames, 3);
    assert_true(pages[0].is_several);
    assert_int_equal(pages[1].pid, 2);
    assert_int_equal(pages[2].pid, 0);
}

static void some_runs_own_nothing(void **state)
{
    (void)state;
    bytes[1] = BYTE_MAP_SPLIT | BYTE_MAP_KERNEL;
    add(0, FRAME, RUN_TABLE);
    add(0, FRAME, RUN_ZEROS);
    add(0, FRAME, RUN_UNTOUCHED);
    add(PAGE, FRAME, RUN_OBJECT);
    add(PAGES * PAGE, FRAME, RUN_OWN); /* past the map */
    add(UINT64_MAX - FRAME + 1, 2 * FRAME, RUN_OWN);
    owners_end(&owners, 2);
    for (size_t i = 0; i < PAGES; i++) {
        assert_int_equal(pages[i].pid, 0);
    }
    add(PAGE, FRAME, RUN_OWN); /* of the kernel's page, but a program's */
    add(2 * PAGE, FRAME, RUN_OBJECT);
    owners_end(&owners, 2);
    assert_int_equal(pages[1].pid, 2);
    assert_int_equal(pages[2].pid, 2);
}

/* The same by counting frame by frame. */
static void owners_are_as_counted(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned counts[PROCESSES][PAGES] = {0};
        owners_begin(&owners);
        for (unsigned process = 0; process < PROCESSES; process++) {
            for (size_t i = random_below(&seed, 4); i > 0; i--) {
                uint64_t first = random_below(&seed, PAGES * 512);
                uint64_t count = 1 + random_below(&seed, 1500);
                add(first * FRAME, count * FRAME, RUN_OWN);
                for (uint64_t f = first; f < first + count; f++) {
                    counts[process][f / 512 % PAGES] += f < PAGES * 512;
                }
            }
            owners_end(&owners, (int)process + 1);
        }
        for (unsigned page = 0; page < PAGES; page++) {
            unsigned showing = 0;
            unsigned most = 0;
            for (unsigned process = 0; process < PROCESSES; process++) {
                showing += counts[process][page] > 0;
                most =
                    counts[process][page] > most ? counts[process][page] : most;
            }
            assert_int_equal(pages[page].frames, most);
            assert_int_equal(pages[page].is_several, showing > 1);
            assert_int_equal(pages[page].pid != 0, most > 0);
        }
    }
}

static void glyphs(void **state)
{
    (void)state;
    bytes[0] = BYTE_MAP_FREE;
    bytes[1] = BYTE_MAP_USED | BYTE_MAP_KERNEL;
    bytes[2] = BYTE_MAP_USED;
    add(2 * PAGE, PAGE, RUN_OWN);
    add(3 * PAGE, FRAME, RUN_OWN);
    add(4 * PAGE, FRAME, RUN_OWN);
    owners_end(&owners, 2);
    add(4 * PAGE, FRAME, RUN_OWN);
    owners_end(&owners, 3);
    const char *letters = ".Kbb*s";
    for (size_t i = 0; letters[i] != '\0'; i++) {
        assert_int_equal(glyph_of(&owners, i).letter, letters[i]);
    }
    assert_int_equal(glyph_of(&owners, 2).colour, process_colour_whole(2));
    assert_int_equal(glyph_of(&owners, 3).colour, process_colour(2));
    /* Several to a letter, also past the end. */
    assert_int_equal(glyph_of_pages(&owners, 0, 2).letter, 'K');
    assert_int_equal(glyph_of_pages(&owners, 0, 4).letter, 'b');
    assert_int_equal(glyph_of_pages(&owners, 0, 8).letter, '*');
    assert_int_equal(glyph_of_pages(&owners, 6, 8).letter, 's');
}

/* No letter of a process is one of a kind, for the small ones. */
static void letters_are_apart(void **state)
{
    (void)state;
    for (int pid = 1; pid < 100; pid++) {
        for (unsigned kind = 0; kind < KINDS; kind++) {
            assert_int_not_equal(process_letter(pid),
                                 kind_legends[kind].letter);
        }
        assert_in_range(process_letter(pid), 'a', 'z');
    }
    assert_int_equal(process_letter(1), 'a');
    assert_int_not_equal(process_colour(1), process_colour(2));
}

static void colours_are_sequences(void **state)
{
    (void)state;
    char text[COLOUR_LENGTH_MAX];
    for (unsigned colour = 0; colour < 128; colour++) {
        size_t length = colour_sequence((uint8_t)colour, text);
        assert_int_equal(length, strlen(text));
    }
    colour_sequence(BRIGHT | RED | ON(BLUE), text);
    assert_string_equal(text, "\033[0;91;44m");
    colour_sequence(GREY, text);
    assert_string_equal(text, "\033[0;37;40m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read),
        cmocka_unit_test(other_lines_are_refused),
        cmocka_unit_test_setup(cut_and_changed_lines_do_no_harm, begin),
        cmocka_unit_test_setup(who_shows_most_is_the_owner, begin),
        cmocka_unit_test_setup(some_runs_own_nothing, begin),
        cmocka_unit_test_setup(owners_are_as_counted, begin),
        cmocka_unit_test_setup(glyphs, begin),
        cmocka_unit_test(letters_are_apart),
        cmocka_unit_test(colours_are_sequences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
