/* mmap of files: what they show, where they end, what may be written. */
#include "test/conformance/case.h"

static void file_private(void)
{
    map(ARENA, PAGES(3), READ_WRITE, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    touch_all(AT(0), 0x1111);
    touch_all(AT(1), 0x2222);
    map(AT(8), PAGES(3), PROT_READ, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    touch_read(AT(8));
    touch_read(AT(9));
    touch_write(AT(10), 1);
    say_arena();
}

static void file_shared(void)
{
    map(ARENA, PAGES(3), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE,
        PAGES(1));
    touch_all(AT(0), 1);
    CALL(mprotect, ARENA, PAGES(1), READ_WRITE);
    CALL(mprotect, ARENA, PAGES(1), PROT_READ | PROT_EXEC);
    touch_execute(AT(0));
    map(AT(4), PAGES(1), READ_WRITE, MAP_SHARED | MAP_FIXED, DATA_FILE, 0);
    map(AT(4), PAGES(1), PROT_WRITE, MAP_SHARED_VALIDATE | MAP_FIXED, DATA_FILE,
        0);
    say_arena();
}

static void file_past_its_end(void)
{
    map(ARENA, PAGES(8), READ_WRITE, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    touch_read(AT(DATA_PAGES));
    touch_read_at(AT(DATA_PAGES) + 96);
    touch_read_at(AT(DATA_PAGES) + 100);
    touch_read_at(AT(DATA_PAGES + 1) - 4);
    touch_write_at(AT(DATA_PAGES + 1) - 4, 5);
    touch_read_at(AT(DATA_PAGES + 1) - 2);
    touch_read_at(AT(DATA_PAGES + 1));
    touch_write_at(AT(DATA_PAGES + 1), 5);
    touch_execute(AT(DATA_PAGES + 2));
    map(AT(16), PAGES(2), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE,
        PAGES(DATA_PAGES));
    touch_read(AT(16));
    touch_read(AT(17));
    map(AT(20), PAGES(2), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE,
        PAGES(1000));
    touch_read(AT(20));
    touch_write(AT(20), 1);
    say_arena();
}

static void file_past_its_end_and_rights(void)
{
    map(ARENA, PAGES(2), PROT_NONE, MAP_PRIVATE | MAP_FIXED, DATA_FILE,
        PAGES(DATA_PAGES));
    touch_read(AT(1));
    touch_write(AT(1), 1);
    touch_execute(AT(1));
    CALL(mprotect, ARENA, PAGES(2), PROT_READ);
    touch_write(AT(1), 1);
    touch_execute(AT(1));
    touch_read(AT(1));
}

static void file_merges_where_it_continues(void)
{
    unsigned long flags = MAP_PRIVATE | MAP_FIXED;
    map(AT(0), PAGES(1), PROT_READ, flags, DATA_FILE, PAGES(0));
    map(AT(2), PAGES(1), PROT_READ, flags, DATA_FILE, PAGES(2));
    map(AT(1), PAGES(1), PROT_READ, flags, DATA_FILE, PAGES(1));
    say_arena();
    map(AT(3), PAGES(1), PROT_READ, flags, DATA_FILE, PAGES(2));
    map(AT(4), PAGES(1), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE,
        PAGES(3));
    map(AT(5), PAGES(1), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE,
        PAGES(4));
    say_arena();
    CALL(munmap, AT(1), PAGES(1));
    say_arena();
}

static void file_written_and_discarded_shows_the_file(void)
{
    map(ARENA, PAGES(3), READ_WRITE, MAP_PRIVATE | MAP_FIXED, DATA_FILE, 0);
    touch_write(AT(1), 0x7777);
    CALL(madvise, ARENA, PAGES(3), MADV_DONTNEED);
    touch_read(AT(1));
    touch_write(AT(2), 0x8888);
    CALL(madvise, ARENA, PAGES(3), MADV_FREE);
    touch_read(AT(2));
}

static void file_of_the_program_itself(void)
{
    long file =
        open_file(sizeof(long) == 8 ? "/conformance" : "/conformance32");
    map(ARENA, PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED,
        (unsigned long)file, 0);
    map(AT(1), PAGES(1), READ_WRITE, MAP_PRIVATE | MAP_FIXED,
        (unsigned long)file, 0);
    map(AT(2), PAGES(1), READ_WRITE, MAP_SHARED | MAP_FIXED,
        (unsigned long)file, 0);
    touch_read_at(AT(0));
    touch_read_at(AT(1));
    touch_write_at(AT(1), 1);
    touch_read_at(AT(0));
    close((int)file);
    touch_read_at(AT(0));
    say_arena();
}

static void file_populated_past_its_end(void)
{
    map(ARENA, PAGES(8), PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE,
        DATA_FILE, 0);
    map(AT(8), PAGES(8), READ_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE,
        DATA_FILE, 0);
    CALL(madvise, ARENA, PAGES(5), MADV_POPULATE_READ);
    CALL(madvise, ARENA, PAGES(8), MADV_POPULATE_READ);
    CALL(madvise, ARENA, PAGES(5), MADV_POPULATE_WRITE);
    CALL(madvise, AT(8), PAGES(8), MADV_POPULATE_WRITE);
    touch_read(AT(4));
    touch_read(AT(12));
}

static void file_advice(void)
{
    map(ARENA, PAGES(4), PROT_READ, MAP_SHARED | MAP_FIXED, DATA_FILE, 0);
    for (unsigned long advice = 0; advice < 28; advice++) {
        CALL(madvise, ARENA, PAGES(1), advice);
    }
    touch_read(AT(0));
    say_arena();
}

const struct conformance_case file_cases[] = {
    CASE(file_private),
    CASE(file_shared),
    CASE(file_past_its_end),
    CASE(file_past_its_end_and_rights),
    CASE(file_merges_where_it_continues),
    CASE(file_written_and_discarded_shows_the_file),
    CASE(file_of_the_program_itself),
    CASE(file_populated_past_its_end),
    CASE(file_advice),
    LAST_CASE,
};
